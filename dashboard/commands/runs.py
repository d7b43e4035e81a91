"""runs: list, show, stop, resume, rerun, delete."""

import secrets
from typing import Annotated

import typer

from dashboard.commands.showing import as_dict, runs_table
from dashboard.commands.speaking import Home, Json, say
from dashboard.language.engine import said
from dashboard.language.words import joined, tr
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
    lines = [runs_table([run]), *(f"{line.at:%H:%M:%S}  {said(line.text)}" for line in store.runs.log(run_id, 20))]
    if run.error:
        lines.append(joined([said(run.error.message), said(run.error.hint)]))
    say({"run": as_dict(run)}, "\n".join(lines), as_json=as_json)


@runs.command("stop")
def stop(run_id: RunId, home: Home = None, as_json: Json = False) -> None:
    """Ask a run to save and stop."""
    store = Store.open(home)
    had_ended = store.runs.get(run_id).has_ended
    store.runs.stop(run_id)
    people = tr("It had ended already.") if had_ended else tr("It was asked to stop.")
    say({"run": as_dict(store.runs.get(run_id))}, people, as_json=as_json)


@runs.command("resume")
def resume(run_id: RunId, home: Home = None, as_json: Json = False) -> None:
    """Let a stopped or failed run go on from its last checkpoint."""
    run = Store.open(home).runs.resume(run_id)
    say({"run": as_dict(run)}, tr("It is queued and goes on from its last checkpoint."), as_json=as_json)


@runs.command("rerun")
def rerun(run_id: RunId, home: Home = None, as_json: Json = False) -> None:
    """Queue a new run with the same config."""
    run = Store.open(home).runs.rerun(run_id, secrets.token_hex(8))
    say({"run": as_dict(run)}, tr("Queued: {name} ({run}).", name=run.name, run=run.id), as_json=as_json)


@runs.command("delete")
def delete(run_id: RunId, home: Home = None, as_json: Json = False) -> None:
    """Forget an ended run, its numbers and its files."""
    Store.open(home).runs.delete(run_id)
    say({"deleted": run_id}, tr("Deleted."), as_json=as_json)
