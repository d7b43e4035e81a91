"""Countdown: the time that is left, estimated from what this run measured of itself. It reads no clock."""

from collections.abc import Sequence
from itertools import pairwise
from statistics import median, median_low

STRETCHES = 24
FEWEST = 3
KEPT = 4096
"""Moments that are kept; beyond, every second one is dropped."""

Moment = tuple[int, float]
"""Steps done, and seconds at work by then."""


class Countdown:
    """Time left of `steps` equal steps, and of what comes between and after them.

    The steps so far are cut into stretches of equally many, and the median stretch is the pace: a while in which
    another program had the cores, or a slow first step, weighs no more than the steps that fell into it. Pauses are
    passes over validation rows; until one was measured, each costs as much as `pause_steps` steps. What comes after
    all steps costs as much as `after_steps`.
    """

    def __init__(
        self, steps: int, *, pauses: int = 0, pause_steps: float = 0.0, after_steps: float = 0.0, done: int = 0
    ) -> None:
        self.steps = steps
        self.after_steps = after_steps
        self._pauses, self._pause_steps = pauses, pause_steps
        self._paused: list[float] = []
        self._moments: list[Moment] = []
        self._first = done

    def step(self, done: int, at: float) -> None:
        """Notes that so many steps were done at this moment, in seconds by any clock. The first one is a warm-up."""
        if done > self._first:
            self._moments.append((done, at - sum(self._paused)))
        if len(self._moments) > KEPT:
            del self._moments[1:-1:2]

    def pause(self, seconds: float) -> None:
        """Notes a pause that is over."""
        self._paused.append(seconds)

    def left(self) -> float | None:
        """Seconds that are left; None before there is enough to tell."""
        pace = typical_pace(self._moments)
        if pace is None:
            return None
        pause = median(self._paused) if self._paused else pace * self._pause_steps
        ahead = self.steps - self._moments[-1][0] + self.after_steps
        return max(0.0, pace * ahead + pause * max(0, self._pauses - len(self._paused)))


def typical_pace(moments: Sequence[Moment]) -> float | None:
    """Seconds a step: the median over stretches of about equally many steps; None for fewer than three of them."""
    stretches = min(STRETCHES, len(moments) - 1)
    if stretches < FEWEST:
        return None
    ends = [moments[round(i * (len(moments) - 1) / stretches)] for i in range(stretches + 1)]
    paces = [(end - start) / (done - before) for (before, start), (done, end) in pairwise(ends)]
    return median_low(paces)
