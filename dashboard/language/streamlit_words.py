"""Translation of Streamlit's own words: its pages know English only; `page.js` puts ours in their place."""

import html
import json

import streamlit as st

from dashboard.language.words import language, tr, word

WORDS = (
    *(word("Upload"), word("Stop"), word("Rerun"), word("Settings"), word("Print"), word("Deploy")),
    *(
        word("Choose an option"),
        word("Choose options"),
        word("No results"),
        word("No options to select"),
        word("Search"),
    ),
    *(word("Download as CSV"), word("Fullscreen"), word("Close fullscreen"), word("Show/hide columns")),
)


def lend_words() -> None:
    """Tells `page.js` the page's language, and what Streamlit's words are called in it."""
    known = {own: tr(own) for own in WORDS if tr(own) != own}
    told = html.escape(json.dumps(known, ensure_ascii=False))
    with st.container(key="language"):
        st.html(f'<span data-language="{language()}" data-words="{told}"></span>')
