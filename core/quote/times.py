"""Duration estimate of each part of a run: start, the simple baselines, training, inference on the test rows.

Learning costs 6 operations a weight and token when all weights learn, 4 with LoRA, 2 when the model only reads
(Kaplan et al. 2020), and attention beside it. Seconds are operations by the device's rate, plus the updates of the
weights, plus the simple baselines, plus starting and saving.
"""

from dataclasses import dataclass
from typing import cast

from core.config import RunConfig
from core.quote.pace import Method, Pace, Place, Speed, learned
from core.quote.row_cost import RowCost
from core.quote.work import Operations, validation_rows, work

STARTING_S = (2.0, 4.0, 9.0)
"""Overhead of reading the rows and the model, and of saving: least, middle, most."""
UPDATE_BYTES = 28
"""Memory traffic of AdamW for each weight and update."""
BYTES_A_SECOND = {"cpu": 12e9, "gpu": 800e9}
HEAD_S_A_ROW = 0.0004


@dataclass(frozen=True)
class QuotedRun:
    """Request for a quote: a run's settings, its rows, what each of them costs, and the device where it would run."""

    config: RunConfig
    rows: int
    test_rows: int
    cost: RowCost
    place: Place
    device: str
    measured: tuple[Speed, ...]


@dataclass(frozen=True)
class Times:
    """Durations of the parts of a run by default rates, and the factors that correct them."""

    training: float
    answering: float
    baseline: float
    encoding: float
    learns: Pace
    answers: Pace
    work: Operations
    earliest: float
    """Early stopping: the share of the training after which it may end; 1 without it."""

    @property
    def alone(self) -> float:
        """Duration of what no device shortens: encoding, and the baselines."""
        return self.encoding + self.baseline

    @property
    def low(self) -> float:
        """Lower bound of the likely duration."""
        quick = self.learns.low * self.training * self.earliest + self.answers.low * self.answering
        return STARTING_S[0] + 0.7 * self.alone + quick

    @property
    def middle(self) -> float:
        """Point estimate of the duration."""
        learning = self.learns.middle * self.training + self.answers.middle * self.answering
        return STARTING_S[1] + self.alone + learning

    @property
    def high(self) -> float:
        """Upper bound of the likely duration."""
        slow = self.learns.high * self.training + self.answers.high * self.answering
        return STARTING_S[2] + 1.8 * self.alone + slow


def timed(asked: QuotedRun) -> Times:
    """Estimates the seconds of every part of the run."""
    config, cost, here = asked.config, asked.cost, asked.place
    patience = getattr(config.learning, "early_stopping", None) if config.rows_per_class is None else None
    load = work(config, rows=asked.rows, test_rows=asked.test_rows, cost=cost)
    touched = cost.parameters * UPDATE_BYTES if config.learning.method in ("full", "scratch") else 0.0

    def seconds(flops: float, method: str, precision: str) -> float:
        """Roofline (Williams et al. 2009), its two parts added up."""
        return flops / here.rate(method, cost, precision) + flops * cost.moved / _bytes_a_second(here)

    training = (
        seconds(load.learning, config.learning.method, here.precision)
        + seconds(load.reading, "frozen", here.precision)
        + load.updates * touched / BYTES_A_SECOND[here.kind]
        + asked.rows * HEAD_S_A_ROW
    )
    answering = seconds(load.answering, "answering", "fp32")
    return Times(
        training=training,
        answering=answering,
        baseline=cost.baseline_s(asked.rows, asked.test_rows),
        encoding=cost.encoding_s(asked.rows + asked.test_rows + round(validation_rows(config, asked.rows))),
        learns=_pace(asked, cast("Method", config.learning.method), load.units, training),
        answers=_pace(asked, "answering", load.answered * cost.units, answering),
        work=load,
        earliest=min(1.0, (patience + 1) / load.passes) if patience else 1.0,
    )


def _bytes_a_second(here: Place) -> float:
    return BYTES_A_SECOND[here.kind] * (here.cores**0.9 if here.kind == "cpu" else 1.0)


def _pace(asked: QuotedRun, method: Method, units: float, seconds: float) -> Pace:
    """Correction factors by earlier runs here, for so many seconds and tokens, or pictures."""
    if units <= 0 or seconds <= 0:
        return Pace(1.0, 1.0, 1.0)
    cost = asked.cost
    like = Speed(
        device=asked.device,
        method=method,
        parameters=cost.unit_weights,
        tokens=units,
        seconds=seconds,
        reads=cost.reads,
    )
    return learned(asked.measured, like=like, kind=asked.place.kind)
