"""What a finished run says: evaluate, predict, explain."""

from base64 import b64decode
from pathlib import Path
from typing import Annotated

import typer

from core.answers import Answers
from core.data import Part
from core.errors import ConfigError, NotFound
from core.evaluation.records import Evaluation
from core.explanations import METHODS, ClassChange, PictureExplanation, Reason
from dashboard.answers import room
from dashboard.answers.summary import Summary, summarised
from dashboard.cached.comparable import require_evaluated
from dashboard.commands.reading import ReadFlags
from dashboard.commands.runs import RunId
from dashboard.commands.showing import evaluation_of, quality
from dashboard.commands.speaking import Home, Json, percent, say, say_aside, table
from dashboard.commands.spread import spread
from dashboard.inputs import room_of
from dashboard.language.engine import said
from dashboard.language.formats import metric_value
from dashboard.language.words import count, listed, tr
from dashboard.sentences.baselines import called
from storage import Store

RowsOption = Annotated[
    Path | None, typer.Option("--file", help="A file of rows; of pictures one, a folder of them, or a ZIP archive.")
]
WAYS = "; ".join(f"of a {kind} {', '.join(ways)}" for kind, ways in METHODS.items() if ways)


def evaluate(run_id: RunId, home: Home = None, as_json: Json = False) -> None:
    """Show how good a run's model is, with intervals, beside the baselines."""
    run = Store.open(home).runs.get(run_id)
    found = require_evaluated(run)
    rows = [
        [
            name,
            *(metric_value(name, number) for number in (m.value, m.low, m.high)),
            *(metric_value(name, b[name].value) for b in found.baselines.values() if name in b),
        ]
        for name, m in found.metrics.items()
    ]
    people = table(rows, _heads(found)) if rows else quality(run)
    people = "\n".join(filter(None, [people, room(found.kind, "command").also(found)]))
    say(evaluation_of(run), people, as_json=as_json)


def _heads(found: Evaluation) -> list[str]:
    return [tr("metric"), tr("value"), tr("low"), tr("high"), *map(called, found.baselines)]


@spread
def predict(
    run_id: RunId,
    flags: ReadFlags,
    text: Annotated[str | None, typer.Option("--text", help="One text.")] = None,
    file: RowsOption = None,
    column: Annotated[str | None, typer.Option("--column", help="The file's column that the model reads.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Ask a run's model about one row or a file of them."""
    store = Store.open(home)
    run, bundle = store.runs.get(run_id), store.runs.bundle(run_id)
    with room_of(run.config, "command").asked(run, text, file, column, flags.options()) as rows:
        from core.bundles.open import open_bundle
        from core.novelty import open_detector
        from worker.answering import reply_to

        model, choosing = open_bundle(bundle), _validation_answers(store, run_id)
        reply = reply_to(model, rows.brought, run.decision, choosing, detector=open_detector(bundle))
    for note in rows.notes:
        say_aside(said(note))
    people = room(reply.kind, "command").predicted(store, run, reply.predictions)
    if rows.files:
        people = table(
            [[*pair] for pair in zip(rows.files, people.splitlines(), strict=True)], [tr("file"), tr("answer")]
        )
    if len(rows.brought) > 1:
        replies = room(reply.kind, "asked").replies(reply.model_dump())
        say_aside(summed_up(summarised([replies], [not (one or "").strip() for one in rows.brought.inputs])))
    told = [answer.model_dump() for answer in reply.predictions]
    told = [{**one, "file": name} for one, name in zip(told, rows.files, strict=True)] if rows.files else told
    if rows.lines:
        people = table(
            [[f"{line}", words] for line, words in zip(rows.lines, people.splitlines(), strict=True)],
            [tr("line"), tr("answer")],
        )
        told = [{"line": line, **one} for one, line in zip(told, rows.lines, strict=True)]
    say({"predictions": told}, people, as_json=as_json)


def summed_up(found: Summary) -> str:
    """Summary of a file's predictions in a line."""
    unlike = tr("not counted") if found.unlike is None else count(found.unlike)
    counts = [tr("{label}: {n}", label=label, n=count(rows)) for label, rows in found.counts.items()]
    if not counts:
        return tr(
            "Rows: {rows}; unlike the training rows: {unlike}; nothing to read: {unread}.",
            rows=count(found.rows),
            unlike=unlike,
            unread=count(found.unread),
        )
    return tr(
        "Rows: {rows}; unlike the training rows: {unlike}; nothing to read: {unread}; {counts}.",
        rows=count(found.rows),
        unlike=unlike,
        unread=count(found.unread),
        counts=listed(counts),
    )


def _validation_answers(store: Store, run_id: str) -> Answers | None:
    """Predictions on the validation rows, None where there were none."""
    try:
        return store.runs.predictions(run_id, "validation")
    except NotFound:
        return None


def explain(
    run_id: RunId,
    text: Annotated[str | None, typer.Option("--text", help="The text whose answer is to be explained.")] = None,
    file: RowsOption = None,
    method: Annotated[str, typer.Option("--method", help=f"{WAYS}.")] = "",
    label: Annotated[str | None, typer.Option("--label", help="Another class than the answer.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Of a picture: where it goes with what pushes.")] = None,
    otherwise: Annotated[
        bool,
        typer.Option("--otherwise", help="Of a record: the least change for another answer, or --label."),
    ] = False,
    may_change: Annotated[
        list[str] | None,
        typer.Option("--may-change", help="With --otherwise: a column that may change; else any."),
    ] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Say what on a row pushed a model to its answer: words of a text, places on a picture, columns of a record."""
    store = Store.open(home)
    run, bundle = store.runs.get(run_id), store.runs.bundle(run_id)
    with room_of(run.config, "command").asked(run, text, file, None) as rows:
        if len(rows.brought.readable) != 1:
            raise ConfigError(f"There are {len(rows.brought.readable)} rows to explain.", "Give one at a time.")
        from core.bundles.open import open_bundle
        from core.explanations.why import change, why
        from core.preparation import prepare

        def learned() -> Part:
            return prepare(store.datasets.frame(run.config.dataset), run.config).train

        model, one = open_bundle(bundle), rows.brought.readable[0]
        if otherwise:
            other = change(model, one, learned=learned, label=label, may_change=tuple(may_change or ()))
            say({"change": other.model_dump()}, changed(other), as_json=as_json)
            return
        how = {"method": method} if method else {}
        found = why(model, one, learned=learned, label=label, **how)
    if out is not None:
        write_overlay(found, out)
    people = room(found.kind, "command").explained(store, run, found)
    say({"explanation": found.model_dump()}, people, as_json=as_json)


def changed(found: ClassChange) -> str:
    """The smallest change that makes another answer, a line a column."""
    from dashboard.inputs.table.told import value

    if not found.columns:
        return tr("No change was found that makes another answer than {answer}.", answer=found.answer)
    ends = {"answer": found.answer, "now": percent(found.probability)}
    others = {"other": found.other, "sure": percent(found.other_probability)}
    lines = [[one.name, value(one.before), value(one.after)] for one in found.columns]
    people = tr("{other} ({sure}) in place of {answer} ({now}), with this changed:", **ends, **others)
    return f"{people}\n{table(lines, [tr('column'), tr('now'), tr('changed to')])}"


def write_overlay(found: Reason, out: Path) -> None:
    """Writes a picture's attribution overlay as a PNG. Raises ConfigError where no picture was explained."""
    if not isinstance(found, PictureExplanation):
        raise ConfigError("Only what is drawn over a picture goes to a file.", "Leave --out away.")
    out.write_bytes(b64decode(found.overlay))
