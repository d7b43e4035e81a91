"""A run on drawn pictures, really trained from scratch in a few seconds: bright shapes on dull ground."""

import shutil
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from core.config import make_config
from core.data import read_apart
from core.evaluation.records import Evaluation
from core.execute import execute
from core.inputs.picture import shelf
from storage import Dataset, Run, Store
from tests.core.pictures.made import saved, zipped

COLOURS = {"disc": (60, 110, 230), "ring": (240, 200, 40), "square": (220, 60, 50)}
SIDE, EACH = 28, 24
SETTINGS = {
    "task": "picture-classification",
    "method": "scratch",
    "task.picture": "picture",
    "task.target": "label",
    "task.flip": False,
    "epochs": 12,
    "precision": "fp32",
    "batch_size": 12,
}


def drawn(shape: str, seed: int, side: int = SIDE) -> Image.Image:
    """One bright shape somewhere on dull ground."""
    chance = np.random.default_rng(seed)
    ground = chance.normal(90, 8, (side, side, 1)).repeat(3, axis=2)
    picture = Image.fromarray(ground.clip(0, 255).astype(np.uint8))
    size = side // 3
    left, top = (int(chance.integers(1, side - size - 1)) for _ in range(2))
    place, pen = (left, top, left + size, top + size), ImageDraw.Draw(picture)
    if shape == "square":
        pen.rectangle(place, fill=COLOURS[shape])
    elif shape == "disc":
        pen.ellipse(place, fill=COLOURS[shape])
    else:
        pen.ellipse(place, outline=COLOURS[shape], width=2)
    return picture


def one(shape: str = "disc", seed: int = 10_000, side: int = SIDE) -> bytes:
    """A picture of that shape that no run has seen, as a PNG file."""
    return saved(drawn(shape, seed, side))


def shapes(path: Path, each: int = EACH) -> Path:
    """A ZIP archive with a folder a shape."""
    return zipped(
        path,
        {
            f"{shape}/{number}.png": saved(drawn(shape, 1000 * place + number))
            for place, shape in enumerate(COLOURS)
            for number in range(each)
        },
    )


def train(folder: Path) -> Path:
    """Everything that a run on the shapes leaves in `folder`; gives the archive."""
    archive = shapes(folder / "shapes.zip")
    table = read_apart(archive, archive.name)
    config = make_config(**SETTINGS)
    work = folder / "work"
    work.mkdir()
    with shelf.holding(table.pictures):
        execute(config, table.frame, work, models=folder, cache=folder / "cache", report=lambda _event: None)
    return archive


def keep(store: Store, trained: Path, name: str = "shapes") -> Run:
    """A run in the store that has ended as the one in `trained` did."""
    dataset = keep_rows(store, trained)
    queued = store.runs.queue(make_config(**{**SETTINGS, "dataset": dataset.id}), name)
    job = store.jobs.claim("tests")
    assert job is not None
    store.jobs.start(job, process="0")
    shutil.copytree(trained / "work", store.runs.work_folder(queued.id))
    store.jobs.succeed(job, Evaluation.model_validate_json((trained / "work" / "evaluation.json").read_bytes()))
    return store.runs.get(queued.id)


def keep_rows(store: Store, trained: Path) -> Dataset:
    """The shapes as a dataset."""
    archive = trained / "shapes.zip"
    return store.datasets.add(read_apart(archive, archive.name), name="shapes", source=archive.name, original=archive)
