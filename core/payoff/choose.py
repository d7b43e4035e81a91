"""Threshold tuning: those worth the most on validation rows. What they are worth, other rows must say."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.answers import ClassAnswers
from core.arrays import Floats, Integers
from core.errors import ConfigError
from core.payoff.answers import PERSON, aligned, places, targets, with_a_person
from core.payoff.decision import Decision, Rule
from core.payoff.search import best_each, best_one, from_prices, scattered

ENOUGH = 40
"""Minimum rows for tuning: thresholds that fit fewer are chance, and the prices decide."""
FOLDS = 5
WORK = 400_000
"""Budget of random restarts, in scores that the search may look at again."""
MOST_ROWS = 20_000
"""Subsample size: more rows choose no better and take longer, so they are thinned evenly."""


@dataclass(frozen=True)
class _Cases:
    """Rows to choose on: scores (rows, classes), the target of each, what each answer is worth there (rows, classes),
    and what a person's is (rows,), where one is there."""

    scores: Floats
    targets: Integers
    gains: Floats
    person: Floats | None

    def only(self, rows: Integers) -> "_Cases":
        person = None if self.person is None else self.person[rows]
        return _Cases(self.scores[rows], self.targets[rows], self.gains[rows], person)


def choose(
    predictions: ClassAnswers,
    prices: Decision,
    *,
    rule: Rule | Literal["auto"] = "auto",
    on: Literal["validation", "test"] = "validation",
) -> Decision:
    """Tunes thresholds: the prices with those that are worth the most on these rows.

    `auto` compares the rules by cross-validation within the rows: thresholds for each class must be better than simpler
    ways by more than a standard error, for they fit chance the most easily. Raises ConfigError without rows, or when a
    class has no price.
    """
    if not predictions.targets:
        raise ConfigError("There are no rows to choose thresholds on.", "Keep the model's own answers.")
    cases = _cases(predictions, prices)
    chosen: Rule = _best_rule(cases, prices) if rule == "auto" else rule
    if chosen == "hand":
        raise ConfigError("Thresholds set by hand are not chosen.", "Give them with the prices.")
    return prices.model_copy(
        update={
            "thresholds": _thresholds(cases, prices, chosen),
            "rule": chosen,
            "chosen_on": on,
            "chosen_rows": len(cases.targets),
            "asked": rule,
        }
    )


def rules_for(prices: Decision) -> tuple[Rule, ...]:
    """The rules that can differ under these prices, the simplest first."""
    return ("likeliest", "prices", "each") if prices.person is None else ("likeliest", "prices", "one", "each")


def _cases(predictions: ClassAnswers, prices: Decision) -> _Cases:
    scores, true = aligned(predictions.scores, predictions.labels, prices), targets(predictions, prices)
    if len(true) > MOST_ROWS:
        kept = np.linspace(0, len(true) - 1, MOST_ROWS).astype(np.int64)
        scores, true = scores[kept], true[kept]
    return _Cases(scores, true, prices.matrix[true], with_a_person(true, prices))


def _thresholds(cases: _Cases, prices: Decision, rule: Rule, thorough: bool = True) -> tuple[float, ...] | None:
    if rule == "likeliest":
        return None
    believed = from_prices(prices, np.bincount(cases.targets, minlength=len(prices.labels)))
    if rule == "prices":
        found = believed
    elif rule == "one":
        found = best_one(cases.scores, cases.gains, cases.person)
    else:
        even = np.full(len(prices.labels), 1 / len(prices.labels))
        starts = [believed]
        if thorough:
            starts.append(best_one(cases.scores, cases.gains, cases.person) if prices.person is not None else even)
            starts += scattered(believed, searches=WORK // (cases.scores.size * len(even)))
        found = best_each(cases.scores, cases.gains, cases.person, starts)
    return tuple(float(bar) for bar in found)


def _best_rule(cases: _Cases, prices: Decision) -> Rule:
    """Rule with the most value in cross-validation, by the one-standard-error rule for the most complex."""
    if len(cases.targets) < ENOUGH:
        return "prices"
    earned = {rule: _cross_validated(cases, prices, rule) for rule in rules_for(prices)}
    simpler: list[Rule] = [rule for rule in earned if rule != "each"]
    best = max(simpler, key=lambda rule: earned[rule].mean())
    gained = earned["each"] - earned[best]
    clearly = gained.mean() > gained.std(ddof=1) / np.sqrt(len(gained))
    return "each" if clearly else best


def _cross_validated(cases: _Cases, prices: Decision, rule: Rule) -> Floats:
    """Cross-validated value of each row, under thresholds fitted to the other folds."""
    rows = len(cases.targets)
    earned = np.zeros(rows)
    fold = np.random.default_rng(0).permutation(rows) % FOLDS
    for number in range(FOLDS if rule in {"one", "each"} else 1):
        judged = np.flatnonzero(fold == number) if rule in {"one", "each"} else np.arange(rows)
        learned = np.flatnonzero(fold != number) if rule in {"one", "each"} else judged
        found = _thresholds(cases.only(learned), prices, rule, thorough=False)
        earned[judged] = _earned(cases.only(judged), prices, found)
    return earned


def _earned(cases: _Cases, prices: Decision, thresholds: tuple[float, ...] | None) -> Floats:
    """Value of each row under these thresholds."""
    answers = places(cases.scores, prices.model_copy(update={"thresholds": thresholds}))
    picked = cases.gains[np.arange(len(answers)), np.maximum(answers, 0)]
    return picked if cases.person is None else np.where(answers == PERSON, cases.person, picked)
