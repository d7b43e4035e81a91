"""Verdicts about recipes: equal recipes whose seeds differ, judged on the same rows."""

from collections.abc import Iterator

import numpy as np

from core.answers import ClassAnswers
from core.comparison.recipes import recipe_verdict, spread_over_seeds
from tests.truth.claim import Claim, Outcomes

LABELS = ("no", "yes")


def trainings(
    rng: np.random.Generator, hard: np.ndarray, seeds: int, spread: float, right: float
) -> list[ClassAnswers]:
    """Answers of one recipe: each seed has a share of right answers of its own, and agrees with others on hard rows."""
    made = []
    for _ in range(seeds):
        level = np.clip(right + spread * rng.normal(), 0.05, 0.995)
        # a row is right where its hardness and this training's luck together stay below the level
        luck = np.where(rng.random(len(hard)) < 0.8, hard, rng.random(len(hard)))
        scores = np.where((luck < level)[:, None], [0.1, 0.9], [0.9, 0.1]).astype(np.float32)
        made.append(ClassAnswers(tuple(map(str, range(len(hard)))), ("yes",) * len(hard), LABELS, scores))
    return made


def better(seeds: int, rows: int, spread: float, *, fixed: bool = False) -> Claim:
    """Two equal recipes, of which one is called better or worse; `fixed`: one of them is a baseline without seeds."""

    def simulate(rng: np.random.Generator, datasets: int) -> Outcomes:
        for _ in range(datasets):
            hard = rng.random(rows)
            ours = trainings(rng, hard, seeds, spread, 0.85)
            theirs = trainings(rng, hard, 1 if fixed else seeds, 0.0 if fixed else spread, 0.85)
            yield recipe_verdict(ours, theirs, other_is_fixed=fixed).kind in ("better", "worse")

    against = "a baseline" if fixed else "another recipe"
    return Claim(
        "this recipe is better", "false", f"{against}, {seeds} seeds, {rows} rows, {spread * 100:g} points", simulate
    )


def another(seeds: int, spread: float) -> Claim:
    """The range in which another training of the recipe would fall, on the same rows."""

    def simulate(rng: np.random.Generator, datasets: int) -> Iterator[bool]:
        for _ in range(datasets):
            *known, new = trainings(rng, rng.random(1_000), seeds + 1, spread, 0.85)
            found = spread_over_seeds(known).another
            assert found is not None
            yield found.low <= spread_over_seeds([new]).mean <= found.high

    return Claim("another training would reach", "covers", f"{seeds} seeds, {spread * 100:g} points", simulate)


RECIPES: tuple[Claim, ...] = (
    *(better(seeds, rows, spread) for seeds, rows in ((3, 400), (5, 2_000)) for spread in (0.0, 0.005, 0.01, 0.02)),
    *(better(3, rows, spread, fixed=True) for rows in (400, 2_000) for spread in (0.0, 0.02)),
    *(another(seeds, spread) for seeds in (3, 5) for spread in (0.005, 0.02)),
)
