"""The inspect page's tabs; only the open one is worked out."""

from collections.abc import Callable

import streamlit as st

from dashboard.parts.inspect_calibration import confidence
from dashboard.parts.inspect_fairness import by_group
from dashboard.parts.inspect_labels import doubted
from dashboard.parts.inspect_slices import found_slices
from dashboard.parts.teaching import teaching_banner
from dashboard.words import tr, word
from storage import Run


def views(run: Run) -> None:
    """Weak spots, fairness, doubtful labels and confidence, a tab each."""
    teaching_banner(run.scenario)
    found: dict[str, Callable[[Run], None]] = {
        word("Slices"): found_slices,
        word("Fairness"): by_group,
        word("Labels"): doubted,
        word("Calibration"): confidence,
    }
    tabs = st.tabs([tr(title) for title in found], key="inside", on_change="rerun", bind="query-params")
    for tab, draw in zip(tabs, found.values(), strict=True):
        if tab.open:
            with tab:
                draw(run)
