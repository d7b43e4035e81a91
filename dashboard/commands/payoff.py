"""payoff: what a run's answers are worth at given prices, and the decision that is worth the most."""

from pathlib import Path
from typing import Annotated, Any

import typer

from core.errors import ConfigError
from dashboard.answers import room
from dashboard.cached.comparable import require_evaluated
from dashboard.commands.runs import RunId
from dashboard.commands.speaking import Home, Json, say
from dashboard.language.words import tr
from storage import Run, Store

Costs = Annotated[
    Path | None, typer.Option("--costs", help="Prices: TOML, JSON, or a CSV table of outcomes. Else as kept.")
]
Keep = Annotated[bool, typer.Option("--keep", help="Keep the decision: predictions then follow it.")]
Forget = Annotated[bool, typer.Option("--forget", help="Answer as the model says again.")]


def payoff(
    run_id: RunId,
    costs: Costs = None,
    keep: Keep = False,
    forget: Forget = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Say what a run's answers are worth, and when it should leave a case to a person."""
    store = Store.open(home)
    run = store.runs.get(run_id)
    if keep and forget:
        raise ConfigError("A decision is either kept or forgotten.", "Give one of --keep and --forget.")
    command = room(require_evaluated(run).kind, "command")
    if forget:
        run = store.runs.decide(run.id, None)
        if not command.has_prices(store, run):
            say({"run": run.id, "kept": False}, tr("It answers as the model says again."), as_json=as_json)
            return
    found = command.appraised(store, run, costs)
    if keep:
        run = store.runs.decide(run.id, found.decision)
    say(as_told(run, found), command.money_for_people(store, run, found), as_json=as_json)


def as_told(run: Run, found: Any) -> dict[str, Any]:
    """JSON document of the appraisal, amounts for 1,000 cases."""
    told: dict[str, Any] = room(require_evaluated(run).kind, "command").as_told(run, found)
    return told
