"""Scenarios page: ready market stories to read, start and reset."""

import streamlit as st

from core.errors import NotFound
from core.scenarios import SCENARIOS
from dashboard import doors
from dashboard.language.plain import plain
from dashboard.language.words import tr
from dashboard.parts import stories
from dashboard.parts.heading import heading

key = st.query_params.get("scenario")
if key is None:
    heading(
        tr("Scenarios"),
        tr("Real questions from real markets, each with its rows, a model to start from, and what an answer is worth."),
    )
    stories.cards(list(SCENARIOS.values()))
elif key in SCENARIOS:
    doors.back("scenarios", tr("All scenarios"))
    stories.story(SCENARIOS[key])
else:
    raise NotFound(tr("There is no scenario called '{key}'.", key=plain(key)), tr("The Scenarios page lists them."))
