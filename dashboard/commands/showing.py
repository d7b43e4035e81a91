"""Runs as every command shows them: a JSON document, a line of a table."""

from typing import Any

from dashboard.commands.speaking import table
from dashboard.language.engine import said
from dashboard.language.formats import metric_value
from dashboard.language.words import tr
from dashboard.sentences.keys import STATUSES
from dashboard.sentences.measures import counts
from dashboard.sentences.run_name import run_name
from storage import Run


def as_dict(run: Run) -> dict[str, Any]:
    """JSON document of a run."""
    told = run.model_dump(mode="json", exclude={"evaluation"}) | {"preset": run.preset, "seconds": run.seconds}
    return told | {"config": None, "preset": None} if run.unreadable else told


def evaluation_of(run: Run) -> dict[str, Any]:
    """JSON document of a run's evaluation. The run must have one."""
    assert run.evaluation is not None  # noqa: S101  # the callers look first
    return {"run": run.id, **run.evaluation.model_dump(mode="json")}


def quality(run: Run) -> str:
    """The headline metric with its interval, where there is one; its name before it unless it is right answers."""
    if run.evaluation is None or (reached := run.evaluation.reached) is None:
        return ""
    name = run.evaluation.headline
    value, low, high = (metric_value(name, one) for one in (reached.value, reached.low, reached.high))
    reached = tr("{value} ({low} to {high})", value=value, low=low, high=high)
    return reached if counts(name) == "right" else f"{name} {reached}"


def runs_table(found: list[Run]) -> str:
    """Text table of runs; below it, why some cannot be read."""
    if not found:
        return tr("No runs yet.")
    rows = [
        [run.id, tr(STATUSES[run.status]), run_name(run, scored=False), quality(run), f"{run.created:%Y-%m-%d %H:%M}"]
        for run in found
    ]
    headlines = {run.evaluation.headline for run in found if run.evaluation}
    result = headlines.pop() if len(headlines) == 1 else tr("result")
    lines = [table(rows, [tr("id"), tr("status"), tr("name"), result, tr("made (UTC)")])]
    lines += [
        tr("{run} cannot be read. {why}", run=run.id, why=said(run.unreadable)) for run in found if run.unreadable
    ]
    return "\n".join(lines)
