"""Candidates of a label curve, trained on each draw: the task's own learner as configured, and its baseline.

A candidate takes the indices of the rows to learn from, and a seed, and gives its predictions for the test rows.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.answers import Answers
from core.baselines import BASELINES
from core.callbacks import Watch
from core.errors import DatasetError
from core.events import CheckpointSaved, Event, LogEvent, Progress
from core.learners.base import Learner, Lesson
from core.learners.shared import SharesWork
from core.preparation import Prepared
from core.targets import Target
from core.tasks import Task

RowPositions = NDArray[np.int64]
Candidate = Callable[[RowPositions, int, Watch], Answers]
"""Function of training row indices, a seed and a progress callback; gives predictions for the test rows."""


def baseline_candidate(task: Task, prepared: Prepared, name: str) -> Candidate:
    """Baseline as a candidate, fitted and tuned with the drawn rows alone."""

    def answer(drawn: RowPositions, seed: int, _watch: Watch) -> Answers:
        found, _ = BASELINES[name].answer(drawn_from(task, prepared, drawn), seed, lambda _text: None)
        return found

    return answer


def chosen_start(lesson: Lesson, rows: RowPositions, folder: Path) -> Candidate:
    """Learner of `lesson` as a candidate. Where it can share embeddings, all of them are computed here, once."""
    learner = lesson.task.learner(lesson.config.learning.method)(lesson)
    learner.check()
    pool = lesson.prepared.train.take(rows)
    vectors = learner.vectors_once(pool) if isinstance(learner, SharesWork) else None
    if vectors is None:
        return _whole(learner, lesson, folder)

    def answer(drawn: RowPositions, seed: int, _watch: Watch) -> Answers:
        target = drawn_from(lesson.task, lesson.prepared, drawn).target
        return vectors.answer(np.searchsorted(rows, drawn), target, seed)

    return answer


def _whole(learner: Learner, lesson: Lesson, folder: Path) -> Candidate:
    """Full training for each draw, as a run does it; it resumes from its own checkpoint."""

    def answer(drawn: RowPositions, seed: int, watch: Watch) -> Answers:
        def report(event: Event) -> None:
            match event:
                case Progress(done=done, total=total):
                    watch(done, total)
                case LogEvent() | CheckpointSaved():
                    lesson.report(event)

        small = replace(
            lesson,
            config=lesson.config.model_copy(update={"seed": seed}),
            prepared=drawn_from(lesson.task, lesson.prepared, drawn),
            checkpoints=folder / f"{len(drawn)}-{seed}",
            report=report,
        )
        again = learner.again(small) if isinstance(learner, SharesWork) else type(learner)(small)
        return again.learn().answer(small.prepared.test, lambda *_: watch(1, 1))

    return answer


def drawn_from(task: Task, prepared: Prepared, drawn: RowPositions) -> Prepared:
    """Prepared rows with the same test rows, only these training rows, and the target fitted to them."""
    train = prepared.train.take(drawn)
    return replace(prepared, train=train, target=_target(task, prepared, train.targets))


def _target(task: Task, prepared: Prepared, taught: tuple[str, ...]) -> Target:
    """Target fitted to so few rows; the pool's where these rows are all of one class or number."""
    cells = pd.Series([*taught, *prepared.test.targets], dtype=object)
    parts = pd.Series(["train"] * len(taught) + ["test"] * len(prepared.test), dtype=object)
    try:
        return task.targets.fit(cells, parts, pd.Series(prepared.train.targets, dtype=object))
    except DatasetError:
        return prepared.target
