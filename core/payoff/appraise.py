"""Expected value of a run: thresholds chosen on some rows, counted on others, beside the alternatives."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from core.answers import ClassAnswers
from core.arrays import Integers
from core.evaluation.records import Interval
from core.payoff.answers import NOBODY, PERSON, aligned, places, targets
from core.payoff.choose import choose
from core.payoff.decision import Decision, Rule
from core.payoff.worth import Value, earnings, gain_per_1000, per_1000, possible, reachable, value_of, worth


@dataclass(frozen=True)
class Alternative:
    """Alternative policy on the same rows: its value per 1,000 cases, and how much more the model brings.

    `answer` is the class that it always gives, where it does. With `in_halves` its thresholds and the model's were, for
    this comparison, chosen on one half of the test rows and judged on the other: it kept no answers to validation rows.
    """

    per_1000: Interval
    gain: Interval
    answer: str | None = None
    in_halves: bool = False


@dataclass(frozen=True)
class Appraisal:
    """Appraisal: the expected value of a run.

    `value` is counted on the rows `judged`, which had no part in the choice of thresholds: the test rows, or one half
    of them where the other half had to choose. `undecided` is the model's likeliest answer to everything.
    `alternatives` are nothing, person (where one is there), always (the best single answer for every case) and each
    baseline with thresholds of its own. `answers` are numbers of labels, -1 for a person, one a judged row.
    """

    decision: Decision
    value: Value
    undecided: Value
    alternatives: Mapping[str, Alternative]
    judged: ClassAnswers
    answers: Integers


Baselines = Mapping[str, tuple[ClassAnswers | None, ClassAnswers]]
"""Answers of each baseline to the validation rows, where it kept any, and to the test rows."""


def appraise(
    model: ClassAnswers,
    prices: Decision,
    *,
    rule: Rule | Literal["auto"] = "auto",
    validation: ClassAnswers | None = None,
    baselines: Baselines | None = None,
) -> Appraisal:
    """Choose thresholds by the rule where the prices have none, and evaluate their value on the test rows.

    They are chosen on the validation rows. Without any, one half of the test rows chooses and the other half judges.
    Thresholds that are there already stay. A baseline's are chosen in the same way as the model's: two with the same
    scores differ by exactly 0. Raises ConfigError without rows, or when a class has no price.
    """
    decision, judged = prices, model
    if prices.chosen_on is None and validation and validation.targets:
        decision = choose(validation, prices, rule=rule)
    followed = decision
    if decision.chosen_on in {None, "test"}:
        choosing, judged = halves(model)
        followed = _chosen(choosing, decision, decision.asked or rule, on="test")
        decision = followed if decision.chosen_on is None else decision
    case = _Case(decision, judged, answers_to(judged, followed))
    alternatives = {**case.fixed(), **case.baselines(model, baselines or {})}
    value = value_of(case.answers, case.true, decision)
    return Appraisal(decision, value, worth(judged, decision.undecided()), alternatives, judged, case.answers)


def halves(predictions: ClassAnswers) -> tuple[ClassAnswers, ClassAnswers]:
    """Sample splitting: one half of the rows to choose on, the other to judge by, always the same halves."""
    shuffled = np.random.default_rng(0).permutation(len(predictions.targets))
    middle = len(shuffled) // 2
    return predictions.take(np.sort(shuffled[:middle])), predictions.take(np.sort(shuffled[middle:]))


def answers_to(predictions: ClassAnswers, decision: Decision) -> Integers:
    """Answers of a decision to these rows, as numbers of labels, PERSON for a person."""
    return places(aligned(predictions.scores, predictions.labels, decision), decision)


def _chosen(
    rows: ClassAnswers, prices: Decision, rule: Rule | Literal["auto"], on: Literal["validation", "test"] = "validation"
) -> Decision:
    """The prices with thresholds chosen on these rows; the likeliest class where there are none."""
    return choose(rows, prices.undecided(), rule=rule, on=on) if rows.targets else prices.undecided()


@dataclass(frozen=True)
class _Case:
    """A decision and its `answers` to the rows `judged`, to be held against other policies."""

    decision: Decision
    judged: ClassAnswers
    answers: Integers

    @property
    def true(self) -> Integers:
        """Number of each row's class."""
        return targets(self.judged, self.decision)

    def fixed(self) -> dict[str, Alternative]:
        """Policies that ask no model: nothing, person, always."""
        found, labels = {"nothing": self._same(NOBODY)}, self.decision.labels
        if self.decision.nothing is not None:
            found["nothing"] = self._same(labels.index(self.decision.nothing))
        if self.decision.person is not None:
            found["person"] = self._same(PERSON)
        found["always"] = self._same(int(self.decision.matrix[self.true].mean(axis=0).argmax()))
        return found

    def _same(self, answer: int) -> Alternative:
        label = self.decision.labels[answer] if answer >= 0 else None
        return replace(self.beside(np.full_like(self.answers, answer), reachable(self.decision)), answer=label)

    def beside(self, theirs: Integers, allowed: Integers | None = None) -> Alternative:
        """The policy whose answers to the same rows are `theirs`."""
        earned, mine = (earnings(one, self.true, self.decision) for one in (theirs, self.answers))
        gain = gain_per_1000(mine, earned, possible(self.answers, self.decision, theirs, allowed=allowed))
        return Alternative(per_1000(earned, possible(theirs, self.decision)), gain)

    def baselines(self, model: ClassAnswers, baselines: Baselines) -> dict[str, Alternative]:
        """Each baseline on the model's rows; `majority` is left out, for `always` is the better of its kind."""
        place = {row: i for i, row in enumerate(model.row_ids)}
        found = {}
        for who, (validation, answered) in baselines.items():
            if who != "majority" and set(answered.row_ids) == place.keys():
                ordered = answered.take(np.argsort([place[row] for row in answered.row_ids]))
                found[who] = self._baseline(model, ordered, validation)
        return found

    def _baseline(self, model: ClassAnswers, theirs: ClassAnswers, validation: ClassAnswers | None) -> Alternative:
        rule = self.decision.asked or "auto"  # asked for nothing where a hand set the thresholds
        if self.decision.chosen_on != "test" and validation is not None and validation.targets:
            return self.beside(answers_to(theirs, _chosen(validation, self.decision, rule)))
        (ours_choose, ours), (choosing, judged) = halves(model), halves(theirs)
        decision = self.decision
        if decision.chosen_on != "hand":
            decision = _chosen(ours_choose, decision, rule, on="test")
        case = _Case(self.decision, ours, answers_to(ours, decision))
        followed = _chosen(choosing, self.decision, rule, on="test")
        return replace(case.beside(answers_to(judged, followed)), in_halves=self.decision.chosen_on != "test")
