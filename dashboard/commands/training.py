"""train and quote."""

import secrets
from typing import Annotated, Any

import typer

from core.comparison.recipes import FEWEST_SEEDS, recipe_verdict, spread_over_seeds
from core.evaluation import best_baseline
from dashboard.commands.asking import TrainingRequest
from dashboard.commands.showing import as_dict, evaluation_of, quality
from dashboard.commands.speaking import Home, Json, say, say_aside
from dashboard.commands.speaking import told as told_finding
from dashboard.commands.spread import spread
from dashboard.commands.waiting import wait_for
from dashboard.language.engine import said
from dashboard.language.formats import duration, metric_value
from dashboard.language.words import joined, tr, trn
from dashboard.sentences.baselines import spoken
from dashboard.sentences.keys import STATUSES
from dashboard.sentences.measures import counts
from dashboard.sentences.recipe import recipe_sentence, spread_sentence
from storage import Run, Store


@spread
def train(
    asked: TrainingRequest,
    seeds: Annotated[int, typer.Option(help="Trainings with different seeds, to see how much of it is luck.")] = 1,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for the end and print the evaluation.")] = False,
    request: Annotated[str | None, typer.Option("--request-id", help="The same id twice starts one run.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Train a model; with no worker running, --wait works the queue itself."""
    store = Store.open(home)
    request = request or secrets.token_hex(8)
    config, found = asked.checked(store)
    for one in found:
        say_aside(told_finding(one.model_dump()))
        for setting in one.settings:
            say_aside(tr("  train with: {option}", option=setting.option))
    told = {"findings": [one.model_dump(mode="json") for one in found]} if found else {}
    run = store.runs.queue(config, request)
    others = store.runs.repeat(run.id, seeds, request)
    if not wait:
        more = {"repeats": [as_dict(one) for one in others]} if others else {}
        lines = [tr("Queued: {name} ({run}).", name=one.name, run=one.id) for one in (run, *others)]
        say({"run": as_dict(run), **more, **told}, "\n".join(lines), as_json=as_json)
        return
    run = wait_for(store, run.id)
    others = [wait_for(store, one.id) for one in others]
    result: dict[str, Any] = {"run": as_dict(run), **told}
    if run.evaluation:
        result["evaluation"] = evaluation_of(run)
    words = "\n".join(map(_end_of, (run, *others)))
    if others:
        result["repeats"] = [as_dict(one) for one in others]
        if recipe := recipe_of(store, [run, *others]):
            result["recipe"], sentence = recipe
            words += f"\n{sentence}"
    say(result, words, as_json=as_json)
    if any(one.status != "succeeded" for one in (run, *others)):
        raise typer.Exit(1)


@spread
def quote(asked: TrainingRequest, home: Home = None, as_json: Json = False) -> None:
    """Say how long a run would take and how much memory it needs, before starting it."""
    from dashboard.quoting import quote_for

    store = Store.open(home)
    quoted = quote_for(store, asked.config(store))
    if quoted is None:
        say({"quote": None}, tr("How long it takes is seen once it has begun."), as_json=as_json)
        return
    people = tr(
        "{low} to {high} minutes, {memory} GB of memory.",
        low=f"{quoted.minutes_low:.1f}",
        high=f"{quoted.minutes_high:.1f}",
        memory=f"{quoted.memory_gb:.1f}",
    )
    say({"quote": quoted.model_dump(mode="json")}, people, as_json=as_json)


def recipe_of(store: Store, runs: list[Run]) -> tuple[dict[str, Any], str] | None:
    """JSON document and sentences on a recipe's trainings beside the best baseline; None where few have succeeded."""
    done = [run for run in runs if run.status == "succeeded" and run.evaluation]
    if len(done) < FEWEST_SEEDS:
        return None
    answers = [store.runs.predictions(run.id) for run in done]
    found = spread_over_seeds(answers)
    told = {"metric": found.metric, "values": found.values, "mean": found.mean, "deviation": found.deviation}
    told["another"] = found.another.model_dump() if found.another else None
    words = spread_sentence(found)
    assert done[0].evaluation is not None  # noqa: S101  # looked at above
    if best := best_baseline(done[0].evaluation):
        theirs, margin = store.runs.predictions(done[0].id, best[0]), done[0].config.margin / 100
        beside = recipe_verdict(answers, [theirs], other_is_fixed=True, margin=margin)
        told["verdict"] = {"baseline": best[0], "kind": beside.kind, "gain": beside.gain.model_dump()}
        words += f"\n{recipe_sentence(beside, found.metric, spoken(best[0]))}".replace("**", "")
    return told, words


def _end_of(run: Run) -> str:
    if run.evaluation is None:
        why = run.unreadable or (run.error.message if run.error else "")
        return joined([tr("{name}: {state}.", name=run.name, state=tr(STATUSES[run.status])), said(why)])
    name = run.evaluation.headline
    lines = [
        trn(
            "{name}: {reached} on {n} test row, in {time}.",
            "{name}: {reached} on {n} test rows, in {time}.",
            run.evaluation.rows,
            name=run.name,
            reached=tr("{share} right", share=quality(run)) if counts(name) == "right" else quality(run),
            time=duration(run.seconds or 0),
        )
    ]
    for who, metrics in run.evaluation.baselines.items():
        if name in metrics:
            value = metric_value(name, metrics[name].value)
            lines.append(tr("  beside it, {name}: {value}", name=spoken(who), value=value))
    return "\n".join(lines)
