"""Duration estimate of each part of a run: start, the simple baselines, training, inference on the test rows.

Learning costs 6 operations a weight and token when all weights learn, 4 with LoRA, 2 when the model only reads
(Kaplan et al. 2020), and attention beside it. Seconds are operations by the device's rate, plus the updates of the
weights, plus the simple baselines, plus starting and saving.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from core.config import RunConfig
from core.quote.pace import Method, Pace, Place, Speed, learned
from core.quote.work import Operations, work

if TYPE_CHECKING:
    from core.models import ModelInfo

STARTING_S = (2.0, 4.0, 9.0)
"""Overhead of reading the rows and the model, and of saving: least, middle, most."""
UPDATE_BYTES = 28
"""Memory traffic of AdamW for each weight and update."""
BYTES_A_SECOND = {"cpu": 12e9, "gpu": 800e9}
HEAD_S_A_ROW = 0.0004
BASELINE_S = (1.5, 25e-6, 3e-6)
"""Cost of the tuned baseline on one core: to begin, for each token to learn from, for each token to answer."""


@dataclass(frozen=True)
class QuotedRun:
    """Request for a quote: a run's settings, its rows, its model, and the device where it would run."""

    config: RunConfig
    rows: int
    test_rows: int
    mean_tokens: float
    model: "ModelInfo"
    place: Place
    device: str
    measured: tuple[Speed, ...]


@dataclass(frozen=True)
class Times:
    """Durations of the parts of a run by default rates, and the factors that correct them."""

    training: float
    answering: float
    baseline: float
    learns: Pace
    answers: Pace
    work: Operations
    earliest: float
    """Early stopping: the share of the training after which it may end; 1 without it."""

    @property
    def low(self) -> float:
        """Lower bound of the likely duration."""
        quick = self.learns.low * self.training * self.earliest + self.answers.low * self.answering
        return STARTING_S[0] + 0.7 * self.baseline + quick

    @property
    def middle(self) -> float:
        """Point estimate of the duration."""
        return STARTING_S[1] + self.baseline + self.learns.middle * self.training + self.answers.middle * self.answering

    @property
    def high(self) -> float:
        """Upper bound of the likely duration."""
        slow = self.learns.high * self.training + self.answers.high * self.answering
        return STARTING_S[2] + 1.8 * self.baseline + slow


def timed(asked: QuotedRun) -> Times:
    """Estimates the seconds of every part of the run."""
    config, model, here = asked.config, asked.model, asked.place
    patience = getattr(config.learning, "early_stopping", None) if config.rows_per_class is None else None
    load = work(config, rows=asked.rows, test_rows=asked.test_rows, mean_tokens=asked.mean_tokens, model=model)
    touched = model.parameters * UPDATE_BYTES if config.learning.method == "full" else 0.0
    training = (
        load.learning / here.rate(config.learning.method, model, here.precision)
        + load.reading / here.rate("frozen", model, here.precision)
        + load.updates * touched / BYTES_A_SECOND[here.kind]
        + asked.rows * HEAD_S_A_ROW
    )
    answering = load.answering / here.rate("answering", model, "fp32")
    start, a_token, an_answer = BASELINE_S
    return Times(
        training=training,
        answering=answering,
        baseline=start + asked.mean_tokens * (a_token * asked.rows + an_answer * asked.test_rows),
        learns=_pace(asked, cast("Method", config.learning.method), load.tokens, training),
        answers=_pace(asked, "answering", load.answered * asked.mean_tokens, answering),
        work=load,
        earliest=min(1.0, (patience + 1) / load.passes) if patience else 1.0,
    )


def _pace(asked: QuotedRun, method: Method, tokens: float, seconds: float) -> Pace:
    """Correction factors by earlier runs here, for so many seconds and tokens."""
    if tokens <= 0 or seconds <= 0:
        return Pace(1.0, 1.0, 1.0)
    like = Speed(device=asked.device, method=method, parameters=asked.model.parameters, tokens=tokens, seconds=seconds)
    return learned(asked.measured, like=like, kind=asked.place.kind)
