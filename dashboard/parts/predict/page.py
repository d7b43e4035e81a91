"""Predict page: one row and its answer with an explanation, and many rows with a download."""

import streamlit as st

from dashboard.inputs import room_of
from dashboard.parts.predict.explain import why
from storage import Run


def ways(run: Run) -> None:
    """Tabs for a single prediction and for batch prediction."""
    one, many = st.tabs(list(room_of(run.config, "predict").titles()))
    with one:
        one_row(run)
    with many:
        room_of(run.config, "predict").many(run)


def one_row(run: Run) -> None:
    """Single prediction: a row, its answer, how far it can be relied on, and why."""
    cell, replies = room_of(run.config, "predict").one(run)
    if replies is not None:
        why(run, cell, replies)
