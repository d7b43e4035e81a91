"""Numbers on the command line: predictions, explanations and money for people, and money for programs."""

from pathlib import Path
from typing import Any

from core.answers import NumberAnswers
from core.evaluation.records import Evaluation
from core.explanations import Explanation, Reason, RecordExplanation
from core.payoff.number import NumberAppraisal, read_prices
from core.payoff.number.appraise import PLAIN
from dashboard.answers.number.money import (
    answer_worth_most,
    appraisal_of,
    chosen_on,
    cost,
    prices_for,
    require_prices,
    spoken,
    way,
)
from dashboard.answers.number.predict_words import measured
from dashboard.answers.number.scale import scale_of
from dashboard.commands.speaking import covered, not_answered, pushes, remarks, table, unexplained
from dashboard.language.words import tr
from dashboard.sentences.money import money, money_between
from storage import Run, Store


def also(evaluation: Evaluation) -> str:
    """What stands below the metrics: the coverage of the prediction intervals."""
    return measured(evaluation)


def predicted(store: Store, run: Run, predictions: Any) -> str:
    """A line for each row: the number, and its prediction interval, which holds the truth in 90 of 100 cases."""
    scale = scale_of(store, run)
    return "\n".join(_line(answer, scale) for answer in predictions)


def _line(answer: Any, scale: Any) -> str:
    if answer.value is None:
        return not_answered(answer)
    ends = "" if answer.low is None else scale.span(answer.low, answer.high)
    span = tr(" ({interval} in 90 of 100 cases)", interval=ends) if ends else ""
    return f"{scale(answer.value)}{span}{remarks(answer)}"


def explained(store: Store, run: Run, found: Reason) -> str:
    """What words, places on a picture or columns did to the number."""
    scale, left = scale_of(store, run), unexplained(found.error)
    ends = {"blank": scale(found.blank), "full": scale(found.value)}
    people = tr("{blank} with all of it covered, {full} as it is.", **ends)
    if not isinstance(found, Explanation | RecordExplanation):
        return f"{people}\n{covered(found, scale)}{left}"
    if isinstance(found, RecordExplanation):
        people = tr("{blank} on average for rows that it learned from, {full} for this record.", **ends)
        return f"{people}\n{table(pushes(found, scale.signed), [tr('column'), tr('value'), tr('push')])}\n{left}"
    strongest = sorted(found.words, key=lambda one: -abs(one.push))[:15]
    lines = table([[one.text, scale.signed(one.push)] for one in strongest], [tr("word"), tr("push")])
    people = tr("{blank} with every word blanked, {full} with them.", **ends)
    return f"{people}\n{lines}\n{left}"


def has_prices(_store: Store, run: Run) -> bool:
    """Whether the run has prices: its own decision's or its scenario's."""
    return prices_for(run) is not None


def appraised(store: Store, run: Run, costs: Path | None) -> NumberAppraisal:
    """What the run is worth at the prices in a file, else at those it has. Raises ConfigError where it has none."""
    return appraisal_of(store, run, read_prices(costs) if costs else require_prices(run))


def as_told(run: Run, found: NumberAppraisal) -> dict[str, Any]:
    """The appraisal as JSON, amounts for 1,000 cases; errors cost, so a value is 0 or below."""
    return {
        "run": run.id,
        "currency": found.decision.currency,
        "decision": found.decision.model_dump(mode="json"),
        "kept": run.decision == found.decision,
        "rows": found.value.rows,
        "value_per_1000": found.value.per_1000.model_dump(),
        "next_1000": found.value.next_1000.model_dump(),
        "without_shift": found.alternatives[PLAIN].per_1000.model_dump(),
        "too_high": found.value.too_high,
        "against": {
            name: {"value_per_1000": other.per_1000.model_dump(), "gain_per_1000": other.gain.model_dump()}
            for name, other in found.alternatives.items()
        },
        "sentence": spoken(found),
    }


def money_for_people(store: Store, run: Run, found: NumberAppraisal) -> str:
    """The appraisal in sentences and a table."""
    currency, model = found.decision.currency, store.runs.predictions(run.id)
    assert isinstance(model, NumberAnswers)  # noqa: S101  # this is the room of numbers
    ways = [
        (tr("this model"), found.value.per_1000),
        *((way(name), one.per_1000) for name, one in found.alternatives.items()),
    ]
    rows = [[name, money(cost(one).value, currency), money_between(cost(one), currency)] for name, one in ways]
    said = answer_worth_most(found, model, scale_of(store, run))
    lines = [spoken(found), said, chosen_on(found.decision), ""]
    return "\n".join([*lines, table(rows, [tr("1,000 cases"), tr("errors cost"), tr("between")])])
