"""Presenter mode of a scenario, step by step: question, data, before, after, money, try it."""

import streamlit as st

from core.errors import NotFound
from dashboard.language.plain import plain
from dashboard.language.scenarios import scenarios
from dashboard.language.words import tr
from dashboard.parts import present as parts

key = st.query_params.get("scenario", "finance-newsdesk")
if key not in scenarios():
    raise NotFound(tr("There is no scenario called '{key}'.", key=plain(key)), tr("The Scenarios page lists them."))
parts.present(scenarios()[key])
