"""Fills a store with runs that never trained but are kept as real ones are: queued, leased, recorded, ended."""

import importlib.util
import secrets
from pathlib import Path

import numpy as np
import pandas as pd

from core.answers import ClassAnswers
from core.config import RunConfig, make_config
from core.data import row_ids
from core.evaluation.records import ClassQuality, Evaluation, Interval
from core.events import CheckpointSaved, DeviceChosen, LogEvent, Measured, Progress, StageBegan
from storage import Dataset, Failure, Run, Store

HAS = importlib.util.find_spec("core.evaluation") is not None
DESKS = ("acq", "crude", "earn", "grain", "interest", "money-fx", "ship", "trade")
SHARES = (0.32, 0.055, 0.495, 0.005, 0.037, 0.04, 0.016, 0.032)
WORDS = {
    "acq": "shares takeover bid stake merger board offer company",
    "crude": "oil barrels opec prices crude output refinery",
    "earn": "net profit quarter dividend cts revenue shr loss",
    "grain": "wheat tonnes corn harvest export crop maize",
    "interest": "rates bank prime discount cut lending pct",
    "money-fx": "dollar yen intervention currency central bank dealers",
    "ship": "vessel port strike cargo tanker gulf seamen",
    "trade": "tariffs deficit exports japan surplus talks goods",
}


HOSTILE = "=cmd|' /C calc'!A0 <script>alert(1)</script> [x](https://evil.example) \u202eabc " + "x" * 10_000
"""What nobody should call a class, a region or a run, and what must only ever come out as text."""


class Rows:
    """What a reader of files would give."""

    def __init__(self, frame: pd.DataFrame, *notes: str) -> None:
        self.frame, self.notes = frame, notes
        self.pictures = None


def newsdesk(store: Store, rows: int = 400, name: str = "Newsdesk", scenario: str | None = None) -> Dataset:
    """A dataset of short stories, made of each desk's own words."""
    rng = np.random.default_rng(rows)
    labels = rng.choice(DESKS, size=rows, p=np.array(SHARES) / sum(SHARES))
    texts = [" ".join(rng.choice(WORDS[label].split(), size=12)) + f" {i}" for i, label in enumerate(labels)]
    frame = pd.DataFrame({"text": texts, "desk": labels})
    return store.datasets.add(Rows(frame, "Read as CSV: commas, UTF-8."), name=name, source="upload", scenario=scenario)


def predictions(
    right: float,
    rows: int = 500,
    seed: int = 0,
    labels: tuple[str, ...] = DESKS,
    known: pd.DataFrame | None = None,
) -> ClassAnswers:
    """Answers of which about the share `right` is right, surer where they are right. Equal rows for every `right`.

    `known` are a newsdesk's rows to answer; without them, rows are made up.
    """
    rng = np.random.default_rng(7)
    share = np.array(SHARES) / sum(SHARES) if labels is DESKS else np.full(len(labels), 1 / len(labels))
    targets = rng.choice(len(labels), size=rows, p=share)
    ids = tuple(f"{i:016x}" for i in range(rows))
    if known is not None:
        targets = np.array([labels.index(label) for label in known["desk"]][:rows])
        ids = tuple(row_ids(known))[:rows]
    rows = len(targets)
    own = np.random.default_rng(seed)
    answers = np.where(own.random(rows) < right, targets, own.integers(0, len(labels), rows))
    logits = own.normal(0, 0.7, (rows, len(labels)))
    logits[np.arange(rows), answers] += own.gamma(6, 0.8, rows)
    scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return ClassAnswers(ids, tuple(labels[i] for i in targets), labels, scores.astype(np.float32))


def majority(like: ClassAnswers) -> ClassAnswers:
    """Always the commonest class."""
    scores = np.zeros_like(like.scores)
    commonest = max(like.labels, key=like.targets.count)
    scores[:, like.labels.index(commonest)] = 1
    return ClassAnswers(like.row_ids, like.targets, like.labels, scores)


def evaluation(model: ClassAnswers, **baselines: ClassAnswers) -> Evaluation:
    """The measured quality, by the engine's own hand."""
    from core.evaluation import evaluate

    return evaluate(model, baselines, {"prepare": 1.2, "baseline": 3.4, "train": 21.0, "evaluate": 2.2, "save": 0.6})


def plain_evaluation(model: ClassAnswers, **baselines: ClassAnswers) -> Evaluation:
    """A small stand-in for the engine's evaluation, quick enough for hundreds of runs."""
    return Evaluation(
        rows=len(model.targets),
        metrics=_metrics(model),
        per_class=tuple(
            ClassQuality(label=label, rows=model.targets.count(label), precision=0.9, recall=0.88, f1=0.89)
            for label in model.labels
        ),
        baselines={name: _metrics(one) for name, one in baselines.items()},
        seconds={"prepare": 1.2, "baseline": 3.4, "train": 21.0, "evaluate": 2.2, "save": 0.6},
    )


def _metrics(one: ClassAnswers) -> dict[str, Interval]:
    accuracy = float(np.mean(np.array(one.answers) == np.array(one.targets)))
    spread = 1.96 * (accuracy * (1 - accuracy) / len(one.targets)) ** 0.5
    names = ("accuracy", "f1_macro", "f1_weighted")
    return {
        name: Interval(value=accuracy - 0.02 * i, low=accuracy - 0.02 * i - spread, high=accuracy - 0.02 * i + spread)
        for i, name in enumerate(names)
    }


def looked_into(store: Store, rows: int = 1200, hostile: str = "", **settings: object) -> Run:
    """A finished run over stories with a region, an age and a word from people.

    It is weak in the south, calls fewer stories of the old 'earn', is too sure, and 2% of its labels are wrong.
    """
    rng = np.random.default_rng(rows + 1)
    frame = store.datasets.frame(newsdesk(store, rows).id)
    frame["region"] = rng.choice(["north", hostile or "south", "east"], rows, p=[0.5, 0.3, 0.2])
    frame["age"] = rng.integers(18, 90, rows)
    desks = np.array(DESKS)
    truth = frame["desk"].to_numpy(object).copy()
    flipped = rng.random(rows) < 0.02
    frame.loc[flipped, "desk"] = rng.choice(desks, flipped.sum())
    if hostile:
        frame.loc[frame["desk"] == "trade", "desk"] = hostile
        truth[truth == "trade"] = hostile
        frame["text"] = frame["text"] + " " + hostile
    dataset = store.datasets.add(
        Rows(frame, "Read as CSV."), name=hostile[:200] or "Stories by region", source="upload"
    )
    run = finished(store, dataset, quickly=True, rows=rows, labels=("a", "b"), **settings)
    labels = tuple(sorted(set(frame["desk"])))
    weak = (frame["region"] == (hostile or "south")).to_numpy()
    right = rng.random(rows) < np.where(weak, 0.72, 0.94)
    right &= ~((frame["age"] > 70).to_numpy() & (truth == "earn") & (rng.random(rows) < 0.4))
    coded = np.array([labels.index(label) for label in truth])
    answers = np.where(right, coded, rng.integers(0, len(labels), rows))
    logits = rng.normal(0, 0.7, (rows, len(labels)))
    logits[np.arange(rows), answers] += np.where(right, rng.gamma(9, 0.9, rows), rng.gamma(5, 0.9, rows))
    scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    answered = ClassAnswers(tuple(row_ids(frame)), tuple(frame["desk"]), labels, scores.astype(np.float32))
    answered.write(store.runs.work_folder(run.id) / "predictions" / "model.parquet")
    return run


def queued(store: Store, dataset: Dataset, **settings: object) -> Run:
    """A run that waits."""
    return store.runs.queue(config(dataset, **settings), secrets.token_hex(8))


def config(dataset: Dataset, **settings: object) -> RunConfig:
    """A RunConfig for the newsdesk's columns."""
    fields = {"dataset": dataset.id, "scenario": dataset.scenario, "task.target": "desk", **settings}
    return make_config(**fields)


def running(store: Store, dataset: Dataset, points: int = 60, **settings: object) -> Run:
    """A run in the middle of its training, leased by a worker that is alive."""
    run = queued(store, dataset, **settings)
    job = store.jobs.claim("tests-1")
    assert job is not None
    assert job.run_id == run.id
    store.jobs.start(job, process="0")
    store.jobs.record(job, _story(points, until="train"), events_read=1)
    return store.runs.get(run.id)


def finished(
    store: Store,
    dataset: Dataset,
    *,
    right: float = 0.945,
    simple: float = 0.90,
    rows: int = 500,
    points: int = 60,
    quickly: bool = False,
    drawn: int = 1,
    labels: tuple[str, ...] = DESKS,
    **settings: object,
) -> Run:
    """A run that succeeded, with its predictions in place. `quickly` leaves out the bootstrap.

    `drawn` is the seed of its answers: runs with another one are wrong on other rows.
    """
    run = queued(store, dataset, **settings)
    job = store.jobs.claim("tests-1")
    assert job is not None
    store.jobs.start(job, process="0")
    store.jobs.record(job, _story(points, until="save"), events_read=1)
    known = store.datasets.frame(dataset.id) if labels is DESKS else None
    model = predictions(right, rows, seed=drawn, labels=labels, known=known)
    others = {"tfidf": predictions(simple, rows, seed=2, labels=labels, known=known), "majority": majority(model)}
    folder = store.runs.work_folder(run.id) / "predictions"
    kept = {"model": model, **others, "validation": predictions(right, 200, seed=3, labels=labels)}
    for who, one in kept.items():
        one.write(folder / f"{who}.parquet")
    (folder.parent / "bundle").mkdir(exist_ok=True)
    measure = plain_evaluation if quickly else evaluation
    store.jobs.succeed(job, measure(model, **others))
    return store.runs.get(run.id)


def failed(store: Store, dataset: Dataset, message: str, hint: str = "", **settings: object) -> Run:
    """A run that ended badly."""
    run = queued(store, dataset, **settings)
    job = store.jobs.claim("tests-1")
    assert job is not None
    store.jobs.start(job, process="0")
    store.jobs.record(job, _story(4, until="prepare"), events_read=1)
    store.jobs.fail(job, Failure(message=message, hint=hint))
    return store.runs.get(run.id)


def worker(store: Store) -> None:
    """A worker that is alive now."""
    store.workers.say("tests-1", host="workshop", pid=1, ready=True, busy_with=None, device="cpu")


FAIR = "Giving the same rows to the baselines, which have no pretrained start, to be fair"


def _story(points: int, until: str) -> list:
    """The events of a run up to a stage."""
    rng = np.random.default_rng(points)
    events: list = [
        DeviceChosen(device="cpu"),
        StageBegan(stage="prepare", text="Cleaning the rows and dividing them into training, validation and test"),
        LogEvent(text="400 rows, 8 classes."),
    ]
    if until == "prepare":
        return events
    events.append(StageBegan(stage="train", text="Teaching the whole model on the training rows"))
    for step in range(1, points + 1):
        epoch = 3 * step / points
        loss = 1.9 * np.exp(-2.2 * epoch) + 0.12 + 0.03 * rng.normal()
        events.append(Measured(name="train/loss", value=float(loss), step=step, epoch=epoch))
        if step % max(1, points // 6) == 0:
            better = 1 - np.exp(-1.4 * epoch)
            events.append(Measured(name="validation/loss", value=float(loss + 0.06), step=step, epoch=epoch))
            events.append(
                Measured(name="validation/accuracy", value=float(0.5 + 0.44 * better), step=step, epoch=epoch)
            )
            events.append(Measured(name="validation/f1_macro", value=float(0.4 + 0.5 * better), step=step, epoch=epoch))
    total = points if until == "save" else round(points * 1.6)
    events += [
        CheckpointSaved(step=points),
        Progress(done=points, total=total, epoch=3 * points / total, seconds_left=None if until == "save" else 34.0),
    ]
    if until == "save":
        events += [
            StageBegan(
                stage="baseline",
                text=FAIR,
            ),
            StageBegan(stage="evaluate", text="Asking the model about 100 rows it has never seen"),
            StageBegan(stage="save", text="Saving the model and checking that the saved one gives the same answers"),
            LogEvent(text="Done."),
        ]
    return events


def shop(home: Path) -> Store:
    """A store with everything a page may show: datasets, runs in every state, a worker."""
    store = Store.open(home)
    worker(store)
    news = newsdesk(store, 2189, "Newsdesk", scenario="finance-newsdesk")
    own = newsdesk(store, 300, "tickets-march.csv")
    finished(store, news, preset="quick", name="Newsdesk, quick", rows=2189, right=0.94, simple=0.88)
    finished(store, own, preset="balanced", name="Tickets, first try", right=0.89, simple=0.885, rows=180)
    failed(
        store,
        own,
        "The class 'grain' has 1 row, and at least 4 are needed to learn, choose and judge.",
        "Add rows of this class, or leave it out.",
        name="Tickets, all classes",
    )
    finished(store, news, preset="balanced", name="Newsdesk, balanced", rows=2189, right=0.962, simple=0.88)
    running(store, news, preset="best", name="Newsdesk, best")
    queued(store, own, preset="quick", name="Tickets, after cleaning")
    return store


def searched(
    store: Store, dataset: Dataset, *, sizes: tuple[int, ...] = (8, 25, 100, 300), draws: int = 3, done: bool = True
) -> Run:
    """A search for how many labels pay, its points in place: a start ahead with few labels, and caught up with."""
    from core.searches import LabelCurve, Point

    question = LabelCurve(sizes=sizes, draws=draws)
    run = store.runs.queue_search(config(dataset, name="How many labels pay"), question, secrets.token_hex(8))
    job = store.jobs.claim("tests-1")
    assert job is not None
    store.jobs.start(job, process="0")
    store.jobs.record(job, [StageBegan(stage="train", text="Learning from small draws")], events_read=1)
    chance = np.random.default_rng(3)
    laws = {"model": (0.03, 0.6, 0.6), "tfidf": (0.02, 1.3, 0.65)}
    difficulty = chance.random(2000)
    for draw in range(draws):
        for size in sizes:
            errors = {who: c + a * (8 * size) ** -b for who, (c, a, b) in laws.items()}
            luck = {who: error * np.exp(chance.normal(0, 0.06)) for who, error in errors.items()}
            wrong = {who: difficulty + chance.normal(0, 0.05, 2000) <= error for who, error in luck.items()}
            Point(size, draw, 8 * size, wrong, "accuracy").write(store.runs.work_folder(run.id) / "points")
    total = draws * len(sizes)
    store.jobs.record(job, [Progress(done=total, total=total, seconds_left=3.0)], events_read=2)
    if done:
        store.jobs.succeed(job)
    return store.runs.get(run.id)
