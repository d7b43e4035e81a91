"""Inspection of numeric targets, and what it leaves out."""

import streamlit as st

from dashboard import doors
from dashboard.language.words import tr
from storage import Run


def fairness(run: Run) -> None:
    """Why rates of groups are not shown for numbers, and where groups are."""
    st.info(
        tr(
            "Fairness here asks who gets an answer and who does not, and a number is given to everybody. Whether one "
            "group's numbers are further off than another's is under Slices: choose the column that names the groups."
        ),
        icon=":material/balance:",
    )
    if st.button(tr("To the slices"), key=f"to-slices-{run.id}"):
        doors.go("inspect", run=run.id, inside=tr("Slices"))


def labels(run: Run) -> None:
    """Why numbers are not doubted as labels are, and where to look."""
    st.info(
        tr(
            "Labels are doubted where the model says another class, which needs classes. A number that may "
            "be wrong is one that lies far outside of its answer's prediction interval: those rows stand on the "
            "Evaluate page, under Prediction intervals, the furthest outside first."
        ),
        icon=":material/label:",
    )
    if st.button(tr("To the rows outside of their interval"), key=f"to-intervals-{run.id}"):
        doors.go("evaluate", run=run.id, view=tr("Prediction intervals"))
