"""Claims of the labels page, on points of curves whose law is known, and of a learner that draws from a finite pool.

Where most curves of a world are refused ("not regular enough to say"), what is counted is how often something is
foretold and wrong; else how often the ranges of those that are shown hold the truth.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import Literal

import numpy as np
from scipy.stats import norm

from core.searches import (
    MODEL,
    FittedLaws,
    Levels,
    Point,
    Prices,
    crossing,
    fit,
    levels,
    meeting,
    stop_at,
)
from tests.core.searches.made import (
    MODEL_LAW,
    NUMBER_MODEL,
    ROWS,
    TFIDF_LAW,
    Curve,
    Law,
    curve_points,
    number_points,
)
from tests.truth.claim import Claim, Outcomes

STAKE = 10_000.0
WIDER = "wider: the range spans three ways to go on, and the page says that it holds at least 95 times of 100"
AT_ONCE = "wider: it holds for all sizes at once (Bonferroni), as the page says"
BEST = 0.8
"""Where labels cost what they bring, as a part of the largest size."""


def flattening(rows: float) -> float:
    """Two power laws: the error falls fast up to 400 labels, and slowly from there on."""
    return 0.13 * (rows / 400) ** (-0.6 if rows < 400 else -0.2)


def steepening(rows: float) -> float:
    """Two power laws: the error falls slowly up to 400 labels, and fast from there on."""
    return 0.2 * (rows / 400) ** (-0.2 if rows < 400 else -0.6)


def sigmoid(rows: float) -> float:
    """The error stays, falls, and stays again."""
    return 0.05 + 0.55 / (1 + (rows / 400) ** 2)


def exponential(rows: float) -> float:
    """The error is soon at its end."""
    return 0.05 + 0.5 * float(np.exp(-rows / 400))


@dataclass(frozen=True)
class World:
    """The true curve of the model and of its baseline, and what makes the points of one dataset by a seed."""

    model: Curve
    baseline: Curve
    points: Callable[[int], Sequence[Point]]
    rows: tuple[int, ...] = ROWS
    is_known: bool = True
    """Whether the curve is known between its sizes too, and so where labels stop paying."""
    is_doubted: bool = False
    """Whether it is counted how often one of its two curves is refused."""

    @cached_property
    def prices(self) -> Prices:
        """Prices with which the next label is worth its price at BEST of the largest size."""
        place = BEST * self.rows[-1]
        slope = (self.model(0.999 * place) - self.model(1.001 * place)) / (0.002 * place)
        return Prices(label=slope * STAKE, error=1.0, cases=STAKE)

    @cached_property
    def best(self) -> float:
        """The number of labels after which most is left over."""
        places = np.geomspace(1, 4 * self.rows[-1], 4_000)
        costs = [STAKE * self.model(place) + self.prices.label * place for place in places]
        return float(places[int(np.argmin(costs))])


def _of(curve: Curve, baseline: Curve | None = None, *, is_doubted: bool = False) -> World:
    other = baseline or curve
    return World(curve, other, lambda seed: curve_points(curve, other, seed, judges=1_000), is_doubted=is_doubted)


# A real learner: least squares with a little shrinkage, and the nearest mean, on two classes in twenty numbers.
WIDTH, APART, MISLABELLED = 20, 1.5, 0.03
POOL_ROWS = (24, 72, 200, 600)


def _people(chance: np.random.Generator, rows: int) -> tuple[np.ndarray, np.ndarray]:
    signs = chance.choice((-1.0, 1.0), rows)
    cells = chance.normal(size=(rows, WIDTH))
    cells[:, 0] += APART * signs
    return cells, np.where(chance.random(rows) < MISLABELLED, -signs, signs)


def _squares(cells: np.ndarray, signs: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.linalg.solve(cells.T @ cells + np.eye(WIDTH), cells.T @ signs)
    return found


def _means(cells: np.ndarray, signs: np.ndarray) -> np.ndarray:
    found: np.ndarray = cells.T @ signs
    return found


LEARNERS = {MODEL: _squares, "tfidf": _means}


@cache
def learned_error(who: str, rows: int, times: int = 600) -> float:
    """Mean error after so many labels, over as many populations of them: known for each to the last digit."""
    chance = np.random.default_rng(rows)
    weights = np.array([LEARNERS[who](*_people(chance, rows)) for _ in range(times)])
    wrong = norm.cdf(-APART * weights[:, 0] / np.linalg.norm(weights, axis=1))
    return float(np.mean(wrong + (1 - 2 * wrong) * MISLABELLED))


def learned_points(seed: int, pool: int = POOL_ROWS[-1], draws: int = 3, judges: int = 1_000) -> list[Point]:
    """Points as a search makes them: larger draws hold the smaller, and the whole pool is drawn once."""
    chance = np.random.default_rng(seed)
    cells, signs = _people(chance, pool)
    judged, right = _people(chance, judges)
    orders = [chance.permutation(pool) for _ in range(draws)]
    made = []
    for rows in POOL_ROWS:
        for draw, order in enumerate(orders if rows < pool else orders[:1]):
            some = order[:rows]
            losses = {
                who: (np.sign(judged @ learn(cells[some], signs[some])) != right).astype(float)
                for who, learn in LEARNERS.items()
            }
            made.append(Point(rows, draw, rows, losses, "accuracy", rows / pool))
    return made


def _learned(pool: int) -> World:
    model, other = (partial(lambda who, rows: learned_error(who, round(rows)), who) for who in LEARNERS)
    return World(model, other, partial(learned_points, pool=pool), POOL_ROWS, is_known=False)


POWER = "a power law"
WITHOUT_LIMIT = "a power law without a limit"
WORLDS: Mapping[str, World] = {
    POWER: _of(MODEL_LAW.error, TFIDF_LAW.error, is_doubted=True),
    WITHOUT_LIMIT: _of(Law(0.0, 0.3, 0.3).error, is_doubted=True),
    "two power laws, flattening": _of(flattening),
    "two power laws, steepening": _of(steepening),
    "a sigmoid": _of(sigmoid),
    "an exponential": _of(exponential),
    "a learner, all 600 of its pool drawn": _learned(600),
    "a learner, 600 of a pool of 900": _learned(900),
    "mean errors of a power law": World(
        NUMBER_MODEL.error,
        NUMBER_MODEL.error,
        lambda seed: number_points(seed, tail="hard"),
        (50, 150, 500, 1500),
        is_doubted=True,
    ),
}
Said = Literal["level", "gain", "stop", "irregular", "beyond", "ahead", "meeting"]


@cache
def read(world: str, seed: int, datasets: int) -> tuple[Mapping[Said, bool | None], ...]:
    """Of each dataset what its page would say, and whether it is so."""
    seeds = np.random.default_rng(seed).integers(0, 2**31, datasets)
    return tuple(_read_one(WORLDS[world], int(one), number) for number, one in enumerate(seeds))


def _read_one(world: World, seed: int, number: int) -> Mapping[Said, bool | None]:
    found = levels(world.points(seed), seed=seed)
    assert found is not None
    law = fit(found, MODEL)
    place = number % len(found.rows)
    level = found.reached(MODEL)[place]
    said: dict[Said, bool | None] = {
        "level": level.low <= found.measure.reached(world.model(found.rows[place])) <= level.high,
        "irregular": law is None or (world.is_doubted and fit(found, found.who[1]) is None),
        "ahead": _leads_hold(world, found),
        "gain": None,
        "stop": None,
        "beyond": None,
        "meeting": None,
    }
    return said if law is None else said | _foretold(world, found, law)


def _leads_hold(world: World, found: Levels) -> bool:
    truths = [world.baseline(rows) - world.model(rows) for rows in found.rows]
    return all(gap.low <= truth <= gap.high for gap, truth in zip(found.ahead, truths, strict=True))


def _foretold(world: World, found: Levels, law: FittedLaws) -> Mapping[Said, bool | None]:
    end = law.largest
    gain = law.gain(end, 2 * end)
    said: dict[Said, bool | None] = {"gain": gain.low <= world.model(end) - world.model(2 * end) <= gain.high}
    if world.is_known:
        rows = stop_at(law, world.prices).rows
        said |= {"stop": rows.low <= world.best <= rows.high, "beyond": rows.high < world.best}
    other = fit(found, found.who[1]) if world is WORLDS[POWER] else None
    where = other and meeting(law, other, found.rows)
    if where:
        said["meeting"] = where.low <= _crossing_of(world) <= where.high
    return said


def _crossing_of(world: World) -> float:
    places = np.geomspace(world.rows[0], world.rows[-1], 2_000)
    return float(places[int(np.argmax([world.baseline(place) < world.model(place) for place in places]))])


def covers(what: Said, world: str, chance: np.random.Generator, datasets: int) -> Outcomes:
    """Whether the range holds the truth, where one is shown."""
    return [one[what] for one in read(world, int(chance.integers(2**31)), datasets)]


def misses(what: Said, world: str, chance: np.random.Generator, datasets: int) -> Outcomes:
    """Whether a range is shown and does not hold the truth."""
    return [one[what] is False for one in read(world, int(chance.integers(2**31)), datasets)]


def said(what: Said, world: str, chance: np.random.Generator, datasets: int) -> Outcomes:
    """Whether it is said, where it is false."""
    return [one[what] is True for one in read(world, int(chance.integers(2**31)), datasets)]


def equals_apart(chance: np.random.Generator, datasets: int) -> Iterator[bool]:
    """Whether one of two equal learners is called ahead at some size."""
    for seed in chance.integers(0, 2**31, datasets).tolist():
        found = levels(curve_points(MODEL_LAW.error, MODEL_LAW.error, seed, judges=1_000), seed=seed)
        assert found is not None
        yield crossing(found).kind != "even"


CURVES = 5
"""Curves of one dataset, each with draws of its own, judged by the same number of rows."""


def one_of_equals_apart(chance: np.random.Generator, datasets: int) -> Iterator[bool]:
    """Whether in any of CURVES curves of one dataset one of two equal learners is called ahead at some size."""
    for seeds in chance.integers(0, 2**31, (datasets, CURVES)).tolist():
        found = (
            levels(curve_points(MODEL_LAW.error, MODEL_LAW.error, seed, judges=1_000), seed=seed, curves=CURVES)
            for seed in seeds
        )
        yield any(one is not None and crossing(one).kind != "even" for one in found)


def one_stops_too_soon(world: str, chance: np.random.Generator, datasets: int) -> Iterator[bool]:
    """Whether any of CURVES curves of one dataset says to stop, all of its range below where labels stop paying."""
    known = WORLDS[world]
    for seeds in chance.integers(0, 2**31, (datasets, CURVES)).tolist():
        yield any(_stops_too_soon(known, seed) for seed in seeds)


def _stops_too_soon(world: World, seed: int) -> bool:
    found = levels(world.points(seed), seed=seed, curves=CURVES)
    assert found is not None
    law = fit(found, MODEL)
    return law is not None and stop_at(law, world.prices).rows.high < world.best


def _claims() -> Iterator[Claim]:
    whole, some = "a learner, all 600 of its pool drawn", "a learner, 600 of a pool of 900"
    flat, steep, numbers = "two power laws, flattening", "two power laws, steepening", "mean errors of a power law"
    for world in (POWER, whole, some, numbers):
        yield Claim("label curve: quality at a size", "covers", world, partial(covers, "level", world))
    for world in (POWER, whole):
        yield Claim("label curve: every lead at once", "covers", world, partial(covers, "ahead", world), wider=AT_ONCE)
    for world in (POWER, WITHOUT_LIMIT, flat, whole, some, numbers):
        yield Claim("label curve: twice the labels", "covers", world, partial(covers, "gain", world), wider=WIDER)
    for world in (steep, "a sigmoid", "an exponential"):
        yield Claim("label curve: twice the labels", "false", world, partial(misses, "gain", world))
    for world in (POWER, WITHOUT_LIMIT, flat):
        yield Claim("label curve: stop at about", "covers", world, partial(covers, "stop", world), wider=WIDER)
    for world in (steep, "a sigmoid", "an exponential"):
        yield Claim("label curve: stop at about", "false", world, partial(misses, "stop", world))
    for world in (POWER, WITHOUT_LIMIT, flat, steep, "a sigmoid", "an exponential"):
        yield Claim("label curve: stop here, and more pays", "false", world, partial(said, "beyond", world))
    for world in (POWER, WITHOUT_LIMIT, numbers):
        yield Claim("label curve: not regular enough", "false", world, partial(said, "irregular", world))
    yield Claim("label curve: where the lines meet", "covers", POWER, partial(covers, "meeting", POWER), wider=WIDER)
    yield Claim("label curve: one is ahead", "false", "two equal power laws", equals_apart)
    among = "label curve: one is ahead, in any of 5 curves"
    yield Claim(among, "false", "two equal power laws", one_of_equals_apart, few=10)
    for world in (POWER, flat):
        about = "label curve: stop here, and more pays, in any of 5 curves"
        yield Claim(about, "false", world, partial(one_stops_too_soon, world), datasets=400, few=4, several=20)


LABELS: tuple[Claim, ...] = tuple(_claims())
