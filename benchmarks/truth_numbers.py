"""How often the intervals of number metrics hold the truth, and how often equals are called different.

    python benchmarks/truth_numbers.py [--datasets 4000] [--json]

Every line is one world of known truth, one metric and one number of held-out rows. `missed low` is the share of
datasets whose truth lies below the interval, `missed high` above it. The last columns are of two sets of answers that
err alike: how often the interval of their difference holds 0, and how often one is called better. Lines outside 93 to
97 of 100, and above 6 of 100, carry a star.

A second table is of ranges: how many of 1,000 new rows the ranges of 90 of 100 hold, on average and in the middle 95
of 100 datasets, beside what is promised; a third of money, where a unit too low costs four times a unit too high: how
often the interval of the worth holds the truth, and how much of what the best shift can gain is gained on new rows.
"""

import argparse
import json
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.answers import NumberAnswers
from core.comparison.numbers import apart
from core.evaluation.conformal import learn_ranges, promised
from core.evaluation.number import METRICS, measured
from core.payoff.number import NumberDecision, choose, earnings, worth
from core.payoff.number.worth import CASES

Floats = np.ndarray
Rng = np.random.Generator
World = Callable[[Rng, tuple[int, ...]], tuple[Floats, Floats]]
ROWS = (30, 100, 400, 2_000)
NEW_ROWS = 1_000
MANY = 1_000_000


def plain(errors: Callable[[Rng, tuple[int, ...]], Floats], told: float = 2.0) -> World:
    """Targets that a model follows with spread `told`, and errors of its own."""

    def made(rng: Rng, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
        answers = told * rng.normal(size=shape)
        return answers - errors(rng, shape), answers

    return made


def money(rng: Rng, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Amounts: skewed targets, errors that grow with them."""
    targets = rng.lognormal(0.0, 0.5, shape)
    return targets, targets * (1 + 0.3 * rng.normal(size=shape))


def stars(rng: Rng, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """One to five stars, most answers exactly right."""
    targets = rng.choice([1.0, 2, 3, 4, 5], shape, p=[0.1, 0.1, 0.2, 0.3, 0.3])
    return targets, targets + rng.choice([-2.0, -1, 0, 1, 2], shape, p=[0.03, 0.15, 0.6, 0.18, 0.04])


def with_shift(rng: Rng, shape: tuple[int, ...]) -> Floats:
    """Normal errors, half a spread too high."""
    return rng.normal(0.5, 1.0, shape)


WORLDS: dict[str, World] = {
    "normal": plain(lambda rng, shape: rng.normal(size=shape)),
    "normal, too high": plain(with_shift),
    "skewed": plain(lambda rng, shape: rng.exponential(size=shape) - 1),
    "heavy (t, 5)": plain(lambda rng, shape: rng.standard_t(5, shape)),
    "heavy (t, 3)": plain(lambda rng, shape: rng.standard_t(3, shape)),
    "lognormal": plain(lambda rng, shape: rng.lognormal(size=shape) - np.exp(0.5), 4.0),
    "money": money,
    "stars": stars,
}
SECOND_MOMENTS = {"heavy (t, 3)": 3.0, "lognormal": float(np.e * (np.e - 1))}
"""Known exactly where a million draws do not settle them."""


@lru_cache(maxsize=64)
def truth(world: str, metric: str) -> float:
    """The metric over all rows that there could be."""
    targets, values = WORLDS[world](np.random.default_rng(99), (MANY,))
    if world in SECOND_MOMENTS and metric in {"rmse", "r2"}:
        squared, told = SECOND_MOMENTS[world], float(np.var(values))
        return float(np.sqrt(squared)) if metric == "rmse" else told / (told + squared)
    if metric == "bias" and world not in {"normal, too high", "stars"}:
        return 0.0
    return float(measured(metric, targets, values).value)


def coverage(world: str, metric: str, rows: int, datasets: int, seed: int = 7) -> tuple[float, float]:
    """The shares of datasets whose truth lies below and above the interval."""
    targets, values = WORLDS[world](np.random.default_rng(seed), (datasets, rows))
    found, true = measured(metric, targets, values), truth(world, metric)
    return float(np.mean(true < found.low)), float(np.mean(true > found.high))


def equals(world: str, metric: str, rows: int, datasets: int, seed: int = 8) -> tuple[float, float]:
    """Two that err alike: how often the interval of their difference holds 0, and how often one is called better."""
    rng, ids = np.random.default_rng(seed), tuple(map(str, range(rows)))
    held = said = 0
    for _ in range(datasets):
        targets, values = WORLDS[world](rng, (rows,))
        errors, others = values - targets, np.subtract(*WORLDS[world](rng, (rows,))[::-1])
        other = np.where(rng.random(rows) < 0.5, errors, others)
        found = apart(NumberAnswers(ids, targets, values), NumberAnswers(ids, targets, targets + other), metric)
        held += found.difference.low <= 0 <= found.difference.high
        said += found.is_real
    return held / datasets, said / datasets


def ranges(world: str, rows: int, datasets: int, seed: int = 9) -> tuple[Floats, tuple[float, float]]:
    """The share of 1,000 new rows that each dataset's ranges hold, and between which shares 95 of 100 should lie."""
    targets, values = WORLDS[world](np.random.default_rng(seed), (datasets, rows + NEW_ROWS))
    ids, shares, told = tuple(map(str, range(rows))), [], (0.0, 1.0)
    for target, value in zip(targets, values, strict=True):
        found = learn_ranges(NumberAnswers(ids, target[:rows], value[:rows]))
        if found is not None:
            low, high = found.around(value[rows:])
            shares.append(float(np.mean((low <= target[rows:]) & (target[rows:] <= high))))
            told = promised(found, NEW_ROWS)
    return np.array(shares), told


def money_of(world: str, rows: int, datasets: int, seed: int = 10) -> tuple[float, float]:
    """How often the interval of the worth holds the truth; and the gain of shifts on new rows, of what is possible."""
    prices = NumberDecision(currency="EUR", too_high=1.0, too_low=4.0)
    many, said = WORLDS[world](np.random.default_rng(99), (MANY,))
    true = float(earnings(said, many, prices).mean())
    best = float(earnings(said + np.quantile(many - said, prices.quantile), many, prices).mean())
    targets, values = WORLDS[world](np.random.default_rng(seed), (datasets, rows))
    ids, held, gained = tuple(map(str, range(rows))), 0, 0.0
    for target, value in zip(targets, values, strict=True):
        answers = NumberAnswers(ids, target, value)
        found = worth(answers, prices).per_1000
        held += found.low <= true * CASES <= found.high
        some = slice(None, 20_000)
        shifted = choose(answers, prices).answers(said[some])
        gained += float((earnings(shifted, many[some], prices) - earnings(said[some], many[some], prices)).mean())
    return held / datasets, gained / datasets / (best - true) if best > true else float("nan")


def main() -> None:
    """Prints the table."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--datasets", type=int, default=4_000)
    given.add_argument("--pairs", type=int, default=1_000)
    given.add_argument("--json", action="store_true")
    wanted = given.parse_args()
    if not wanted.json:
        columns = ("covered", "missed low", "missed high", "pair", "better")
        print(f"{'world':18}{'metric':14}{'rows':>6}" + "".join(f"{column:>12}" for column in columns))
    for world in WORLDS:
        for metric in METRICS:
            for rows in ROWS:
                line(world, metric, rows, wanted)
    if not wanted.json:
        print(f"\n{'world':18}{'validation rows':>16}{'held':>12}{'95 of 100':>20}{'promised':>20}")
        for world in WORLDS:
            for rows in ROWS:
                held, told = ranges(world, rows, min(wanted.datasets, 1_000))
                low, high = np.quantile(held, (0.025, 0.975))
                spans = f"{low:.1%} to {high:.1%}", f"{told[0]:.1%} to {told[1]:.1%}"
                print(f"{world:18}{rows:16}{held.mean():12.1%}{spans[0]:>20}{spans[1]:>20}", flush=True)
        print(f"\n{'world':18}{'rows':>6}{'covered':>12}{'gained':>12}")
        for world in WORLDS:
            for rows in ROWS:
                covered, gained = money_of(world, rows, min(wanted.datasets, 1_000))
                print(f"{world:18}{rows:6}{covered:12.1%}{gained:12.1%}", flush=True)


def line(world: str, metric: str, rows: int, wanted: argparse.Namespace) -> None:
    """One line of the table."""
    datasets = min(wanted.datasets, 4_000_000 // rows)
    low, high = coverage(world, metric, rows, datasets)
    pairs = wanted.pairs // 4 if metric == "median_error" and rows == 2_000 else wanted.pairs
    held, said = equals(world, metric, rows, pairs) if pairs else (float("nan"), float("nan"))
    told = {"world": world, "metric": metric, "rows": rows, "covered": 1 - low - high, "pair": held, "better": said}
    if wanted.json:
        print(json.dumps(told | {"datasets": datasets, "pairs": pairs}), flush=True)
        return
    is_star = not 0.93 <= 1 - low - high <= 0.97 or said > 0.06
    print(
        f"{world:18}{metric:14}{rows:6}{1 - low - high:12.1%}{low:12.1%}{high:12.1%}{held:12.1%}{said:12.1%}"
        f"{' *' if is_star else ''}",
        flush=True,
    )


if __name__ == "__main__":
    main()
