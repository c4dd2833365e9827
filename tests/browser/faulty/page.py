"""A page that is clean, or at ?broken breaks every rule there is for a page."""

import plotly.graph_objects as go
import streamlit as st

from reporting.ui.chart import chart

broken = "broken" in st.query_params

st.set_page_config(page_title="A page to be checked", layout="wide")
figure = go.Figure(go.Bar(x=["Alder", "Birch"], y=[2, 1]))
if broken:
    figure.add_annotation(x=0, y=-1.2, xref="paper", yref="paper", text="Below", showarrow=False)
    figure.add_annotation(x="Alder", y=1, text="One upon", showarrow=False)
    figure.add_annotation(x="Alder", y=1, text="another", showarrow=False)
else:
    st.title("Fewer people are on a high dose")
chart(str(figure.to_json()), "" if broken else "Alder 2, Birch 1", "chart-trees")
if broken:
    st.error("Something went wrong.")
    st.html("<script>console.error('meant for it')</script>", unsafe_allow_javascript=True)
    thrown = "<script>setTimeout(() => { throw new Error('thrown by it') })</script>"
    st.html(thrown, unsafe_allow_javascript=True)
    st.html("<img alt='A picture from elsewhere' src='http://elsewhere.invalid/picture.png'>")
    st.html("<p style='color: #ddd'>Pale</p>")
    st.html("<p style='width: 1600px'>Wide</p>")
    st.html("<p style='font-size: 11px'>Small</p>")
    raise RuntimeError("meant to be said by the box of Streamlit")
