"""Claim: a statement that a page makes about numbers, and the worlds of known truth that it is counted in."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

COVERS = (0.93, 0.97)
"""An interval of 95% holds the truth at least and at most so often."""
FALSE = 0.06
"""A claim is false at most so often."""
SURE = 3.3
"""Monte Carlo standard errors that a rate may lie outside: one in a thousand by chance."""

Outcomes = Iterable[bool | None]
"""One a dataset: whether the interval held the truth, or the claim was made where it is false; None: nothing shown."""


@dataclass(frozen=True)
class Rate:
    """Share of the datasets, with its Monte Carlo standard error; `datasets` counts those that showed something."""

    value: float
    datasets: int

    @property
    def error(self) -> float:
        """Standard error of the share; that of one miss where there was none."""
        share = min(max(self.value, 1 / (self.datasets + 2)), 1 - 1 / (self.datasets + 2))
        return math.sqrt(share * (1 - share) / max(self.datasets, 1))


@dataclass(frozen=True)
class Claim:
    """One line of the table: what is said (`about`, a metric's name or the sentence), of which kind, in which world.

    `simulate` makes so many datasets and says of each what came of it. `except_` is the reason why a rate outside the
    bounds is shown all the same, and where the page says so; a claim without one keeps them.
    """

    about: str
    kind: Literal["covers", "false"]
    world: str
    simulate: Callable[[np.random.Generator, int], Outcomes]
    datasets: int = 1_000
    few: int = 50
    """Datasets in the suite, where it is not asked for simulations; fewer where each takes much computing."""
    several: int = 200
    """Datasets where it is asked for simulations; the table has `datasets`."""
    except_: str = ""
    wider: str = ""
    """Why an interval may hold the truth more often than 97 of 100: the page says "at least"."""

    @property
    def name(self) -> str:
        """What it is called in a test's id."""
        return f"{self.about}, {self.world}"

    def count(self, datasets: int | None = None, seed: int = 20_261) -> Rate:
        """Rate over so many datasets; the same number and seed give the same rate."""
        found = [
            one for one in self.simulate(np.random.default_rng(seed), datasets or self.datasets) if one is not None
        ]
        return Rate(float(np.mean(found)) if found else math.nan, len(found))

    def holds(self, rate: Rate) -> bool:
        """Whether the rate lies within the bounds, as far as so many datasets can tell."""
        slack = SURE * rate.error
        if self.kind == "false":
            return not rate.value > FALSE + slack
        return COVERS[0] - slack <= rate.value and (bool(self.wider) or rate.value <= COVERS[1] + slack)
