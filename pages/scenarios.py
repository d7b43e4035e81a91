"""Scenarios page: ready market stories to read, start and reset."""

import streamlit as st

from core.errors import NotFound
from dashboard import doors
from dashboard.language.plain import plain
from dashboard.language.scenarios import scenarios
from dashboard.language.words import tr
from dashboard.parts import stories
from dashboard.parts.heading import heading

key = st.query_params.get("scenario")
if key is None:
    heading(
        tr("Scenarios"),
        tr("Real questions from real markets, each with its rows, a model to start from, and what an answer is worth."),
    )
    stories.cards(list(scenarios().values()))
elif key in scenarios():
    doors.back("scenarios", tr("All scenarios"))
    stories.story(scenarios()[key])
else:
    raise NotFound(tr("There is no scenario called '{key}'.", key=plain(key)), tr("The Scenarios page lists them."))
