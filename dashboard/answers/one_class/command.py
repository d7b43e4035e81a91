"""Classes on the command line: predictions, explanations and money for people, and money for programs."""

from pathlib import Path
from typing import Any

from core.evaluation.records import Evaluation, Interval
from core.explanations import Explanation, Reason, RecordExplanation
from core.payoff import Appraisal, labels_of, read_prices
from dashboard.commands.speaking import covered, not_answered, percent, pushes, remarks, table, unexplained
from dashboard.language.words import tr
from dashboard.sentences.money import (
    appraisal_of,
    chosen_on,
    money,
    money_between,
    prices_for,
    require_prices,
    spoken,
    way,
)
from storage import Run, Store


def also(_evaluation: Evaluation) -> str:
    """What stands below the metrics: nothing."""
    return ""


def predicted(_store: Store, _run: Run, predictions: Any) -> str:
    """A line for each row: the class, and how probable it is."""
    return "\n".join(map(_line, predictions))


def _line(answer: Any) -> str:
    if not answer.scores:
        return not_answered(answer)
    return f"{answer.label or tr('for a person')} ({percent(_sure(answer))}){remarks(answer)}"


def _sure(answer: Any) -> float:
    """The probability of what is answered, or of the likeliest class where a person should answer."""
    return float(max(answer.scores.values()) if answer.label is None else answer.scores[answer.label])


def explained(_store: Store, _run: Run, found: Reason) -> str:
    """What words, places on a picture or columns did to the probability of the class."""
    left = unexplained(found.error)
    ends = {"label": found.label, "blank": percent(found.blank), "full": percent(found.value)}
    people = tr("{label}: {blank} with all of it covered, {full} as it is.", **ends)
    if not isinstance(found, Explanation | RecordExplanation):
        return f"{people}\n{covered(found, percent)}{left}"
    to = tr("push to {label}", label=found.label)
    if isinstance(found, RecordExplanation):
        people = tr("{label}: {blank} on average for rows that it learned from, {full} for this record.", **ends)
        return f"{people}\n{table(pushes(found, '{:+.2f}'.format), [tr('column'), tr('value'), to])}\n{left}"
    strongest = sorted(found.words, key=lambda one: -abs(one.push))[:15]
    lines = table([[one.text, f"{one.push:+.2f}"] for one in strongest], [tr("word"), to])
    people = tr("{label}: {blank} with every word blanked, {full} with them.", **ends)
    return f"{people}\n{lines}\n{left}"


def has_prices(store: Store, run: Run) -> bool:
    """Whether the run has prices: its own decision's or its scenario's."""
    return prices_for(run, store.runs.predictions(run.id)) is not None


def appraised(store: Store, run: Run, costs: Path | None) -> Appraisal:
    """What the run is worth at the prices in a file, else at those it has."""
    model = store.runs.predictions(run.id)
    return appraisal_of(store, run, read_prices(costs, labels_of(model)) if costs else require_prices(run, model))


def as_told(run: Run, found: Appraisal) -> dict[str, Any]:
    """The appraisal as JSON, amounts for 1,000 cases."""
    decision = found.decision
    return {
        "run": run.id,
        "currency": decision.currency,
        "decision": decision.model_dump(mode="json"),
        "kept": run.decision == decision,
        "rows": found.value.rows,
        "value_per_1000": found.value.per_1000.model_dump(),
        "next_1000": found.value.next_1000.model_dump(),
        "without_thresholds": found.undecided.per_1000.model_dump(),
        "answered": found.value.answered,
        "right": found.value.right if found.value.answered else None,
        "against": {
            name: {"value_per_1000": other.per_1000.model_dump(), "gain_per_1000": other.gain.model_dump()}
            for name, other in found.alternatives.items()
        },
        "sentence": spoken(found),
    }


def money_for_people(_store: Store, _run: Run, found: Appraisal) -> str:
    """The appraisal in sentences and tables."""
    decision = found.decision
    ways: list[tuple[str, Interval]] = [(tr("this model"), found.value.per_1000)]
    ways.append((tr("without thresholds"), found.undecided.per_1000))
    ways += [(way(name, other), other.per_1000) for name, other in found.alternatives.items()]
    rows = [[name, money(one.value, decision.currency), money_between(one, decision.currency)] for name, one in ways]
    lines = [spoken(found), "", table(rows, [tr("1,000 cases"), tr("worth"), tr("between")])]
    if decision.thresholds:
        bars = [[label, percent(bar)] for label, bar in zip(decision.labels, decision.thresholds, strict=True)]
        lines += ["", table(bars, [tr("class"), tr("threshold")]), chosen_on(decision)]
    return "\n".join(lines)
