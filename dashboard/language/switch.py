"""Language switch: a link to each other language, at the foot of the sidebar."""

import html
from urllib.parse import quote, urlencode

import streamlit as st

from dashboard.access.gate import LANGUAGE
from dashboard.language.words import NAMES, language, languages


def switch(page: str) -> None:
    """Draws a link for each other language, which comes back to `page` as it stands."""
    where = urlencode({name: value for name, value in st.query_params.to_dict().items() if name != "lang"})
    back = quote(f"/{page}" + (f"?{where}" if where else ""), safe="")
    links = [
        f'<a lang="{name}" href="{LANGUAGE}{name}?next={back}">{html.escape(NAMES.get(name, name))}</a>'
        for name in languages()
        if name != language()
    ]
    if links:
        with st.sidebar:
            st.html(f'<p class="languages">{" · ".join(links)}</p>')
