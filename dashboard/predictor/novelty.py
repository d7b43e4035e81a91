"""Warning on a row that is unlike the training rows, and the training rows nearest to it on demand."""

from typing import Any

import streamlit as st

from core.explanations.orders import AlikeOrder
from dashboard.doors import what_is_this
from dashboard.inputs import room_of
from dashboard.language.words import tr
from dashboard.predictor.explaining import begin, was_asked
from dashboard.sentences.novelty import UNLIKE, leave_it, not_told
from storage import Run


def warn(run: Run, cell: str, replies: Any) -> None:
    """Warning where the row is unlike the training rows; a note where the model does not tell."""
    told = replies.unlike[0] if replies.unlike else None
    if told is None:
        st.caption(not_told(run.config.learning))
    if not told:
        return
    words = room_of(run.config, "words")
    st.warning(" ".join(filter(None, [words.unlike(), leave_it(run.decision)])), icon=":material/travel_explore:")
    order = AlikeOrder(run=run.id, cell=cell)
    with st.container(horizontal=True, vertical_alignment="center"):
        if not was_asked(order):
            st.button(
                tr("Show the nearest training rows"),
                icon=":material/search:",
                key=f"nearest-{run.id}",
                on_click=begin,
                args=(order,),
            )
        else:
            st.caption(tr("The nearest training rows stand below."))
        what_is_this(UNLIKE)
