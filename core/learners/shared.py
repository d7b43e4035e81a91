"""Shared embeddings of a search: computed once for the pool of rows that every draw is taken from."""

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
    """Embeddings of a pool's rows and of the test rows, on which a head is fitted for each draw."""

    config: RunConfig
    pool: Part
    test: Part
    learned: NDArray[np.float32]
    judged: NDArray[np.float32]
    has_bias: bool

    def answer(self, drawn: NDArray[np.int64], target: Target, seed: int) -> Answers:
        """Predictions for the test rows by a head fitted on these rows of the pool; `target` is fitted to them."""
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
    """Learner whose embeddings can be shared by lessons on other rows of the same dataset."""

    def again(self, lesson: Lesson) -> Learner:
        """Learner of another lesson that shares the opened model."""
        ...

    def vectors_once(self, pool: Part) -> SharedVectors | None:
        """Embeddings of these rows and of the test rows, computed now; None where more than a head learns."""
        ...
