"""Tabs of which only the open one is worked out; which one is open stands in the address."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dashboard.language.words import tr


def lazy_tabs(views: Mapping[str, Callable[..., None]], key: str, *about: Any) -> None:
    """A tab for each title of `views`, in order; the open one is drawn from `about`."""
    tabs = st.tabs([tr(title) for title in views], key=key, on_change="rerun", bind="query-params")
    for tab, draw in zip(tabs, views.values(), strict=True):
        if tab.open:
            with tab:
                draw(*about)
