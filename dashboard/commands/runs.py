"""runs: list, show, stop, resume, rerun, delete; and what a finished run says: evaluate, predict."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from core.answers import Answers
from core.data import read_apart
from core.errors import ConfigError, DatasetError, NotFound, did_you_mean
from core.tasks import input_column
from dashboard.answers import room
from dashboard.commands.speaking import Home, Json, say, table
from dashboard.commands.training import as_dict, evaluation_of, quality, runs_table
from dashboard.contestants import require_evaluated
from dashboard.formats import metric_value
from storage import Store

RunId = Annotated[str, typer.Argument(help="A run's id.")]
runs = typer.Typer(help="List runs, newest first, or do something with one.", invoke_without_command=True)


@runs.callback()
def list_runs(
    context: typer.Context,
    limit: Annotated[int, typer.Option(help="At most so many.", min=1)] = 200,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """List runs, newest first, or do something with one."""
    if context.invoked_subcommand is None:
        found = Store.open(home).runs.list(limit)
        say({"runs": [as_dict(run) for run in found]}, runs_table(found), as_json=as_json)


@runs.command("show")
def show(run_id: RunId, home: Home = None, as_json: Json = False) -> None:
    """Show one run."""
    store = Store.open(home)
    run = store.runs.get(run_id)
    lines = [runs_table([run]), *(f"{line.at:%H:%M:%S}  {line.text}" for line in store.runs.log(run_id, 20))]
    if run.error:
        lines.append(f"{run.error.message} {run.error.hint}".strip())
    say({"run": as_dict(run)}, "\n".join(lines), as_json=as_json)


@runs.command("stop")
def stop(run_id: RunId, home: Home = None, as_json: Json = False) -> None:
    """Ask a run to save and stop."""
    store = Store.open(home)
    had_ended = store.runs.get(run_id).has_ended
    store.runs.stop(run_id)
    people = "It had ended already." if had_ended else "It was asked to stop."
    say({"run": as_dict(store.runs.get(run_id))}, people, as_json=as_json)


@runs.command("resume")
def resume(run_id: RunId, home: Home = None, as_json: Json = False) -> None:
    """Let a stopped or failed run go on from its last checkpoint."""
    run = Store.open(home).runs.resume(run_id)
    say({"run": as_dict(run)}, "It is queued and goes on from its last checkpoint.", as_json=as_json)


@runs.command("rerun")
def rerun(run_id: RunId, home: Home = None, as_json: Json = False) -> None:
    """Queue a new run with the same config."""
    run = Store.open(home).runs.rerun(run_id, secrets.token_hex(8))
    say({"run": as_dict(run)}, f"Queued: {run.name} ({run.id}).", as_json=as_json)


@runs.command("delete")
def delete(run_id: RunId, home: Home = None, as_json: Json = False) -> None:
    """Forget an ended run, its numbers and its files."""
    Store.open(home).runs.delete(run_id)
    say({"deleted": run_id}, "Deleted.", as_json=as_json)


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
    people = table(rows, ["metric", "value", "low", "high", *found.baselines]) if rows else quality(run)
    people = "\n".join(filter(None, [people, room(found.kind, "command").also(found)]))
    say(evaluation_of(run), people, as_json=as_json)


def predict(
    run_id: RunId,
    text: Annotated[str | None, typer.Option("--text", help="One text.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="A file of rows.")] = None,
    column: Annotated[str | None, typer.Option("--column", help="The file's text column.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Ask a run's model about one text or a file of them."""
    store = Store.open(home)
    if (text is None) == (file is None):
        raise ConfigError("Say what to predict.", "Give either --text TEXT or --file FILE.")
    bundle = store.runs.bundle(run_id)
    texts = [text] if text is not None else _texts(file, column or input_column(store.runs.get(run_id).config))
    from core.bundles.open import open_bundle
    from worker.answering import reply_to

    run = store.runs.get(run_id)
    reply = reply_to(open_bundle(bundle), [str(one) for one in texts], run.decision, _choosing(store, run_id))
    people = room(reply.kind, "command").predicted(store, run, reply.predictions)
    say({"predictions": [answer.model_dump() for answer in reply.predictions]}, people, as_json=as_json)


def _choosing(store: Store, run_id: str) -> Answers | None:
    """The model's answers to validation rows, where there were some."""
    try:
        return store.runs.predictions(run_id, "validation")
    except NotFound:
        return None


def explain(
    run_id: RunId,
    text: Annotated[str, typer.Option("--text", help="The text whose answer is to be explained.")],
    method: Annotated[str, typer.Option("--method", help="integrated_gradients, lime or shap.")] = (
        "integrated_gradients"
    ),
    label: Annotated[str | None, typer.Option("--label", help="Another class than the answer.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Say which words of a text pushed a run's model to its answer."""
    store = Store.open(home)
    run, bundle = store.runs.get(run_id), store.runs.bundle(run_id)
    from core.bundles.open import open_bundle
    from core.explanations.explain import explain as explained

    found = explained(open_bundle(bundle), text, method=method, label=label)
    people = room(found.kind, "command").explained(store, run, found)
    say({"explanation": found.model_dump()}, people, as_json=as_json)


def _texts(file: Path | None, column: str) -> list[str]:
    assert file is not None  # noqa: S101  # the caller looked
    frame = read_apart(file, file.name).frame
    if column not in frame and len(frame.columns) == 1:
        column = str(frame.columns[0])
    if column not in frame:
        columns = ", ".join(map(str, frame.columns))
        raise DatasetError(
            f"The column '{column}' is not in {file.name}. Its columns are: {columns}.",
            did_you_mean(column, map(str, frame.columns)) or "Name the text column with --column.",
        )
    return [str(value) for value in frame[column].fillna("")]
