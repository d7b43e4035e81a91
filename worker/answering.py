"""Answers to rows as they are sent to whoever asks: by kind, under the run's decision, with what was not read."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel

from core.answers import Answers, ClassAnswers, NumberAnswers
from core.config import RunConfig
from core.data import Part
from core.errors import ConfigError
from core.evaluation.conformal import learn_ranges
from core.learners.base import Model
from core.payoff import AnyDecision, Decision, decide
from core.payoff.number import NumberDecision
from core.tasks import task_of


class ClassAnswer(BaseModel):
    """One row's class, and the probability of each class; no class where the run's decision leaves it to a person.

    Nor where there is nothing to read.
    """

    label: str | None
    scores: dict[str, float]
    is_cut: bool = False
    """Whether the row is longer than the model reads, so that its end had no say."""


class ClassReply(BaseModel):
    """One class a row, in the order of the question."""

    kind: Literal["class"] = "class"
    labels: list[str]
    predictions: list[ClassAnswer]


class NumberAnswer(BaseModel):
    """One row's number, and the range that holds the truth in 90 of 100 cases; none where there is nothing to read."""

    value: float | None
    """The answer under the run's decision."""
    estimate: float | None = None
    """The model's own number, which a decision may raise or lower."""
    low: float | None = None
    high: float | None = None
    is_cut: bool = False
    """Whether the row is longer than the model reads, so that its end had no say."""


class NumberReply(BaseModel):
    """One number a row, in the order of the question."""

    kind: Literal["number"] = "number"
    predictions: list[NumberAnswer]


Reply = ClassReply | NumberReply
"""Answers by their kind."""


def inputs_of(rows: Sequence[Mapping[str, Any]], config: RunConfig) -> tuple[str, ...]:
    """What the model reads of each row. Raises ConfigError where a row lacks its column."""
    column = task_of(config).input_column(config)
    for row in rows:
        if column not in row:
            raise ConfigError(
                f"A row has no '{column}', which the model reads. It has: {', '.join(map(str, row)) or 'nothing'}.",
                f"Give each row its '{column}'.",
            )
    return tuple("" if row[column] is None else str(row[column]) for row in rows)


def reply_to(
    model: Model, inputs: Sequence[str], decision: AnyDecision | None = None, choosing: Answers | None = None
) -> Reply:
    """The model's answers under the run's decision; `choosing` are those to validation rows, where there are some."""
    numbers = tuple(map(str, range(len(inputs))))
    answers = model.answer(Part(numbers, tuple(inputs), ("",) * len(inputs)))
    blank, cut = [not one.strip() for one in inputs], model.cut(inputs)
    if isinstance(answers, NumberAnswers):
        priced = decision if isinstance(decision, NumberDecision) else None
        return _numbers(answers, blank, cut, choosing, priced)
    assert isinstance(answers, ClassAnswers)  # noqa: S101  # there are two kinds
    return _classes(answers, blank, cut, decision if isinstance(decision, Decision) else None)


def _numbers(
    answers: NumberAnswers,
    blank: list[bool],
    cut: list[bool],
    choosing: Answers | None,
    decision: NumberDecision | None,
) -> NumberReply:
    """Numbers with their ranges, which the validation rows tell."""
    given = decision.answers(answers.values) if decision else answers.values
    ranges = learn_ranges(choosing) if isinstance(choosing, NumberAnswers) else None
    ranged = ranges.onto(answers) if ranges and len(answers) else answers
    nothing = [None] * len(answers)
    low = nothing if ranged.low is None else ranged.low.tolist()
    high = nothing if ranged.high is None else ranged.high.tolist()
    rows = zip(given.tolist(), answers.values.tolist(), low, high, blank, cut, strict=True)
    return NumberReply(
        predictions=[
            NumberAnswer(value=None, is_cut=is_cut)
            if is_blank
            else NumberAnswer(value=value, estimate=own, low=least, high=most, is_cut=is_cut)
            for value, own, least, most, is_blank, is_cut in rows
        ]
    )


def _classes(answers: ClassAnswers, blank: list[bool], cut: list[bool], decision: Decision | None) -> ClassReply:
    """Every class's probability, the most probable first."""
    labels = list(answers.labels)
    ranked = [sorted(zip(labels, map(float, row), strict=True), key=lambda pair: -pair[1]) for row in answers.scores]
    said = decide(answers.scores, decision, labels) if decision else [row[0][0] for row in ranked]
    rows = zip(said, ranked, blank, cut, strict=True)
    found = [
        ClassAnswer(label=None if is_blank else label, scores=dict(row), is_cut=is_cut)
        for label, row, is_blank, is_cut in rows
    ]
    return ClassReply(labels=labels, predictions=found)


def joined(parts: Sequence[Reply]) -> Reply:
    """The answers to rows that were asked about in parts, as one."""
    every = [answer for part in parts for answer in part.predictions]
    return parts[0].model_copy(update={"predictions": every})
