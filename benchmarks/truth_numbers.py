"""How many new rows prediction intervals hold, and how often the interval of what answers are worth holds the truth.

    python benchmarks/truth_numbers.py [--datasets 1000]

The first table is of prediction intervals: how many of 1,000 new rows those of 90 of 100 hold, on average and in
the middle 95 of 100 datasets, beside what is promised; the second of money, where a unit too low costs four times a
unit too high: how often the interval of the worth holds the truth, and how much of what the best shift can gain is
gained on new rows.
Metrics and pairs of numbers stand in docs/truth.md.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.answers import NumberAnswers
from core.evaluation.conformal import learn_intervals, promised
from core.payoff.number import NumberDecision, choose, earnings, worth
from core.payoff.number.worth import CASES
from tests.truth.number_worlds import MANY, WORLDS, Floats

ROWS = (30, 100, 400, 2_000)
NEW_ROWS = 1_000


def intervals(world: str, rows: int, datasets: int, seed: int = 9) -> tuple[Floats, tuple[float, float]]:
    """The share of 1,000 new rows that each dataset's intervals hold, and between which shares 95 of 100 should lie."""
    targets, values = WORLDS[world](np.random.default_rng(seed), (datasets, rows + NEW_ROWS))
    ids, shares, told = tuple(map(str, range(rows))), [], (0.0, 1.0)
    for target, value in zip(targets, values, strict=True):
        found = learn_intervals(NumberAnswers(ids, target[:rows], value[:rows]))
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
    """Prints the tables."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--datasets", type=int, default=1_000)
    wanted = given.parse_args()
    print(f"{'world':18}{'validation rows':>16}{'held':>12}{'95 of 100':>20}{'promised':>20}")
    for world in WORLDS:
        for rows in ROWS:
            held, told = intervals(world, rows, wanted.datasets)
            low, high = np.quantile(held, (0.025, 0.975))
            spans = f"{low:.1%} to {high:.1%}", f"{told[0]:.1%} to {told[1]:.1%}"
            print(f"{world:18}{rows:16}{held.mean():12.1%}{spans[0]:>20}{spans[1]:>20}", flush=True)
    print(f"\n{'world':18}{'rows':>6}{'covered':>12}{'gained':>12}")
    for world in WORLDS:
        for rows in ROWS:
            covered, gained = money_of(world, rows, wanted.datasets)
            print(f"{world:18}{rows:6}{covered:12.1%}{gained:12.1%}", flush=True)


if __name__ == "__main__":
    main()
