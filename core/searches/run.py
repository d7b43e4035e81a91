"""Learning curve, from rows to points: many small runs that share what need be computed once."""

import shutil
import time
from collections.abc import Iterator, Mapping, Set
from pathlib import Path

import numpy as np
import pandas as pd

from core.baselines import BASELINES
from core.callbacks import Watch
from core.config import RunConfig
from core.data import Part
from core.data.rows.draw import drawn
from core.events import LogEvent, Measured, Progress, Report, StageBegan
from core.execute import quiet
from core.learners.base import Lesson
from core.models.taught import taught_start
from core.preparation import Prepared, prepare
from core.searches.candidates import Candidate, RowPositions, baseline_candidate, chosen_start
from core.searches.label_curve import LabelCurve, baseline_of
from core.searches.measure import losses
from core.searches.points import MODEL, Point, read_points
from core.tasks import Task, task_of

ALL = 1_000_000
"""More rows of a class than anybody draws."""
A_POINT = 400
"""Fixed cost of a point beside its training (evaluation, above all), in rows: for the time that is left."""


def search(
    config: RunConfig,
    question: LabelCurve,
    frame: pd.DataFrame,
    folder: Path,
    *,
    models: Path,
    cache: Path,
    report: Report,
) -> None:
    """Measure every size and draw of `question`, starting as `config` says, and leave a Point for each in points/.

    The split is `config`'s, so that every point is judged by the same rows, and draw n takes the rows that a run with
    `rows_per_class` and the seed `config.seed + n` would draw. Rows kept for validation have labels too, so no
    candidate sees them. Points that are there already are not measured again. `report` hears every event; when it
    raises Stopped, what was measured stays, and Stopped leaves here.
    """
    quiet()
    report(StageBegan(stage="prepare", text="Cleaning the rows, and reading each of them once"))
    task, prepared = task_of(config), pool(frame, config, taught_start(config, models))
    known = {(point.size, point.draw): point for point in read_points(folder / question.place)}
    baseline = baseline_of(task, known.values())
    plan = draws(task, prepared.train, question, config.seed)
    lesson = Lesson(config, task, prepared, models, folder / "checkpoints", cache, report)
    report(LogEvent(text=_ahead(prepared, plan)))
    model = chosen_start(lesson, np.unique(np.concatenate(list(plan.values()))), folder / "checkpoints")
    candidates = {MODEL: model, baseline: baseline_candidate(task, prepared, baseline)}
    report(StageBegan(stage="train", text="Learning from small draws of the rows, each judged by the same test rows"))
    pace = SearchProgress(plan, report)
    for (size, draw), rows in plan.items():
        point = known.get((size, draw))
        if point is None:
            shared = shared_rows(task, prepared.train, size)
            point = measured_by(candidates, rows, config.seed + draw, pace.watch, size=size, draw=draw, shared=shared)
            point.write(folder / question.place)
        for measured in measurements(point):
            report(measured)
        pace.passed(point, new=(size, draw) not in known)
    shutil.rmtree(folder / "checkpoints", ignore_errors=True)


def measured_by(
    candidates: Mapping[str, Candidate],
    rows: RowPositions,
    seed: int,
    watch: Watch,
    *,
    size: int,
    draw: int,
    shared: float = 0.0,
) -> Point:
    """Trains the candidates on these rows and evaluates them. `shared` as a Point's."""
    found = {who: losses(contend(rows, seed, watch)) for who, contend in candidates.items()}
    (metric,) = {metric for metric, _ in found.values()}
    return Point(size, draw, len(rows), {who: off for who, (_, off) in found.items()}, metric, shared)


def pool(frame: pd.DataFrame, config: RunConfig, taught: Set[str] = frozenset()) -> Prepared:
    """Training pool and test rows, as a run of `config` with a limit on labelled rows splits them."""
    return prepare(frame, config.model_copy(update={"rows_per_class": ALL}), taught)


def draws(task: Task, train: Part, question: LabelCurve, seed: int) -> dict[tuple[int, int], RowPositions]:
    """Row indices of each (size, draw), ascending, into `train`; the first draw of every size comes first.

    A larger draw holds the smaller one. Sizes beyond the largest class (or all rows, without classes) are one size: all
    rows, drawn once.
    """
    largest = int(_groups(task, train).value_counts().max())
    sizes = [size for size in question.sizes if size < largest]
    whole = next((size for size in question.sizes if size >= largest), None)
    order = [(size, draw) for draw in range(question.draws) for size in sizes]
    if whole is not None:
        order.insert(len(sizes), (whole, 0))
    return {(size, draw): drawn_rows(task, train, size, seed + draw) for size, draw in order}


def drawn_rows(task: Task, train: Part, number: int, seed: int) -> RowPositions:
    """Row indices of at most `number` rows of each class, or in all: as `rows_per_class` draws them with this seed."""
    order = np.argsort(drawn(train.row_ids, seed, "rows per class"), kind="stable")
    groups = _groups(task, train).iloc[order]
    rank = groups.groupby(groups.to_numpy()).cumcount().to_numpy()
    return np.sort(order[rank < number]).astype(np.int64)


def shared_rows(task: Task, train: Part, number: int) -> float:
    """Part of its rows that a draw of `number` is expected to share with another one, as both come from one pool."""
    pools = _groups(task, train).value_counts().to_numpy()
    drawn_each = np.minimum(pools, number)
    return float((drawn_each**2 / pools).sum() / drawn_each.sum())


def _groups(task: Task, train: Part) -> pd.Series:
    """Stratum of each row; a draw takes alike many of each."""
    return task.targets.drawn_by(pd.Series(train.targets, dtype=object))


def measurements(point: Point) -> Iterator[Measured]:
    """Metrics of a point as events: `labels/model/0` is that of the first draw, the step is the draw's size."""
    values = {who: point.reached(who) for who in point.who} | {"rows": float(point.rows)}
    for who, value in values.items():
        yield Measured(name=f"labels/{who}/{point.draw}", value=value, step=point.size)


class SearchProgress:
    """Progress of the search, with the time left estimated from the rows that are still to be learnt."""

    def __init__(self, plan: dict[tuple[int, int], RowPositions], report: Report) -> None:
        self._costs = {key: len(rows) + A_POINT for key, rows in plan.items()}
        self._left = sum(self._costs.values())
        self._done, self._spent, self._began = 0, 0, time.monotonic()
        self._report = report

    def watch(self, _done: int, _total: int) -> None:
        """Progress callback of a candidate: reports, so that a stop is noticed meanwhile."""
        self._say()

    def passed(self, point: Point, *, new: bool) -> None:
        """Counts a point that is written."""
        cost = self._costs[point.size, point.draw]
        self._done += 1
        self._left -= cost
        if new:
            self._spent += cost
            self._report(LogEvent(text=_in_words(point)))
        self._say()

    def _say(self) -> None:
        passed = time.monotonic() - self._began
        left = passed * self._left / self._spent if self._spent else None
        self._report(Progress(done=self._done, total=len(self._costs), seconds_left=left))


def _ahead(prepared: Prepared, plan: dict[tuple[int, int], RowPositions]) -> str:
    rows = sorted({len(rows) for rows in plan.values()})
    return (
        f"{len(plan)} draws of {rows[0]:,} to {rows[-1]:,} of {len(prepared.train):,} labelled rows "
        f"{prepared.target.words}, each judged by {len(prepared.test):,} test rows."
    )


def _in_words(point: Point) -> str:
    each = f"{point.size:,} labels a class ({point.rows:,} rows)" if point.rows > point.size else f"{point.rows:,} rows"
    said = ", ".join(f"{_called(who)} {_reached(point, who)}" for who in point.who)
    return f"{each}, draw {point.draw + 1}: {said}."


def _called(who: str) -> str:
    return "the model" if who == MODEL else BASELINES[who].spoken


def _reached(point: Point, who: str) -> str:
    value, measure = point.reached(who), point.measure
    return f"{value:.1%} right" if measure.is_share else f"{value:.4g} ({measure.meaning.title.lower()})"
