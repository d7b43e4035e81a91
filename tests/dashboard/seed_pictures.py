"""A run of pictures, kept as a real one is: drawn circles, squares and stripes, and answers written by hand."""

import io
import secrets
import zipfile

import numpy as np
from PIL import Image, ImageDraw

from core.answers import ClassAnswers
from core.data import read_apart, row_ids
from core.searches import LabelCurve, Point
from storage import Dataset, Run, Store
from tests.core.searches.made import Law, points
from tests.dashboard.seed import _story, config, evaluation, majority, queued

SHAPES = ("circle", "square", "stripes")
COLUMNS = {"task": "picture-classification", "task.target": "label", "model": "efficientnet-lite0"}


def drawn(shape: str, seed: int, side: int = 48) -> Image.Image:
    """A light shape on a dark ground, its place and colours by the seed."""
    chance = np.random.default_rng(seed)
    ground, ink = (tuple(int(one) for one in chance.integers(low, low + 90, 3)) for low in (10, 150))
    picture = Image.new("RGB", (side, side), ground)
    pen = ImageDraw.Draw(picture)
    left, top = (int(one) for one in chance.integers(2, side // 3, 2))
    size = int(chance.integers(side // 3, side // 2))
    box = (left, top, left + size, top + size)
    if shape == "stripes":
        for x in range(left, side, 6):
            pen.line((x, 0, x + top, side), fill=ink, width=2)
    else:
        (pen.ellipse if shape == "circle" else pen.rectangle)(box, fill=ink)
    return picture


def png(shape: str, seed: int, side: int = 48) -> bytes:
    """The picture as a file."""
    buffer = io.BytesIO()
    drawn(shape, seed, side).save(buffer, "PNG")
    return buffer.getvalue()


def archive(each: int = 20, more: dict[str, bytes] | None = None) -> bytes:
    """A ZIP with a folder for each shape, and `more` files beside."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for number, shape in enumerate(SHAPES):
            for one in range(each):
                packed.writestr(f"{shape}/{one:02}.png", png(shape, 1000 * number + one))
        for name, content in (more or {}).items():
            packed.writestr(name, content)
    return buffer.getvalue()


def shapes(store: Store, name: str = "Shapes", each: int = 20, more: dict[str, bytes] | None = None) -> Dataset:
    """A dataset of pictures in three classes."""
    with store.incoming() as folder:
        path = folder / "shapes.zip"
        path.write_bytes(archive(each, more))
        return store.datasets.add(read_apart(path, path.name), name=name, source=path.name)


def answers(store: Store, dataset: Dataset, right: float, seed: int = 0) -> ClassAnswers:
    """Answers to every row of which about the share `right` is right."""
    frame, chance = store.datasets.frame(dataset.id), np.random.default_rng(seed)
    targets = np.array([SHAPES.index(label) for label in frame["label"]])
    said = np.where(chance.random(len(targets)) < right, targets, (targets + chance.integers(1, 3, len(targets))) % 3)
    logits = chance.normal(0, 0.4, (len(targets), 3))
    logits[np.arange(len(targets)), said] += chance.gamma(6, 0.5, len(targets))
    scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return ClassAnswers(tuple(row_ids(frame)), tuple(frame["label"]), SHAPES, scores.astype(np.float32))


def finished(store: Store, dataset: Dataset, *, right: float = 0.85, seed: int = 1, **settings: object) -> Run:
    """A run that succeeded, with its answers in place."""
    run = queued(store, dataset, **{**COLUMNS, **settings})
    job = store.jobs.claim("tests-1")
    assert job is not None
    store.jobs.start(job, process="0")
    store.jobs.record(job, _story(30, until="save"), events_read=1)
    model = answers(store, dataset, right, seed)
    others = {"pixels": answers(store, dataset, 0.6, 7), "majority": majority(model)}
    folder = store.runs.work_folder(run.id) / "predictions"
    for who, one in {"model": model, **others, "validation": answers(store, dataset, right, 9)}.items():
        one.write(folder / f"{who}.parquet")
    (folder.parent / "bundle").mkdir(exist_ok=True)
    store.jobs.succeed(job, evaluation(model, **others))
    return store.runs.get(run.id)


def searched(store: Store, dataset: Dataset, **settings: object) -> Run:
    """A search for how many labels pay, its points in place, for a network from scratch beside raw points."""
    question = LabelCurve(sizes=(4, 8, 16), draws=3)
    asked = config(dataset, name="How many pictures pay", **{**COLUMNS, "method": "scratch", **settings})
    run = store.runs.queue_search(asked, question, secrets.token_hex(8))
    job = store.jobs.claim("tests-1")
    assert job is not None
    store.jobs.start(job, process="0")
    for point in points(5, rows=(24, 48, 96), model=Law(0.02, 1.0, 0.4), tfidf=Law(0.1, 3.0, 0.5)):
        losses = {"model": point.losses["model"], "pixels": point.losses["tfidf"]}
        made = Point(point.rows // 6, point.draw, point.rows, losses, point.metric)
        made.write(store.runs.work_folder(run.id) / "points")
    store.jobs.succeed(job)
    return store.runs.get(run.id)
