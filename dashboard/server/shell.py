"""Entry script of Streamlit, run for every visitor: page configuration, sign-in, navigation, then the page."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from core.errors import UserError  # noqa: E402
from dashboard import doors  # noqa: E402
from dashboard.access.here import let_in  # noqa: E402
from dashboard.faults import show_error, show_waiting_error  # noqa: E402
from dashboard.language.streamlit_words import lend_words  # noqa: E402
from dashboard.language.switch import switch  # noqa: E402
from dashboard.language.words import choose_language  # noqa: E402
from dashboard.parts import activity  # noqa: E402

STATIC = Path(__file__).parents[1] / "static"

st.set_page_config(page_title="Tuneboard", page_icon=STATIC / "icon.png", layout="wide")
st.html(STATIC / "style.css")
st.logo(STATIC / "logo.svg", size="large", icon_image=STATIC / "mark.svg")
choose_language()
lend_words()

let_in()
page = doors.navigation()
st.set_page_config(page_title=f"{page.title} · Tuneboard", page_icon=STATIC / "icon.png")
switch(page.url_path)
show_waiting_error()
try:
    activity.watch(page.title)
    page.run()
except UserError as error:
    show_error(error)
