"""Runs whose answers are numbers, kept as real ones are: rated messages, from -4 for awful to 4 for wonderful."""

import secrets

import numpy as np
import pandas as pd

from core.answers import NumberAnswers
from core.data import row_ids
from core.evaluation import evaluate
from core.evaluation.conformal import learn_intervals
from core.events import Measured
from storage import Dataset, Run, Store
from tests.dashboard.seed import Rows, _story, config, queued

MOODS = {"wonderful": 1.6, "good": 0.8, "fine": 0.3, "today": 0.0, "the": 0.0, "dull": -0.6, "bad": -0.9, "awful": -1.5}
WORDS = tuple(MOODS)
COLUMNS = {"task": "text-regression", "task.target": "rating"}


def rated(
    store: Store, rows: int = 400, name: str = "Rated messages", scenario: str | None = None, unit: str = ""
) -> Dataset:
    """Messages of eight words with the mood that twenty people read in them, about."""
    chance = np.random.default_rng(rows)
    words = chance.choice(WORDS, (rows, 8))
    moods = np.vectorize(MOODS.__getitem__)(words).sum(axis=1) + chance.normal(0, 0.3, rows)
    ratings = np.clip(np.round(moods, 2), -4, 4)
    cells = [f"{rating}{unit}" for rating in ratings]
    channel = chance.choice(["mail", "chat", "post"], rows)
    texts = [" ".join(line) + f" {i}" for i, line in enumerate(words)]
    frame = pd.DataFrame({"text": texts, "rating": cells if unit else ratings, "channel": channel})
    return store.datasets.add(Rows(frame, "Read as CSV: commas, UTF-8."), name=name, source="upload", scenario=scenario)


def numbers(
    known: pd.DataFrame, off: float, *, drawn: int = 0, rows: int | None = None, weak: str = ""
) -> NumberAnswers:
    """Answers to the rows that are off by about `off`, more so where the rating is extreme.

    Three times as much in the channel `weak`.
    """
    targets = known["rating"].astype(str).str.extract(r"(-?[\d.]+)")[0].astype(float).to_numpy()[:rows]
    chance = np.random.default_rng(100 + drawn)
    errors = chance.normal(0, off, len(targets)) * (0.6 + 0.4 * np.abs(targets) / 2)
    errors *= np.where(known["channel"].to_numpy()[:rows] == weak, 3, 1)
    return NumberAnswers(tuple(row_ids(known))[: len(targets)], targets, targets + errors)


def mean(like: NumberAnswers) -> NumberAnswers:
    """Always the mean."""
    return NumberAnswers(like.row_ids, like.targets, np.full(len(like), like.targets.mean()))


def finished(
    store: Store,
    dataset: Dataset,
    *,
    off: float = 0.5,
    simple: float = 0.8,
    drawn: int = 1,
    weak: str = "",
    **settings: object,
) -> Run:
    """A run of numbers that succeeded, with its answers in place. `drawn` is the seed of its errors.

    It is three times as far off in the channel `weak`.
    """
    run = queued(store, dataset, **{**COLUMNS, **settings})
    job = store.jobs.claim("tests-1")
    assert job is not None
    store.jobs.start(job, process="0")
    store.jobs.record(job, _learning(40, off), events_read=1)
    frame = store.datasets.frame(dataset.id)
    validation, test = frame.iloc[: len(frame) // 2], frame.iloc[len(frame) // 2 :]
    choosing = numbers(validation, off, drawn=drawn + 50, weak=weak)
    intervals = learn_intervals(choosing)
    model = numbers(test, off, drawn=drawn, weak=weak)
    model = intervals.onto(model) if intervals else model
    others = {"mean": mean(model), "tfidf_ridge": numbers(test, simple, drawn=drawn + 20)}
    folder = store.runs.work_folder(run.id) / "predictions"
    for who, one in {"model": model, "validation": choosing, **others}.items():
        one.write(folder / f"{who}.parquet")
    (folder.parent / "bundle").mkdir(exist_ok=True)
    store.jobs.succeed(job, evaluate(model, others, {"prepare": 1.2, "train": 21.0}))
    return store.runs.get(run.id)


def _learning(points: int, off: float) -> list:
    """The events of a run whose mean absolute error falls to `off`."""
    events = []
    for one in _story(points, until="save"):
        if not isinstance(one, Measured) or one.name.endswith("loss"):
            events.append(one)
        elif one.name == "validation/accuracy":
            error = off + 1.2 * float(np.exp(-2 * (one.epoch or 0)))
            events.append(Measured(name="validation/mae", value=error, step=one.step, epoch=one.epoch))
    return events


def searched(
    store: Store,
    dataset: Dataset,
    *,
    sizes: tuple[int, ...] = (50, 150, 500, 1500),
    draws: int = 3,
    unit: float = 1.0,
    **settings: object,
) -> Run:
    """A search for how many labels pay, its points in place: a start ahead with few labels, and caught up with."""
    from core.searches import LabelCurve
    from tests.core.searches.made import Law, number_points

    asked = config(dataset, name="How many ratings pay", **{**COLUMNS, **settings})
    run = store.runs.queue_search(asked, LabelCurve(sizes=sizes, draws=draws), secrets.token_hex(8))
    job = store.jobs.claim("tests-1")
    assert job is not None
    store.jobs.start(job, process="0")
    laws = {"model": Law(0.45, 4.0, 0.5), "ridge": Law(0.35, 9.0, 0.55)}
    for point in number_points(3, **laws, rows=sizes, draws=draws, unit=unit, luck=0.03, judges=3000):
        point.write(store.runs.work_folder(run.id) / "points")
    store.jobs.succeed(job)
    return store.runs.get(run.id)
