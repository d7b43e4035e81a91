"""Money: worth per 1,000 cases, of the next 1,000, gains over other ways, and "better", at prices of every kind.

A world is a population whose rows are drawn with replacement, so that what a decision is truly worth is its exact mean.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from scipy.special import softmax

from core.answers import ClassAnswers
from core.comparison import Asked
from core.evaluation.records import Interval
from core.payoff import Appraisal, Decision, appraise, choose, simple, threshold_curve
from core.payoff.answers import aligned, places, targets
from core.payoff.appraise import halves
from core.payoff.asked import corrected
from core.payoff.worth import CASES, earnings
from tests.truth.claim import Claim, Outcomes

POPULATION = 20_000
RIVAL = "rival"


@dataclass(frozen=True)
class World:
    """Population of cases with the scores of models that are equally good, and the prices."""

    name: str
    prices: Decision
    shares: tuple[float, ...]
    """How common each class is."""
    skill: float = 2.0
    """Spread of the logits: how much the cases differ."""
    noise: float = 0.7
    """Spread of each model's own error in them."""
    heat: float = 1.0
    """Factor of the logits: above 1 the models are too sure."""
    models: int = 2

    def __hash__(self) -> int:
        return hash(self.name)

    @lru_cache(maxsize=1)  # noqa: B019  # worlds are module constants
    def population(self) -> tuple[ClassAnswers, ...]:
        """All its cases, answered by each model."""
        rng, labels = np.random.default_rng(7), self.prices.labels
        shape = (POPULATION, len(labels))
        logits = self.skill * rng.normal(size=shape) + np.log(self.shares)
        right = (rng.random(POPULATION)[:, None] > softmax(logits, axis=1).cumsum(axis=1)).sum(axis=1)
        names = tuple(labels[i] for i in right.clip(0, len(labels) - 1))
        ids = tuple(map(str, range(POPULATION)))
        return tuple(
            ClassAnswers(
                ids, names, labels, softmax(self.heat * (logits + self.noise * rng.normal(size=shape)), axis=1)
            )
            for _ in range(self.models)
        )

    def true(self, decision: Decision, who: int = 0) -> np.ndarray:
        """What each case of the population is worth under the decision, answered by one of the models."""
        answered = self.population()[who]
        given = places(aligned(answered.scores, answered.labels, decision), decision)
        return earnings(given, targets(answered, decision), decision)

    def drawn(self, rng: np.random.Generator, rows: int) -> tuple[ClassAnswers, ...]:
        """Rows of the population, each with an id of its own, answered by each model."""
        chosen, ids = rng.integers(POPULATION, size=rows), tuple(map(str, range(rows)))
        found = (one.take(chosen) for one in self.population())
        return tuple(ClassAnswers(ids, one.targets, one.labels, one.scores) for one in found)


@dataclass(frozen=True)
class Told:
    """What a page shows of one dataset, and the decision of the world's last model, where it stands beside this one."""

    world: World
    found: Appraisal
    rival: Decision | None = None
    model: int = 0

    @property
    def truth(self) -> float:
        """True worth of the decision, 1,000 cases."""
        return CASES * float(self.world.true(self.found.decision, self.model).mean())

    @property
    def gain(self) -> float:
        """True gain over the rival's decision, 1,000 cases."""
        assert self.rival is not None
        return self.truth - CASES * float(self.world.true(self.rival, -1).mean())


Telling = Callable[[np.random.Generator, int], Iterator[Told]]
Simulated = Callable[[np.random.Generator, int], Outcomes]


def alone(world: World, rows: int, validation: int = 300, *, hand: bool = False) -> Telling:
    """Appraisals of so many datasets; thresholds chosen, or set by hand at the top of the curve that the page draws."""

    def told(rng: np.random.Generator, datasets: int) -> Iterator[Told]:
        for _ in range(datasets):
            model = world.drawn(rng, rows)[0]
            chosen = world.drawn(rng, validation)[0] if validation else None
            prices = by_hand(chosen, world.prices) if hand and chosen else world.prices
            yield Told(world, appraise(model, prices, validation=chosen))

    return told


def beside_its_equal(world: World, rows: int, validation: int = 300) -> Telling:
    """Appraisals of so many datasets, an equally good model beside; in halves of the test rows without validation."""

    def told(rng: np.random.Generator, datasets: int) -> Iterator[Told]:
        for _ in range(datasets):
            model, rival = world.drawn(rng, rows)
            chosen, theirs = world.drawn(rng, validation) if validation else (None, None)
            found = appraise(model, world.prices, validation=chosen, baselines={RIVAL: (theirs, rival)})
            yield Told(world, found, choose(theirs or halves(rival)[0], world.prices))

    return told


def the_best_beside(world: World, rows: int, validation: int = 300) -> Telling:
    """Appraisals of the model that earns most on these rows, of all but one; that one stands beside."""

    def told(rng: np.random.Generator, datasets: int) -> Iterator[Told]:
        for _ in range(datasets):
            *models, rival = world.drawn(rng, rows)
            *chosen, theirs = world.drawn(rng, validation)
            best = max(range(len(models)), key=lambda n: earned(models[n], world.prices))
            found = appraise(models[best], world.prices, validation=chosen[best], baselines={RIVAL: (theirs, rival)})
            held = corrected(found, Asked(len(models)).beside())
            yield Told(world, held, choose(theirs, world.prices), best)

    return told


def earned(rows: ClassAnswers, prices: Decision) -> float:
    """What the likeliest answers are worth, a row."""
    return float(earnings(rows.scores.argmax(axis=1), targets(rows, prices), prices).mean())


def by_hand(rows: ClassAnswers, prices: Decision) -> Decision:
    """Decision of a person who takes the top of the curve that the page draws, for the last class."""
    size, label = len(prices.labels), prices.labels[-1]
    even = prices.model_copy(update={"thresholds": (1 / size,) * size, "rule": "hand", "chosen_on": "hand"})
    curve = threshold_curve(rows, even, label)
    bar = float(curve.thresholds[int(curve.per_1000.argmax())])
    bars = (1 - bar, bar) if size == 2 and prices.person is None else (*(1 / size,) * (size - 1), bar)
    return even.model_copy(update={"thresholds": bars})


def holds(shown: Interval, truth: float) -> bool:
    """Whether an interval holds the truth as pages write both: in whole units, far from 0."""
    return round(shown.low) <= round(truth) <= round(shown.high)


def mean_held(telling: Telling) -> Simulated:
    """Whether the interval of the worth holds the true mean."""
    return lambda rng, datasets: (holds(one.found.value.per_1000, one.truth) for one in telling(rng, datasets))


def next_held(telling: Telling) -> Simulated:
    """Whether the prediction interval holds what the next 1,000 cases bring."""

    def outcomes(rng: np.random.Generator, datasets: int) -> Outcomes:
        for one in telling(rng, datasets):
            cases = rng.integers(POPULATION, size=CASES)
            yield holds(one.found.value.next_1000, float(one.world.true(one.found.decision)[cases].sum()))

    return outcomes


def person_held(telling: Telling) -> Simulated:
    """Whether the interval of the gain over a person for every case holds the true gain."""

    def outcomes(rng: np.random.Generator, datasets: int) -> Outcomes:
        for one in telling(rng, datasets):
            prices = one.world.prices
            right = np.diag(prices.matrix)[targets(one.world.population()[0], prices)]
            by_person = CASES * float((right - (prices.person or 0.0)).mean())
            yield holds(one.found.alternatives["person"].gain, one.truth - by_person)

    return outcomes


def rival_held(telling: Telling) -> Simulated:
    """Whether the interval of the gain over an equally good model holds the true gain."""
    return lambda rng, datasets: (holds(one.found.alternatives[RIVAL].gain, one.gain) for one in telling(rng, datasets))


def called_better(telling: Telling) -> Simulated:
    """Whether one of two equally good models is said to be worth more, where its decision is not."""

    def outcomes(rng: np.random.Generator, datasets: int) -> Outcomes:
        for one in telling(rng, datasets):
            gain = one.found.alternatives[RIVAL].gain
            yield (gain.low > 0 >= one.gain) or (gain.high < 0 <= one.gain)

    return outcomes


TWO, THREE = ("good", "bad"), ("a", "b", "c")
LENDING = World(
    "lending, five to one", Decision(currency="USD", labels=TWO, worths=((0, -1), (-5, 0))), (0.7, 0.3), skill=1.2
)
RARE = World(
    "one of 20 is dear", Decision(currency="USD", labels=TWO, worths=((0, -1), (-20, 0))), (0.95, 0.05), skill=1.5
)
DESK = World("a person beside, 3 classes", simple(THREE, right=1, wrong=-4, person=0.3), (0.5, 0.3, 0.2), skill=2.5)
SURE = World("a person beside, too sure", DESK.prices, DESK.shares, skill=2.5, heat=2.0)
WARY = World("a person takes nearly all", simple(THREE, right=1, wrong=-200, person=0.05), DESK.shares, skill=2.5)
MANY = World("8 classes, no person", simple(tuple("abcdefgh"), right=1, wrong=-2), (0.3, *[0.1] * 7), skill=2.5)

MEAN, NEXT, GAIN = "worth of 1,000 cases, the mean", "worth of the next 1,000 cases", "gain over"
NO_ROWS = "no validation rows"
WIDE = "wider on purpose, said on the page: so few cases are answered that mistakes at -200 are hardly seen"


def _named(world: World, rows: int, more: str = "") -> str:
    return f"{world.name}, {rows} rows" + (f", {more}" if more else "")


def _many(world: World) -> World:
    return replace(world, models=11)


def _covers(about: str, world: World, rows: int, simulate: Simulated, more: str = "", except_: str = "") -> Claim:
    return Claim(about, "covers", _named(world, rows, more), simulate, except_=except_)


MONEY: tuple[Claim, ...] = (
    *(_covers(MEAN, *at, mean_held(alone(*at))) for at in ((LENDING, 100), (RARE, 400), (DESK, 400), (SURE, 100))),
    _covers(MEAN, MANY, 100, mean_held(alone(MANY, 100))),
    _covers(MEAN, WARY, 100, mean_held(alone(WARY, 100)), except_=WIDE),
    *(_covers(MEAN, *at, mean_held(alone(*at, 0)), NO_ROWS) for at in ((LENDING, 200), (DESK, 400))),
    _covers(MEAN, DESK, 100, mean_held(alone(DESK, 100, hand=True)), "a threshold set by hand on the curve"),
    *(_covers(NEXT, *at, next_held(alone(*at))) for at in ((LENDING, 100), (RARE, 400), (DESK, 400))),
    _covers(f"{GAIN} a person for every case", DESK, 400, person_held(alone(DESK, 400))),
    _covers(f"{GAIN} an equally good model", DESK, 400, rival_held(beside_its_equal(DESK, 400))),
    _covers(f"{GAIN} an equally good model", RARE, 400, rival_held(beside_its_equal(RARE, 400))),
    *(
        Claim("worth more", "false", _named(*at), called_better(beside_its_equal(*at)))
        for at in ((LENDING, 100), (RARE, 400), (SURE, 400))
    ),
    Claim("worth more", "false", _named(DESK, 400, NO_ROWS), called_better(beside_its_equal(DESK, 400, 0))),
    *(
        Claim("worth more", "false", _named(*at, "the best of 10 equals"), called_better(the_best_beside(*at)))
        for at in ((_many(LENDING), 100), (_many(RARE), 400))
    ),
)
