"""Header of a run or a search: state, facts, error, and the teaching switch."""

import streamlit as st

from dashboard.cached.verdicts import beside_baseline
from dashboard.faults import sentences
from dashboard.language.plain import plain
from dashboard.language.words import tr
from dashboard.parts.runs.status import badge, when
from dashboard.parts.teaching import teaching_banner
from dashboard.parts.train import form
from dashboard.sentences.baselines import spoken
from dashboard.sentences.standing import standing_badge
from storage import Run


def head(run: Run) -> None:
    """Draw the head."""
    with st.container(horizontal=True, vertical_alignment="center"):
        badge(run)
        st.caption(facts(run), width="content")
        if beside := beside_baseline(run):
            st.markdown(standing_badge(beside.verdict.kind, spoken(beside.baseline)), width="content")
    if run.error:
        st.error(sentences(run.error.message, run.error.hint), icon=":material/error:")
        if run.error.bug_number:
            st.caption(tr("Quote the number {number} when you report it.", number=run.error.bug_number))
    teaching_banner(run.scenario)


def facts(run: Run) -> str:
    """Data, model, preset and time on one line of safe Markdown."""
    parts = [run.dataset_name, run.config.model, form.say(run.preset), run.device or "", when(run), run.created_by]
    return " · ".join(plain(part) for part in parts if part)
