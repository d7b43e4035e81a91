"""What learners offer a search: work on the pool of rows that every draw from it shares."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from core.answers import Answers
from core.config import RunConfig
from core.data.splits.parts import Part
from core.learners.base import Learner, Lesson
from core.targets import Target
from core.training.linear import Labelled


@dataclass(frozen=True)
class SharedVectors:
    """Vectors of a pool's rows and of the test rows, on which a head is fitted for each draw."""

    config: RunConfig
    pool: Part
    test: Part
    learned: NDArray[np.float32]
    judged: NDArray[np.float32]
    has_bias: bool

    def answer(self, drawn: NDArray[np.int64], target: Target, seed: int) -> Answers:
        """The answers to the test rows of a head that has seen these rows of the pool; `target` is fitted to them."""
        target = target if self.has_bias else target.without_offset()
        labelled = Labelled(self.learned[drawn], target.encode(self.pool.take(drawn).targets))
        # So small a fit only waits for its other threads: one is up to forty times quicker where cores are shared.
        with threadpool_limits(1, user_api="blas"):
            head = target.fit_head(
                self.config, labelled, None, with_bias=self.has_bias, seed=seed, tell=lambda _measured: None
            )
            return target.decode(self.judged @ head.weight.T + head.bias, self.test)


@runtime_checkable
class SharesWork(Protocol):
    """A learner with work in it that lessons on other rows of the same dataset can share."""

    def again(self, lesson: Lesson) -> Learner:
        """A learner of another lesson that shares what need be opened once."""
        ...

    def vectors_once(self, pool: Part) -> SharedVectors | None:
        """The vectors of these rows and of the test rows, read now; None where more than a head learns."""
        ...
