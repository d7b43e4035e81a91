"""labels: how many labels pay, measured by a search of small runs; or what an earlier one found."""

import secrets
from typing import Annotated, Any

import typer

from core.errors import ConfigError
from core.searches import WHO, LabelCurve, crossing, fit, levels
from dashboard.commands.asking import Asked
from dashboard.commands.speaking import Home, Json, percent, say, table
from dashboard.commands.spread import spread
from dashboard.commands.training import as_dict, wait_for
from storage import Run, Store


@spread
def labels(
    asked: Asked,
    sizes: Annotated[str, typer.Option("--sizes", help="Labels a class, with commas.")] = "8,25,100,300",
    draws: Annotated[int, typer.Option("--draws", help="How often each size is drawn.", min=2, max=20)] = 3,
    of: Annotated[str | None, typer.Option("--of", help="An earlier search's id: show what it found.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for the end and print what was found.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Measure how quality grows with labels, beside word counting; with no worker running, --wait does the work."""
    store = Store.open(home)
    if of:
        run = store.runs.get(of)
        if run.search is None:
            raise ConfigError(f"'{run.name}' is a run, and no search.", "'tuneboard evaluate' shows a run.")
        _say(store, run, as_json=as_json)
        return
    search = LabelCurve(sizes=_sizes(sizes), draws=draws)
    run = store.runs.queue_search(asked.config(store), search, secrets.token_hex(8))
    if not wait:
        say({"search": as_dict(run)}, f"Queued: {run.name} ({run.id}).", as_json=as_json)
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
    found = levels(store.runs.points(run.id))
    result: dict[str, Any] = {"search": as_dict(run), "sizes": [], "twice": {}}
    if found is None:
        say(result, f"{run.name}: {run.status}, and nothing measured yet.", as_json=as_json)
        return
    measured = {who: found.accuracy(who) for who in WHO}
    for place, size in enumerate(found.sizes):
        shares = {who: measured[who][place].model_dump() for who in WHO}
        result["sizes"].append({"size": size, "rows": found.rows[place], "draws": found.draws[place], **shares})
    for who in WHO:
        if law := fit(found, who):
            result["twice"][who] = law.accuracy(2 * law.largest).model_dump()
    result["standings"] = crossing(found).standings if found.samples is not None else ()
    rows = [
        [
            str(one["size"]),
            str(one["rows"]),
            *(_range(one[who]) for who in WHO),
            *result["standings"][place : place + 1],
        ]
        for place, one in enumerate(result["sizes"])
    ]
    heads = ["labels a class", "in all", "model", "tfidf", "the model is"][: len(rows[0])]
    twice = [f"Twice the labels: {who} {_range(one)}" for who, one in result["twice"].items()]
    say(result, "\n".join([table(rows, heads), *twice]), as_json=as_json)


def _range(one: dict[str, float]) -> str:
    return f"{percent(one['value'])} ({percent(one['low'])} to {percent(one['high'])})"
