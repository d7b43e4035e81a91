"""Tabs of which only the open one is worked out; which one is open stands in the address, in any language."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import streamlit as st

from dashboard.language.words import catalogue, languages, tr


def lazy_tabs(views: Mapping[str, Callable[..., None]], key: str, *about: Any) -> None:
    """A tab for each title of `views`, in order; the open one is drawn from `about`."""
    _in_our_language(views, key)
    tabs = st.tabs([tr(title) for title in views], key=key, on_change="rerun", bind="query-params")
    for tab, draw in zip(tabs, views.values(), strict=True):
        if tab.open:
            with tab:
                draw(*about)


def _in_our_language(titles: Iterable[str], key: str) -> None:
    """Opens the tab that an address names in another language than the reader's."""
    asked = st.query_params.get(key)
    for title in titles if asked and key not in st.session_state else ():
        if asked != tr(title) and asked in {title, *(catalogue(name).gettext(title) for name in languages())}:
            st.session_state[key] = tr(title)
