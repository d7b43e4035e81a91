"""Asynchronous explanation jobs of the predictor, on a page: started, polled, cancelled, cached in the session."""

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

POLL_INTERVAL = "0.5s"
KEPT = 20
_KEPT = "explaining"


def ask_for(address: Any, order: ExplanationRequest) -> ExplanationProgress:
    """Starts an explanation job. Raises ModelError when the predictor does not answer or refuses."""
    return ExplanationProgress.model_validate(
        sent(address, "POST", "/explanations", order.model_dump(mode="json")).json()
    )


def look(address: Any, work_id: str) -> ExplanationProgress:
    """Progress of an explanation job. Raises ModelError as `ask_for` does."""
    return ExplanationProgress.model_validate(sent(address, "GET", f"/explanations/{work_id}").json())


def cancel(address: Any, work_id: str) -> ExplanationProgress:
    """Cancels an explanation job. Raises ModelError as `ask_for` does."""
    return ExplanationProgress.model_validate(sent(address, "DELETE", f"/explanations/{work_id}").json())


def begin(*orders: ExplanationRequest) -> None:
    """Start explanation jobs for this page, and cancel this session's unfinished ones of the same kinds."""
    kinds = {order.kind for order in orders}
    for other, work in list(_jobs().items()):
        if other.kind in kinds and not work.has_ended:
            _jobs()[other] = _cancelled(work)
    for order in orders:
        _jobs().pop(order, None)
        try:
            _jobs()[order] = ask_for(store().predictor(), order)
        except UserError as error:
            _jobs()[order] = ExplanationProgress(
                id="", status="failed", error=Refusal(message=error.message, hint=error.hint)
            )
    for old in list(_jobs())[:-KEPT]:
        del _jobs()[old]


def follow(order: ExplanationRequest) -> ExplanationProgress | None:
    """Finished explanation that this session asked for, or None; an unfinished job is drawn with its progress."""
    work = _jobs().get(order)
    if work is None:
        return None
    if not work.has_ended:
        st.fragment(_progress, run_every=POLL_INTERVAL, key=f"follow-{work.id}")(order)
        return None
    if work.status == "failed" and work.error:
        st.error(sentences(work.error.message, work.error.hint), icon=":material/error:")
    if work.status == "cancelled":
        st.caption(tr("It was cancelled."))
    return work if work.status == "succeeded" else None


def was_asked(order: ExplanationRequest) -> bool:
    """Whether this session has asked for the job."""
    return order in _jobs()


def under_way(order: ExplanationRequest) -> bool:
    """Whether the job is queued or running."""
    work = _jobs().get(order)
    return work is not None and not work.has_ended


def _progress(order: ExplanationRequest) -> None:
    work = _jobs()[order]
    try:
        work = look(store().predictor(), work.id)
    except UserError as error:
        work = work.model_copy(update={"status": "failed", "error": Refusal(message=error.message, hint=error.hint)})
    _jobs()[order] = work
    if work.has_ended:
        st.rerun()
    bar, button = st.columns([5, 1], vertical_alignment="center")
    bar.progress(min(1.0, work.done / work.total) if work.total else 0.0, text=_where(work))
    if button.button(tr("Cancel"), key=f"cancel-{work.id}", width="stretch"):
        _jobs()[order] = _cancelled(work)
        st.rerun()


def _where(work: ExplanationProgress) -> str:
    if work.status == "queued":
        return tr("Waiting for its turn.")
    if not work.total:
        return tr("Getting the model ready…")
    return tr("{done} of {total}", done=count(work.done), total=count(work.total))


def _cancelled(work: ExplanationProgress) -> ExplanationProgress:
    """Job marked as cancelled, whether or not the predictor still knows of it."""
    with suppress(UserError):
        cancel(store().predictor(), work.id)
    return work.model_copy(update={"status": "cancelled"})


def _jobs() -> dict[ExplanationRequest, ExplanationProgress]:
    """Jobs of this session by their request, the newest last."""
    found: dict[ExplanationRequest, ExplanationProgress] = st.session_state.setdefault(_KEPT, {})
    return found
