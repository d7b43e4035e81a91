"""Money of numbers: what errors cost in 1,000 cases and in the next 1,000, and the gain over an equally good model."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from benchmarks.truth_numbers import WORLDS
from core.answers import NumberAnswers
from core.payoff.number import NumberAppraisal, NumberDecision, appraise, earnings
from core.payoff.number.worth import CASES
from tests.truth.claim import Claim, Outcomes
from tests.truth.money import Simulated, holds

POPULATION = 100_000
PRICES = NumberDecision(currency="USD", too_high=1.0, too_low=4.0)
RIVAL = "rival"


@lru_cache(maxsize=4)
def population(world: str) -> NumberAnswers:
    """All cases of a world, answered by a model."""
    targets, values = WORLDS[world](np.random.default_rng(7), (POPULATION,))
    return NumberAnswers(tuple(map(str, range(POPULATION))), targets, values)


def drawn(world: str, rng: np.random.Generator, rows: int) -> NumberAnswers:
    """Rows of the population, each with an id of its own."""
    chosen, every = rng.integers(POPULATION, size=rows), population(world)
    return NumberAnswers(tuple(map(str, range(rows))), every.targets[chosen], every.values[chosen])


def true(world: str, decision: NumberDecision) -> np.ndarray:
    """What each case of the population is worth under the decision."""
    every = population(world)
    return earnings(decision.answers(every.values), every.targets, decision)


def appraised(
    world: str, rows: int, validation: int, rng: np.random.Generator, datasets: int
) -> Iterator[NumberAppraisal]:
    """Appraisals of so many datasets; without validation rows in folds of the test rows."""
    for _ in range(datasets):
        chosen = drawn(world, rng, validation) if validation else None
        yield appraise(drawn(world, rng, rows), PRICES, validation=chosen)


def mean_held(world: str, rows: int, validation: int = 200) -> Simulated:
    """Whether the interval of what errors cost holds the true mean."""
    return lambda rng, datasets: (
        holds(one.value.per_1000, CASES * float(true(world, one.decision).mean()))
        for one in appraised(world, rows, validation, rng, datasets)
    )


def next_held(world: str, rows: int, validation: int = 200) -> Simulated:
    """Whether the prediction interval holds what errors cost in the next 1,000 cases."""

    def outcomes(rng: np.random.Generator, datasets: int) -> Outcomes:
        for one in appraised(world, rows, validation, rng, datasets):
            cases = rng.integers(POPULATION, size=CASES)
            yield holds(one.value.next_1000, float(true(world, one.decision)[cases].sum()))

    return outcomes


def called_better(world: str, rows: int) -> Simulated:
    """Whether one of two that err alike is said to cost less."""

    def twin(answers: NumberAnswers, rng: np.random.Generator) -> NumberAnswers:
        return NumberAnswers(answers.row_ids, answers.targets, answers.targets + rng.permutation(answers.errors))

    def outcomes(rng: np.random.Generator, datasets: int) -> Outcomes:
        for _ in range(datasets):
            test, chosen = drawn(world, rng, rows), drawn(world, rng, 200)
            beside = {RIVAL: (twin(chosen, rng), twin(test, rng))}
            gain = appraise(test, PRICES, validation=chosen, baselines=beside).alternatives[RIVAL].gain
            yield gain.low > 0 or gain.high < 0

    return outcomes


MEAN, NEXT = "cost of errors in 1,000 cases, the mean", "cost of errors in the next 1,000 cases"
MONEY_OF_NUMBERS: tuple[Claim, ...] = (
    *(
        Claim(MEAN, "covers", f"{world}, {rows} rows", mean_held(world, rows))
        for world, rows in (("skewed", 100), ("money", 100), ("money", 400))
    ),
    *(
        Claim(MEAN, "covers", f"{world}, 100 rows, no validation rows", mean_held(world, 100, 0))
        for world in ("money",)
    ),
    *(
        Claim(NEXT, "covers", f"{world}, {rows} rows", next_held(world, rows))
        for world, rows in (("skewed", 100), ("money", 400))
    ),
    Claim("cost of errors, better", "false", "skewed, 100 rows", called_better("skewed", 100)),
)
