"""Rows that are asked many times: the best of a list, looks at rows that grow, and many metrics to choose from."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from core.answers import ClassAnswers, NumberAnswers
from core.comparison import Asked, align, verdict
from core.comparison.aligned import Aligned
from core.comparison.best_of import best_of
from core.comparison.compare import CONTESTS, headline_by_row, pairs_of
from core.comparison.multiplicity import ONCE, Multiplicity
from core.evaluation.judge import YARDSTICKS
from core.evaluation.yardstick import Yardstick
from tests.truth import number_worlds
from tests.truth.claim import Claim, Outcomes
from tests.truth.class_worlds import CLASS_WORLDS

LABELS = ("no", "yes")
MOST_ROWS = 20_000
LOOKS = 3


def answers(right: np.ndarray) -> ClassAnswers:
    scores = np.where(right[:, None], [0.1, 0.9], [0.9, 0.1]).astype(np.float32)
    return ClassAnswers(tuple(map(str, range(len(right)))), ("yes",) * len(right), LABELS, scores)


def trained(rng: np.random.Generator, rows: int, levels: Sequence[float]) -> list[ClassAnswers]:
    """One answer of each model, right in `level` of all rows; rows that are hard are hard for most of them."""
    hard = rng.random(rows)
    own = rng.random((len(levels), rows))
    shared = rng.random((len(levels), rows)) < 0.7
    return [answers(np.where(s, hard, o) < level) for s, o, level in zip(shared, own, levels, strict=True)]


def leaders_range(models: int, rows: int, *, ahead: float = 0.0, gone: int = 0) -> Claim:
    """The range of the leader: of equals at 85%, or one of them truly `ahead`; so many have been deleted since."""

    def simulate(rng: np.random.Generator, datasets: int) -> Iterator[bool]:
        levels = {f"m{n}": 0.85 + ahead * (n == 0) for n in range(models)}
        for _ in range(datasets):
            made = dict(zip(levels, trained(rng, rows, list(levels.values())), strict=True))
            best = max(made, key=lambda name: np.mean(np.array(made[name].answers) == "yes"))
            left = [best, *[name for name in made if name != best][: models - 1 - gone]]
            aligned = align({name: made[name] for name in left})
            measured = CONTESTS["class"].measured(aligned, best, "accuracy")["accuracy"]
            found = best_of(
                headline_by_row(aligned), best, measured, "accuracy", Asked(models).beside(len(left), 0).unseen
            )
            yield found.low <= levels[best] <= found.high

    kind = "equals" if not ahead else f"one {ahead * 100:g} points ahead"
    away = f", {gone} deleted since" if gone else ""
    return Claim(
        "the best of a list",
        "covers",
        f"{models} models, {kind}, {rows} rows{away}",
        simulate,
        wider="luck counts for every rival that might as well have led, as if all were equal",
    )


def nearest_range(models: int, rows: int) -> Claim:
    """The range of the leader by the mean absolute error, of equals whose skewed errors go half together."""
    truth = 2 / math.e  # of an exponential less its mean

    def simulate(rng: np.random.Generator, datasets: int) -> Iterator[bool]:
        for _ in range(datasets):
            targets, shared = rng.normal(size=rows), rng.exponential(size=rows)
            ids = tuple(map(str, range(rows)))
            errors = np.where(rng.random((models, rows)) < 0.5, shared, rng.exponential(size=(models, rows))) - 1
            aligned = align({str(n): NumberAnswers(ids, targets, targets + one) for n, one in enumerate(errors)})
            best = min(aligned.names, key=lambda name: np.abs(errors[int(name)]).mean())
            measured = CONTESTS["number"].measured(aligned, best, "mae")["mae"]
            found = best_of(headline_by_row(aligned), best, measured, "mae")
            yield found.low <= truth <= found.high

    return Claim(
        "the best of a list, by its error",
        "covers",
        f"{models} models, equals, {rows} rows",
        simulate,
        wider="luck counts for every rival that might as well have led, as if all were equal",
    )


def better_in_a_list(models: int, rows: int, *, shown: int) -> Claim:
    """Any better one among the first and last of a list of equals, or among all of it."""

    def simulate(rng: np.random.Generator, datasets: int) -> Iterator[bool]:
        for _ in range(datasets):
            made = trained(rng, rows, [0.85] * models)
            made.sort(key=lambda one: one.answers.count("yes"))
            chosen = made if shown == models else [made[0], *made[-(shown - 1) :]]
            found = pairs_of(
                align({str(n): one for n, one in enumerate(chosen)}), "accuracy", None, Asked(models).beside(shown, 0)
            )
            yield any(pair.better is not None for pair in found)

    return Claim("better, in a list", "false", f"{shown} of {models} equals, {rows} rows", simulate)


def worth_it(models: int, rows: int) -> Claim:
    """Fine-tuning was worth it, said of the best of a list whose models are all as good as the baseline."""

    def simulate(rng: np.random.Generator, datasets: int) -> Iterator[bool]:
        for _ in range(datasets):
            baseline, *made = trained(rng, rows, [0.85] * (models + 1))
            best = max(made, key=lambda one: one.answers.count("yes"))
            yield verdict(best, baseline, Asked(models).beside()).kind == "better"

    return Claim("fine-tuning was worth it", "false", f"the best of {models} equals, {rows} rows", simulate)


def better_after_looks(rows: int, *, follows: bool) -> Claim:
    """Two equals; whoever `follows` the advice adds as many rows as it names, others double them, up to three looks."""

    def simulate(rng: np.random.Generator, datasets: int) -> Outcomes:
        for _ in range(datasets):
            a, b = (np.array(one.answers) == "yes" for one in trained(rng, MOST_ROWS, [0.85, 0.85]))
            seen, said = rows, False
            for look in range(1, LOOKS + 1):
                (pair,) = pairs_of(
                    align({"a": answers(a[:seen]), "b": answers(b[:seen])}), "accuracy", None, Multiplicity(look=look)
                )
                said = pair.better is not None
                more = pair.rows_needed if follows else seen
                if said or more is None or seen + more > MOST_ROWS:
                    break
                seen += max(more, seen // 20 + 1)
            yield said

    how = "as many rows as advised" if follows else "twice the rows"
    return Claim("better, after looking again", "false", f"equals, {rows} rows, {how} each time", simulate)


def by_any_metric(world: str, rows: int) -> Claim:
    """Two equals, called apart by any metric that these rows can give."""
    yardstick = YARDSTICKS["class"]

    def simulate(rng: np.random.Generator, datasets: int) -> Iterator[bool]:
        for _ in range(datasets):
            a, b = CLASS_WORLDS[world].draw(rng, rows, models=2)
            lacks = len(set(a.targets)) < len(a.labels)
            metrics = [name for name, one in yardstick.metrics.items() if not (lacks and one.over_classes)]
            yield _apart_by_any(align({"a": a, "b": b}), yardstick, metrics)

    return Claim("better, by any metric", "false", f"equals, {world}, {rows} rows", simulate)


def by_ranking_where_only_answers_differ(rows: int) -> Claim:
    """Two that rank alike, one right less often: the headline passes its level on, and their ranking is asked."""
    yardstick = YARDSTICKS["class"]

    def simulate(rng: np.random.Generator, datasets: int) -> Iterator[bool]:
        for _ in range(datasets):
            a, b = CLASS_WORLDS["2 classes alike"].draw(rng, rows, models=2)
            leaning = b.scores * np.exp([0.0, 1.5], dtype=np.float32)
            b = replace(b, scores=leaning / leaning.sum(axis=1, keepdims=True))
            yield _apart_by_any(align({"a": a, "b": b}), yardstick, ("roc_auc", "average_precision"))

    return Claim("better, by a ranking", "false", f"rank alike, one is right less often, {rows} rows", simulate)


def by_any_error(world: str, rows: int) -> Claim:
    """Two that err alike, called apart by any metric of numbers."""
    yardstick = YARDSTICKS["number"]

    def simulate(rng: np.random.Generator, datasets: int) -> Iterator[bool]:
        for _ in range(datasets):
            a, b = number_worlds.equals(rng, world, rows)
            yield _apart_by_any(align({"a": a, "b": b}), yardstick, tuple(yardstick.metrics))

    return Claim("better, by any metric", "false", f"equals, {world}, {rows} rows", simulate)


def _apart_by_any(aligned: Aligned, yardstick: Yardstick, metrics: Sequence[str]) -> bool:
    return any(pairs_of(aligned, one, None, ONCE.by(one, yardstick))[0].better is not None for one in metrics)


ASKED: tuple[Claim, ...] = (
    *(leaders_range(models, rows) for models in (2, 10, 30) for rows in (200, 1_000)),
    leaders_range(10, 200, ahead=0.03),
    leaders_range(10, 1_000, ahead=0.03),
    leaders_range(10, 1_000, ahead=0.08),
    leaders_range(10, 200, gone=8),
    *(nearest_range(10, rows) for rows in (100, 400)),
    *(better_in_a_list(10, rows, shown=shown) for rows in (200, 1_000) for shown in (2, 3, 10)),
    *(worth_it(models, rows) for models in (3, 10) for rows in (200, 1_000)),
    *(better_after_looks(rows, follows=follows) for rows in (100, 400) for follows in (True, False)),
    by_any_metric("2 classes alike", 100),
    by_any_metric("2 classes, one of 3%", 400),
    by_any_metric("3 classes of 85, 10, 5%", 100),
    by_any_metric("8 uneven classes down to 1%", 400),
    *(by_ranking_where_only_answers_differ(rows) for rows in (100, 1_000)),
    by_any_error("skewed", 100),
    by_any_error("lognormal", 400),
)
