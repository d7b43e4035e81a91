"""HTML rendering of a report: facts in, one page out."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from core.baselines import BASELINES
from core.cards import data_sheet, model_card
from core.cards.code import code_in
from core.cards.model_card import limits
from core.config import FIRST_TASK, presets_of
from core.errors import NotFound
from core.evaluation import MEANINGS
from core.tasks import task_of
from dashboard.answers import room
from dashboard.inputs import room_of
from dashboard.language.engine import said
from dashboard.language.formats import count, duration
from dashboard.language.words import tr
from dashboard.report.answer import answer, judged_on, pairs
from dashboard.report.cards import in_our_language
from dashboard.report.examples import examples
from dashboard.report.facts import Facts, gather
from dashboard.report.figures import figures, in_page, themes
from dashboard.report.wish import ReportOptions
from dashboard.server.html_page import allow, fill, fixed, paper, policy
from storage import Dataset, Run, Store


def report(store: Store, run_ids: Sequence[str], options: ReportOptions | None = None) -> str:
    """HTML page of the report on these runs. Raises what `gather` and `ReportOptions.checked` raise."""
    facts = gather(store, run_ids)
    return write(store, facts, (options or ReportOptions()).checked(facts.dataset.columns))


def write(store: Store, facts: Facts, options: ReportOptions) -> str:
    """Self-contained HTML page of the report."""
    told = facts.told[facts.best.id]
    named = told.after.model_copy(update={"name": facts.names[facts.best.id]})
    plotly, script = _plotly(), fixed("report.js")
    return fill(
        "report.html",
        policy=policy(scripts=allow((plotly, script)), styles="'unsafe-inline'"),
        style=paper() + fixed("report.css"),
        logo=fixed("../static/logo.svg"),
        plotly=plotly,
        script=script,
        themes=in_page(themes()),
        told=told.model_copy(update={"after": named}) if facts.comparison else told,
        kind=told.kind,
        sentences=answer(facts),
        judged_on=judged_on(facts),
        pairs=pairs(facts),
        table=_table(facts),
        headings=_headings(facts),
        meanings=[(tr(MEANINGS[name].title), tr(MEANINGS[name].meaning)) for name in _measured(facts)],
        figures=figures(facts),
        examples=examples(facts, options) if options.examples else None,
        rows_note=room_of(facts.best.config, "report").note(as_written=options.as_written),
        money=[(facts.names[run.id], facts.told[run.id].money) for run in facts.runs if facts.told[run.id].money],
        limits=[said(line).replace("\\", "") for line in limits(facts.evaluation(facts.best), facts.story)],
        cards=list(_cards(store, facts)),
        repeats=[_repeat(store, facts, run) for run in facts.runs],
        dataset=facts.dataset,
        wish=options,
        made=datetime.now(UTC),
        version=_version(),
    )


@lru_cache(maxsize=1)
def _plotly() -> str:
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs()).strip()


def _measured(facts: Facts) -> list[str]:
    return [name for name in room(facts.kind, "report").SHOWN if name in facts.evaluation(facts.best).metrics]


def _headings(facts: Facts) -> list[str]:
    return [tr("Model"), *(tr(MEANINGS[name].title) for name in _measured(facts)), tr("Took")]


def _table(facts: Facts) -> list[dict[str, Any]]:
    """Table rows: one for each run, the best first, and one for each baseline of the best run."""
    names, cell = _measured(facts), room(facts.kind, "report").cell
    lines = []
    for run in facts.runs:
        found = facts.evaluation(run).metrics
        if facts.comparison:
            found = {**facts.comparison.measured[run.id], facts.comparison.metric: facts.comparison.shown(run.id)}
        cells = [cell(facts, name, found[name]) if name in found else "–" for name in names]
        took = duration(run.seconds) if run.seconds is not None else "–"
        lines.append({"name": facts.names[run.id], "cells": [*cells, took], "is_model": True})
    beside = facts.evaluation(facts.best).baselines
    for who in (who for who in BASELINES if who in beside):
        cells = [cell(facts, name, beside[who][name]) if name in beside[who] else "–" for name in names]
        lines.append({"name": tr(BASELINES[who].title), "cells": [*cells, "–"], "is_model": False})
    return lines


def _cards(store: Store, facts: Facts) -> Iterator[tuple[str, str]]:
    for run in facts.runs:
        about = _about(store, run)
        card = model_card(
            run.config,
            task_of(run.config).targets.opened({"labels": facts.told[run.id].labels}),
            facts.evaluation(run),
            name=facts.names[run.id],
            data_name="" if facts.story and facts.dataset.parent_id is None else facts.dataset.name,
            versions=about.get("versions"),
            facts=about.get("facts"),
            code=_code(store, run),
        )
        yield tr("Model card: {name}", name=facts.names[run.id]), in_our_language(card)
    dataset = facts.dataset
    sheet = data_sheet(
        facts.frame,
        facts.best.config,
        name=dataset.name,
        source=dataset.source,
        sha256=dataset.sha256,
        notes=() if dataset.history else dataset.notes,
        mends=dataset.history,
    )
    yield tr("Data sheet: {name}", name=dataset.name), in_our_language(sheet)


def _about(store: Store, run: Run) -> dict[str, Any]:
    """Metadata in the run's bundle (`run.json`); empty where it is gone."""
    try:
        told = json.loads((store.runs.bundle(run.id) / "run.json").read_text(encoding="utf-8"))
    except (NotFound, OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _code(store: Store, run: Run) -> str:
    """Python code in the run's bundle that loads and asks the model; "" where there is none."""
    try:
        return code_in(store.runs.bundle(run.id))
    except (NotFound, OSError, ValueError):
        return ""


def _repeat(store: Store, facts: Facts, run: Run) -> dict[str, Any]:
    """Reproduction of the run: its config as a file, the versions, and the device."""
    versions = _about(store, run).get("versions", {})
    return {
        "name": facts.names[run.id],
        "config": settings_file(run, facts.dataset),
        "computed": ", ".join(f"{name} {number}" for name, number in versions.items()),
        "device": run.device or "",
        "ended": run.ended,
        "rows": count(facts.dataset.rows),
    }


def settings_file(run: Run, dataset: Dataset) -> str:
    """Config file (TOML) of the run's settings that differ from the defaults or belong to its preset.

    `tuneboard train` takes it. A scenario's rows are named by the scenario, which anybody has; mended ones by their
    dataset.
    """
    whole = run.config.model_dump(mode="json", exclude={"dataset", "scenario"})
    telling = run.config.model_dump(mode="json", exclude_defaults=True, exclude={"dataset", "scenario"})
    fields = {**telling, **{name: whole[name] for name in presets_of(run.config.task.task)[run.preset]}}
    if run.config.task.task != FIRST_TASK:
        fields["task"] = {"task": run.config.task.task, **fields.get("task", {})}
    is_as_told = run.config.scenario and dataset.parent_id is None
    first = {"scenario": run.config.scenario} if is_as_told else {"dataset": dataset.name}
    lines = [*_lines({**first, **fields})]
    return "\n".join(lines)


def _lines(fields: dict[str, Any], under: str = "") -> Iterator[str]:
    for name, value in fields.items():
        if isinstance(value, dict):
            yield from _lines(value, f"{under}{name}.")
        else:
            yield f"{under}{name} = {json.dumps('none' if value is None else value, ensure_ascii=False)}"


def _version() -> str:
    try:
        return version("tuneboard")
    except PackageNotFoundError:
        return ""
