"""Progress of a run, live: its stages, the fraction done, its training curves and its log."""

from collections.abc import Callable, Mapping
from contextlib import suppress

import numpy as np
import streamlit as st

from core.errors import NotFound, UserError
from dashboard.access.store import store
from dashboard.cached.quotes import quote_of_run
from dashboard.charts import Chart, Line, lines, show
from dashboard.language.engine import said
from dashboard.language.formats import count, duration, share
from dashboard.language.plain import plain
from dashboard.language.words import tr, trn, word
from dashboard.parts.runs.status import is_active
from dashboard.parts.train.offer import minutes
from dashboard.sentences.keys import STAGES
from storage import Run, Series

LOSSES = {"train/loss": word("Training set"), "validation/loss": word("Validation set")}
MEASURES = {
    "validation/accuracy": word("Accuracy"),
    "validation/f1_macro": word("Macro F1"),
    "validation/f1_weighted": word("Weighted F1"),
}
DISTANCES = {"validation/mae": word("Mean absolute error")}


def watch(run_id: str, found: Callable[[Run], None]) -> None:
    """Live view of a run and what it has `found`; polls every second until its end, then redraws the page."""
    every = "1s" if is_active(store().runs.get(run_id)) else None
    st.fragment(_present, run_every=every, key=f"watch-{run_id}")(run_id, found)


def _present(run_id: str, found: Callable[[Run], None]) -> None:
    try:
        run = store().runs.get(run_id)
    except NotFound:  # deleted meanwhile: the page says so
        st.rerun()
    key = f"was-active:{run_id}"
    was_active = st.session_state.get(key, False)
    st.session_state[key] = is_active(run)
    if was_active and not is_active(run):
        st.rerun()
    if is_active(run):
        with st.container(border=True):
            stages(run)
    found(run)
    log(run_id)


def learning(run: Run) -> None:
    """Training curves of a run so far."""
    measured(store().runs.series(run.id), run.id)


def stages(run: Run) -> None:
    """Progress bar with the time left and, except for a search, the five stages."""
    if run.status == "queued":
        st.markdown(_waiting(run))
        if said := _quoted(run):
            st.caption(said)
        return
    if run.search is None:
        _steps(run)
    fraction = min(1.0, run.done / run.total) if run.total else 0.0
    st.progress(fraction, text=_where(run))


def _waiting(run: Run) -> str:
    """Reason why a queued run waits, and what to do where something can be done."""
    wait = store().why_waiting(run.id)
    match wait.why:
        case "worker":
            return f":material/warning: {tr('Waiting, and no worker is running. Start one with `tuneboard worker`.')}"
        case "disk":
            full = tr("Waiting, because the disk is nearly full. The Settings page shows what could go.")
            return f":material/warning: {full}"
        case "warming":
            text = tr("Waiting until the worker is ready.")
        case "own":
            text = tr("Waiting until one of your {n} runs at work has ended; no more may work at once.", n=wait.ahead)
        case "turn" if wait.ahead:
            text = trn(
                "Waiting for its turn; one run is before it.",
                "Waiting for its turn; {n} runs are before it.",
                wait.ahead,
            )
        case "turn":
            text = tr("Waiting for its turn: it is the next one.")
    return f":material/hourglass_empty: {text}"


def _steps(run: Run) -> None:
    """Stepper: the stages on one line, past ones ticked, the present one bold."""
    names = list(STAGES)
    here = names.index(run.stage) if run.stage in names else -1
    marked = []
    for i, name in enumerate(names):
        title = tr(STAGES[name])
        if i < here:
            marked.append(f":gray[:material/check_circle:&nbsp;{title}]")
        elif i == here:
            marked.append(f":primary[:material/radio_button_checked:&nbsp;**{title}**]")
        else:
            marked.append(f":gray[:material/radio_button_unchecked:&nbsp;{title}]")
    with st.container(key=f"steps-{run.id}"):
        st.markdown(" &emsp;".join(marked))


def _where(run: Run) -> str:
    parts = [plain(said(run.stage_text or ""))]
    if run.total and run.search is not None:
        parts.append(tr("{done} of {total}", done=count(run.done), total=count(run.total)))
    elif run.total:
        parts.append(share(min(1.0, run.done / run.total), 0))
    if run.seconds_left is not None:
        parts.append(tr("about {time} left", time=duration(run.seconds_left)))
    elif run.stage in (None, "prepare"):
        parts.append(_quoted(run))
    return " · ".join(part for part in parts if part)


def _quoted(run: Run) -> str:
    """Quote that was given before the run began, until the run has measured itself; "" where there is none."""
    if run.search is None:
        with suppress(UserError):
            if quoted := quote_of_run(run.config):
                return tr("Will take about {time}", time=minutes(quoted))
    return ""


def measured(series: Mapping[str, Series], run_id: str) -> None:
    """Charts of the loss and the validation metrics so far, side by side."""
    by_pass = all(np.isfinite(one.epochs).all() for one in series.values())
    x = tr("Epochs") if by_pass else tr("Heads tried")
    drawn = [chart for chart in (_loss(series, x), _measures(series, x), _distances(series, x)) if chart]
    for place, (name, chart) in zip(st.columns(max(1, len(drawn)), gap="large"), drawn, strict=False):
        with place:
            show(chart, key=f"{name}-{run_id}")


def _loss(series: Mapping[str, Series], x: str) -> tuple[str, Chart] | None:
    found = _lines(series, LOSSES)
    if not found:
        return None
    readings = {
        ("train/loss",): tr("Lower is better. It wobbles from step to step; what counts is that it falls."),
        ("validation/loss",): tr("Lower is better. Measured on rows that it does not learn from."),
    }
    both = tr("Lower is better. When the second line rises again, the model starts to learn by heart.")
    reading = readings.get(tuple(name for name in LOSSES if name in series), both)
    return "loss", lines(found, title=tr("Loss"), x=x, y=tr("Loss"), reading=reading)


def _measures(series: Mapping[str, Series], x: str) -> tuple[str, Chart] | None:
    found = _lines(series, MEASURES)
    if not found:
        return None
    reading = tr("Higher is better. Measured on rows that it does not learn from.")
    title = tr("Accuracy and F1")
    return "measures", lines(found, title=title, x=x, y=tr("Share"), reading=reading, as_share=True)


def _distances(series: Mapping[str, Series], x: str) -> tuple[str, Chart] | None:
    found = _lines(series, DISTANCES)
    if not found:
        return None
    reading = tr("Lower is better. Measured on rows that it does not learn from, in the target's own unit.")
    return "distances", lines(found, title=tr("Error on the validation set"), x=x, y=tr("How far off"), reading=reading)


def _lines(series: Mapping[str, Series], names: Mapping[str, str]) -> list[Line]:
    """Lines of the named series that exist, against epochs where all points have one, else against steps."""
    found = []
    for name, title in names.items():
        if one := series.get(name):
            x = one.epochs if np.isfinite(one.epochs).all() else one.steps
            found.append(Line(tr(title), x, one.values))
    return found


def log(run_id: str) -> None:
    """Log of the run, the newest line last and scrolled into view."""
    lines = store().runs.log(run_id, last=200)
    with st.expander(tr("Log"), icon=":material/notes:", expanded=True):
        if not lines:
            st.caption(tr("Nothing said yet."))
            return
        text = "\n".join(f"{line.at:%H:%M:%S}  {said(line.text)}" for line in lines)
        with st.container(height=260 if len(lines) > 10 else "content", border=False, autoscroll=True):
            st.code(text, language=None, wrap_lines=True)
