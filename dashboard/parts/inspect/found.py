"""Global explanation of a run's model: found when somebody asks, kept with the run, and there the next time."""

from typing import TypeVar

import streamlit as st

from core.explanations import ModelColumns, ModelWords
from core.explanations.orders import ColumnsOrder, WordsOrder
from dashboard.access.store import store
from dashboard.language.words import tr
from dashboard.predictor.explaining import begin, follow, under_way

Explains = TypeVar("Explains", ModelWords, ModelColumns)


def found_or_kept(order: WordsOrder | ColumnsOrder, kind: type[Explains], label: str) -> Explains | None:
    """Explanation that was asked for here, else the kept one, below the button that asks for it; `label` is its own."""
    kept = store().runs.explanation(order.run, kind)
    st.button(
        label if kept is None else tr("Find them again"),
        type="primary" if kept is None else "secondary",
        icon=":material/search:",
        disabled=under_way(order),
        key=f"{order.kind}-find-{order.run}",
        on_click=begin,
        args=(order,),
    )
    work = follow(order)
    found: Explains | None = getattr(work, order.kind) if work else None
    return found or kept
