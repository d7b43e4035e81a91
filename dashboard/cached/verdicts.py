"""Cache of verdicts: how a finished run stands to the best baseline beside it, on every page alike."""

from contextlib import suppress
from dataclasses import dataclass

import streamlit as st

from core.comparison import Asked, Verdict, verdict
from core.errors import UserError
from dashboard.access.store import store
from dashboard.answers.judgement import strongest
from dashboard.cached.known import answers_of
from storage import Run


@dataclass(frozen=True)
class BesideBaseline:
    """The best baseline's name, and the verdict on the run beside it."""

    baseline: str
    verdict: Verdict


def beside_baseline(run: Run) -> BesideBaseline | None:
    """Verdict on a finished run; None where no baseline stands beside it, or its answers are not there to be read."""
    best = strongest(run.evaluation, run.evaluation.baselines) if run.evaluation else None
    if best is None:
        return None
    with suppress(UserError):
        found = _verdict(run.id, best[0], store().ledger.asked(run.id), run.config.margin / 100)
        return BesideBaseline(best[0], found)
    return None


@st.cache_resource(show_spinner=False, max_entries=200)
def _verdict(run_id: str, baseline: str, asked: Asked, margin: float) -> Verdict:
    return verdict(answers_of(run_id), answers_of(run_id, baseline), asked.beside(), margin=margin)
