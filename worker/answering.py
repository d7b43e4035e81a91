"""Response schema of the predictor: answers by kind, under the run's decision, with what was not read."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar

from pydantic import BaseModel

from core.answers import Answers, ClassAnswers, NumberAnswers
from core.arrays import Floats
from core.config import RunConfig
from core.data import Part
from core.evaluation.conformal import learn_intervals
from core.inputs.base import Brought
from core.learners.base import Model, Represents, Unread
from core.novelty import Detector
from core.payoff import AnyDecision, Decision, decide
from core.payoff.number import NumberDecision
from core.tasks import task_of

A = TypeVar("A")
P = TypeVar("P", bound=BaseModel)


class ClassAnswer(BaseModel):
    """Predicted class of a row, and the probability of each class.

    No class where the run's decision leaves it to a person, or there is nothing to read.
    """

    label: str | None
    scores: dict[str, float]
    is_cut: bool = False
    """Whether the row is longer than the model reads, so that a part of it had no say."""
    unread: Unread = ""
    """Which part of the row that was."""
    problem: str = ""
    """Why there is nothing to read, where what was sent could not be read."""
    p_value: float | None = None
    """How usual so large a distance to the training rows is (conformal p-value), from 0 to 1; None where unknown."""
    is_unlike: bool | None = None
    """Whether the row is unlike the training rows, by its p-value; None where the model does not tell."""


class ClassReply(BaseModel):
    """Response with a class for each row, in the order of the request."""

    kind: Literal["class"] = "class"
    labels: list[str]
    predictions: list[ClassAnswer]
    temperature: float | None = None
    """What the logits were divided by before they became probabilities, where it was fitted on validation rows."""


class NumberAnswer(BaseModel):
    """Predicted number of a row, with its 90% prediction interval; none where there is nothing to read."""

    value: float | None
    """The answer under the run's decision."""
    estimate: float | None = None
    """Point estimate: the model's own number, which a decision may raise or lower."""
    low: float | None = None
    high: float | None = None
    is_cut: bool = False
    """Whether the row is longer than the model reads, so that a part of it had no say."""
    unread: Unread = ""
    """Which part of the row that was."""
    problem: str = ""
    """Why there is nothing to read, where what was sent could not be read."""
    p_value: float | None = None
    """How usual so large a distance to the training rows is (conformal p-value), from 0 to 1; None where unknown."""
    is_unlike: bool | None = None
    """Whether the row is unlike the training rows, by its p-value; None where the model does not tell."""


class NumberReply(BaseModel):
    """Response with a number for each row, in the order of the request."""

    kind: Literal["number"] = "number"
    predictions: list[NumberAnswer]


Reply = ClassReply | NumberReply
"""Response by the kind of its answers."""


def cells_of(rows: Sequence[Mapping[str, Any]], config: RunConfig) -> tuple[Any, ...]:
    """Input cell of each row: of the columns that the model reads. Raises ConfigError where a row lacks it."""
    inputs = task_of(config).inputs
    return tuple(inputs.sent(row, config.task) for row in rows)


def reply_to(
    model: Model,
    brought: Brought,
    decision: AnyDecision | None = None,
    choosing: Answers | None = None,
    temperature: float | None = None,
    detector: Detector | None = None,
) -> Reply:
    """Predictions under the run's decision; `choosing` are those for validation rows, where there are some.

    `temperature` is already in the model; it is only told. `detector` tells rows unlike the training rows.
    """
    inputs = brought.readable
    numbers = tuple(map(str, range(len(inputs))))
    answers, p_values = _answered(model, Part(numbers, inputs, ("",) * len(inputs)), detector)
    blank, cut = [not one.strip() for one in inputs], model.cut(inputs)
    if isinstance(answers, NumberAnswers):
        priced = decision if isinstance(decision, NumberDecision) else None
        found = _flagged(_numbers(answers, blank, cut, choosing, priced), blank, p_values, detector)
        return NumberReply(predictions=_in_place(found, brought, _no_number))
    assert isinstance(answers, ClassAnswers)  # noqa: S101  # there are two kinds
    classes = _classes(answers, blank, cut, decision if isinstance(decision, Decision) else None)
    told = _in_place(_flagged(classes, blank, p_values, detector), brought, _no_class)
    return ClassReply(labels=list(answers.labels), predictions=told, temperature=temperature)


def _answered(model: Model, part: Part, detector: Detector | None) -> tuple[Answers, Floats | None]:
    """Predictions and p-values in one pass of the model; no p-values without a detector."""
    if detector is None or not isinstance(model, Represents):
        return model.answer(part), None
    answers, layers = model.represent(part)
    return answers, detector.p_values(layers)


def _flagged(found: list[P], blank: list[bool], p_values: Floats | None, detector: Detector | None) -> list[P]:
    """The answers with their p-values, and whether each row is unlike the training rows; blank rows are neither."""
    if p_values is None or detector is None:
        return found
    rows = zip(found, blank, p_values.tolist(), detector.flags(p_values).tolist(), strict=True)
    return [
        one if is_blank else one.model_copy(update={"p_value": p_value, "is_unlike": is_unlike})
        for one, is_blank, p_value, is_unlike in rows
    ]


def _in_place(found: Sequence[A], brought: Brought, nothing: Callable[[str], A]) -> list[A]:
    """Aligns the answers with the inputs: `nothing` stands where an input could not be read."""
    answers = iter(found)
    rows = zip(brought.inputs, brought.problems, strict=True)
    return [nothing(problem) if one is None else next(answers) for one, problem in rows]


def _no_class(problem: str) -> ClassAnswer:
    return ClassAnswer(label=None, scores={}, problem=problem)


def _no_number(problem: str) -> NumberAnswer:
    return NumberAnswer(value=None, problem=problem)


def _numbers(
    answers: NumberAnswers,
    blank: list[bool],
    cut: list[Unread],
    choosing: Answers | None,
    decision: NumberDecision | None,
) -> list[NumberAnswer]:
    """Numbers with prediction intervals, calibrated on the validation rows (split conformal)."""
    given = decision.answers(answers.values) if decision else answers.values
    intervals = learn_intervals(choosing) if isinstance(choosing, NumberAnswers) else None
    ranged = intervals.onto(answers) if intervals and len(answers) else answers
    nothing = [None] * len(answers)
    low = nothing if ranged.low is None else ranged.low.tolist()
    high = nothing if ranged.high is None else ranged.high.tolist()
    rows = zip(given.tolist(), answers.values.tolist(), low, high, blank, cut, strict=True)
    return [
        NumberAnswer(value=None, is_cut=bool(unread), unread=unread)
        if is_blank
        else NumberAnswer(value=value, estimate=own, low=least, high=most, is_cut=bool(unread), unread=unread)
        for value, own, least, most, is_blank, unread in rows
    ]


def _classes(
    answers: ClassAnswers, blank: list[bool], cut: list[Unread], decision: Decision | None
) -> list[ClassAnswer]:
    """Class probabilities of each row, the most probable first."""
    labels = list(answers.labels)
    ranked = [sorted(zip(labels, map(float, row), strict=True), key=lambda pair: -pair[1]) for row in answers.scores]
    said = decide(answers.scores, decision, labels) if decision else [row[0][0] for row in ranked]
    rows = zip(said, ranked, blank, cut, strict=True)
    return [
        ClassAnswer(label=None if is_blank else label, scores=dict(row), is_cut=bool(unread), unread=unread)
        for label, row, is_blank, unread in rows
    ]


def joined(parts: Sequence[Reply]) -> Reply:
    """Concatenates the responses to batches of one request."""
    every = [answer for part in parts for answer in part.predictions]
    return parts[0].model_copy(update={"predictions": every})
