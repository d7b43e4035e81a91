"""Asks the predictor for explanations, and follows such work on a page: started, watched, cancelled, kept."""

from contextlib import suppress
from typing import Any

import streamlit as st

from core.errors import UserError
from core.explanations.orders import ExplanationProgress, ExplanationRequest, Refusal
from dashboard.access.store import store
from dashboard.faults import sentences
from dashboard.language.formats import count
from dashboard.language.words import tr
from dashboard.predictor.ask import sent

EVERY = "0.5s"
KEPT = 20
_KEPT = "explaining"


def ask_for(address: Any, order: ExplanationRequest) -> ExplanationProgress:
    """Starts the work. Raises ModelError in words when the predictor is silent or refuses."""
    return ExplanationProgress.model_validate(
        sent(address, "POST", "/explanations", order.model_dump(mode="json")).json()
    )


def look(address: Any, work_id: str) -> ExplanationProgress:
    """How far the work is."""
    return ExplanationProgress.model_validate(sent(address, "GET", f"/explanations/{work_id}").json())


def cancel(address: Any, work_id: str) -> ExplanationProgress:
    """Gives the work up."""
    return ExplanationProgress.model_validate(sent(address, "DELETE", f"/explanations/{work_id}").json())


def begin(*orders: ExplanationRequest) -> None:
    """Start work for this page, and give up what this session still has under way of the same kinds."""
    kinds = {order.kind for order in orders}
    for other, work in list(_mine().items()):
        if other.kind in kinds and not work.has_ended:
            _mine()[other] = _ended(work)
    for order in orders:
        _mine().pop(order, None)
        try:
            _mine()[order] = ask_for(store().predictor(), order)
        except UserError as error:
            _mine()[order] = ExplanationProgress(
                id="", status="failed", error=Refusal(message=error.message, hint=error.hint)
            )
    for old in list(_mine())[:-KEPT]:
        del _mine()[old]


def follow(order: ExplanationRequest) -> ExplanationProgress | None:
    """What this session has had found for the order, or None; work under way is drawn with its progress."""
    work = _mine().get(order)
    if work is None:
        return None
    if not work.has_ended:
        st.fragment(_watch, run_every=EVERY, key=f"follow-{work.id}")(order)
        return None
    if work.status == "failed" and work.error:
        st.error(sentences(work.error.message, work.error.hint), icon=":material/error:")
    if work.status == "cancelled":
        st.caption(tr("It was cancelled."))
    return work if work.status == "succeeded" else None


def under_way(order: ExplanationRequest) -> bool:
    """Whether the order waits or is worked on."""
    work = _mine().get(order)
    return work is not None and not work.has_ended


def _watch(order: ExplanationRequest) -> None:
    work = _mine()[order]
    try:
        work = look(store().predictor(), work.id)
    except UserError as error:
        work = work.model_copy(update={"status": "failed", "error": Refusal(message=error.message, hint=error.hint)})
    _mine()[order] = work
    if work.has_ended:
        st.rerun()
    bar, button = st.columns([5, 1], vertical_alignment="center")
    bar.progress(min(1.0, work.done / work.total) if work.total else 0.0, text=_where(work))
    if button.button(tr("Cancel"), key=f"cancel-{work.id}", width="stretch"):
        _mine()[order] = _ended(work)
        st.rerun()


def _where(work: ExplanationProgress) -> str:
    if work.status == "queued":
        return tr("Waiting for its turn.")
    if not work.total:
        return tr("Getting the model ready…")
    return tr("{done} of {total}", done=count(work.done), total=count(work.total))


def _ended(work: ExplanationProgress) -> ExplanationProgress:
    """The work after it was told to end, whether or not the predictor still knows of it."""
    with suppress(UserError):
        cancel(store().predictor(), work.id)
    return work.model_copy(update={"status": "cancelled"})


def _mine() -> dict[ExplanationRequest, ExplanationProgress]:
    """This session's work by what was asked, the newest last."""
    found: dict[ExplanationRequest, ExplanationProgress] = st.session_state.setdefault(_KEPT, {})
    return found
