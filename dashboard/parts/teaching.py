"""Banner on every screen of a scenario for teaching."""

import streamlit as st

from core.scenarios import SCENARIOS
from dashboard.language.words import tr


def teaching_banner(key: str | None) -> None:
    """Draws the banner, where the scenario with this key is for teaching."""
    scenario = SCENARIOS.get(key or "")
    if scenario and scenario.for_teaching:
        st.warning(
            tr("**For teaching.** This model must not be used to decide anything about a person's health."),
            icon=":material/school:",
        )
