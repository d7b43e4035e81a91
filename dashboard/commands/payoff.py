"""payoff: what a run's answers are worth at given prices, and the decision that is worth the most."""

from pathlib import Path
from typing import Annotated, Any

import typer

from core.errors import ConfigError
from core.payoff import Appraisal, labels_of, read_prices
from core.results import Interval
from dashboard.commands.runs import RunId
from dashboard.commands.speaking import Home, Json, percent, say, table
from storage import Run, Store

Costs = Annotated[
    Path | None, typer.Option("--costs", help="What outcomes are worth: TOML, JSON or a CSV table. Else as kept.")
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
    from dashboard.money import appraisal_of, prices_for

    store = Store.open(home)
    run = store.runs.get(run_id)
    if keep and forget:
        raise ConfigError("A decision is either kept or forgotten.", "Give one of --keep and --forget.")
    if forget:
        run = store.runs.decide(run.id, None)
    model = store.runs.predictions(run.id)
    prices = read_prices(costs, labels_of(model)) if costs else prices_for(run, model)
    found = appraisal_of(store, run, prices)
    if keep:
        run = store.runs.decide(run.id, found.decision)
    say(as_told(run, found), _for_people(found), as_json=as_json)


def as_told(run: Run, found: Appraisal) -> dict[str, Any]:
    """The appraisal as JSON, amounts for 1,000 cases."""
    from dashboard.money import spoken

    decision = found.decision
    return {
        "run": run.id,
        "currency": decision.currency,
        "decision": decision.model_dump(mode="json"),
        "kept": run.decision == decision,
        "rows": found.value.rows,
        "value_per_1000": found.value.per_1000.model_dump(),
        "without_thresholds": found.undecided.per_1000.model_dump(),
        "answered": found.value.answered,
        "right": found.value.right if found.value.answered else None,
        "against": {
            name: {"value_per_1000": rival.per_1000.model_dump(), "gain_per_1000": rival.gain.model_dump()}
            for name, rival in found.rivals.items()
        },
        "sentence": spoken(found),
    }


def _for_people(found: Appraisal) -> str:
    from dashboard.money import chosen_on, money, money_between, spoken, way

    decision = found.decision
    ways: list[tuple[str, Interval]] = [("this model", found.value.per_1000)]
    ways.append(("without thresholds", found.undecided.per_1000))
    ways += [(way(name, rival), rival.per_1000) for name, rival in found.rivals.items()]
    rows = [[name, money(one.value, decision.currency), money_between(one, decision.currency)] for name, one in ways]
    lines = [spoken(found), "", table(rows, ["1,000 cases", "worth", "between"])]
    if decision.thresholds:
        bars = [[label, percent(bar)] for label, bar in zip(decision.labels, decision.thresholds, strict=True)]
        lines += ["", table(bars, ["class", "threshold"]), chosen_on(decision)]
    return "\n".join(lines)
