"""A page that is clean, or breaks the one rule its address names: ?break=console."""

import plotly.graph_objects as go
import streamlit as st

from reporting.ui.chart import chart

broken = st.query_params.get("break")

st.set_page_config(page_title="A page to be checked", layout="wide")
if broken != "headline":
    st.title("Fewer people are on a high dose")
if broken == "exception":
    raise RuntimeError("meant")
if broken == "error":
    st.error("Something went wrong.")
if broken == "console":
    st.html("<script>console.error('meant')</script>", unsafe_allow_javascript=True)
if broken == "script":
    st.html("<script>setTimeout(() => { throw new Error('meant') })</script>", unsafe_allow_javascript=True)
if broken == "outside":
    st.html("<img alt='A picture from elsewhere' src='http://elsewhere.invalid/picture.png'>")
if broken == "contrast":
    st.html("<p style='color: #ddd'>Pale</p>")
if broken == "overflow":
    st.html("<p style='width: 1600px'>Wide</p>")
if broken == "small":
    st.html("<p style='font-size: 11px'>Small</p>")
if broken in (None, "alt", "cut", "over"):
    figure = go.Figure(go.Bar(x=["Alder", "Birch"], y=[2, 1]))
    if broken == "cut":
        figure.add_annotation(x=0, y=-1.2, xref="paper", yref="paper", text="Below", showarrow=False)
    if broken == "over":
        figure.add_annotation(x="Alder", y=1, text="One upon", showarrow=False)
        figure.add_annotation(x="Alder", y=1, text="another", showarrow=False)
    chart(str(figure.to_json()), "" if broken == "alt" else "Alder 2, Birch 1", "chart-trees")
