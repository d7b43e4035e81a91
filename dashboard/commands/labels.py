"""labels: how many labels pay, measured by a search of small runs; or what an earlier one found."""

import secrets
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from core.errors import ConfigError
from core.searches import LabelCurve, Levels, can_fit, crossing, fit, levels
from core.tasks import task_of
from dashboard.answers import room
from dashboard.answers.curve_words import curves_counted
from dashboard.commands.asking import TrainingRequest
from dashboard.commands.showing import as_dict
from dashboard.commands.speaking import Home, Json, say, table
from dashboard.commands.spread import spread
from dashboard.commands.waiting import wait_for
from dashboard.language.formats import metric_value
from dashboard.language.words import tr
from dashboard.sentences.baselines import called
from dashboard.sentences.keys import STANDINGS, STATUSES
from dashboard.sentences.label_curve import counted_together
from storage import Run, Store


@spread
def labels(
    asked: TrainingRequest,
    sizes: Annotated[
        str | None,
        typer.Option(
            "--sizes",
            help="Labels a class, or in all where numbers are learned, with commas; as 8,25,100,300.",
        ),
    ] = None,
    draws: Annotated[int, typer.Option("--draws", help="How often each size is drawn.", min=2, max=20)] = 3,
    of: Annotated[str | None, typer.Option("--of", help="An earlier search's id: show what it found.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for the end and print what was found.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Measure how quality grows with labels, beside a baseline; with no worker running, --wait does the work."""
    store = Store.open(home)
    if of:
        run = store.runs.get(of)
        if not run.unreadable and not isinstance(run.search, LabelCurve):
            raise ConfigError(f"'{run.name}' is no curve of labels.", "'tuneboard evaluate' shows a run.")
        _say(store, run, as_json=as_json)
        return
    config = asked.config(store)
    search = LabelCurve(
        sizes=_sizes(sizes) if sizes else room(task_of(config).targets.name, "label_curve").USUAL, draws=draws
    )
    run = store.runs.queue_search(config, search, secrets.token_hex(8))
    if not wait:
        say({"search": as_dict(run)}, tr("Queued: {name} ({run}).", name=run.name, run=run.id), as_json=as_json)
        return
    run = wait_for(store, run.id)
    _say(store, run, as_json=as_json)
    if run.status != "succeeded":
        raise typer.Exit(1)


def _sizes(words: str) -> tuple[int, ...]:
    try:
        sizes = tuple(int(word) for word in words.split(","))
    except ValueError:
        sizes = ()
    if len(set(sizes)) < 2 or min(sizes) < 2:
        raise ConfigError(f"'{words}' are no sizes.", "Give at least two numbers from 2 up, as --sizes 8,25,100.")
    return sizes


def _say(store: Store, run: Run, *, as_json: bool) -> None:
    found = levels(store.runs.points(run.id), curves=curves_counted(store, run))
    result: dict[str, Any] = {"search": as_dict(run), "sizes": [], "twice": {}}
    if found is None:
        say(
            result,
            tr("{name}: {state}. Nothing is measured yet.", name=run.name, state=tr(STATUSES[run.status])),
            as_json=as_json,
        )
        return
    result |= {"metric": found.measure.metric, "curves": found.curves, "sizes": list(_sizes_told(found))}
    for who in found.who:
        if law := fit(found, who):
            result["twice"][who] = law.reached(2 * law.largest).model_dump()
    result["standings"] = crossing(found).standings if found.samples is not None else ()
    rows = [
        [
            *([str(one["size"])] if found.of_each else []),
            str(one["rows"]),
            *(_range(found, one[who]) for who in found.who),
            *(tr(STANDINGS[one]) for one in result["standings"][place : place + 1]),
        ]
        for place, one in enumerate(result["sizes"])
    ]
    each = [tr("labels a class")] if found.of_each else []
    heads = [*each, tr("in all"), *map(_who, found.who), tr("the model is")][: len(rows[0])]
    lines = [table(rows, heads)]
    if not found.measure.is_share:
        lines.insert(0, tr("{metric}: lower is better.", metric=tr(found.measure.meaning.title)))
    lines += [
        tr("Twice the labels: {name} {range}", name=_who(who), range=_range(found, one))
        for who, one in result["twice"].items()
    ]
    if can_fit(found):
        irregular = [who for who in found.who if who not in result["twice"]]
        lines += [
            tr("Twice the labels: the curve of {name} is not regular enough to say", name=_who(who))
            for who in irregular
        ]
    if found.curves > 1:
        lines.append(counted_together(found.curves))
    say(result, "\n".join(lines), as_json=as_json)


def _sizes_told(found: Levels) -> Iterator[dict[str, Any]]:
    measured = {who: found.reached(who) for who in found.who}
    for place, size in enumerate(found.sizes):
        values = {who: measured[who][place].model_dump() for who in found.who}
        yield {"size": size, "rows": found.rows[place], "draws": found.draws[place], **values}


def _range(found: Levels, one: dict[str, float]) -> str:
    value, low, high = (metric_value(found.measure.metric, one[end]) for end in ("value", "low", "high"))
    return tr("{value} ({low} to {high})", value=value, low=low, high=high)


def _who(who: str) -> str:
    return tr("model") if who == "model" else called(who)
