"""How wide the reader's screen is, told by the browser: charts have a second shape for a phone."""

from __future__ import annotations

import streamlit as st

PHONE = "(max-width: 640px)"
# Tells only when the answer differs from what Python holds, so a desk never causes a second run.
TELL = """
export default function ({ data, setStateValue }) {
  const phone = window.matchMedia("PHONE");
  const tell = () => { if (phone.matches !== data) setStateValue("phone", phone.matches); };
  phone.onchange = tell;
  tell();
  return () => { phone.onchange = null; };
}
""".replace("PHONE", PHONE)
KEY = "screen"


def is_phone() -> bool:
    """Whether the page is at most 640 CSS pixels wide; False until the browser has said so."""
    held = bool(st.session_state.get(KEY, {}).get("phone", False))
    ask = st.components.v2.component("screen_width", js=TELL)
    found = ask(key=KEY, data=held, default={"phone": False}, on_phone_change=lambda: None, height=1)
    return bool(found.phone)
