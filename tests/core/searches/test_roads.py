"""Curves of other tasks: numbers from texts, and classes from pictures."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.answers import NumberAnswers, read_answers
from core.config import make_config
from core.data.pictures.pack import reference
from core.events import LogEvent, Measured
from core.execute import execute
from core.inputs.picture import shelf
from core.searches import LabelCurve, levels, read_points
from core.searches.candidates import drawn_from
from core.searches.run import pool, search
from core.tasks import task_of
from tests.core.pictures.made import image, saved

NUMBERS = {
    "task": "text-regression",
    "task.target": "stars",
    "model": "local:tiny",
    "precision": "fp32",
    "split.validation": 0.0,
}
PICTURES = {
    "task": "picture-classification",
    "task.target": "label",
    "task.picture": "picture",
    "method": "scratch",
    "epochs": 2,
    "precision": "fp32",
    "split.validation": 0.0,
}


@pytest.fixture(scope="module")
def rated(rows: pd.DataFrame) -> pd.DataFrame:
    """Numbers that a word gives away, and chance adds to."""
    chance = np.random.default_rng(1)
    stars = rows["label"].map({"energy": 50.0, "freight": 30.0, "mood": 10.0}) + chance.normal(0, 4, len(rows))
    return rows[["text"]].assign(stars=stars.round(2))


def searched(frame, folder: Path, models: Path, question: LabelCurve, **settings):
    heard = []
    place = folder / "curve"
    config = make_config(**settings)
    search(config, question, frame, place, models=models, cache=folder / "cache", report=heard.append)
    return read_points(place / "points"), heard


@pytest.mark.parametrize("settings", [{"preset": "quick"}, {"preset": "balanced", "epochs": 1}])
def test_a_point_of_numbers_is_what_a_run_with_so_many_labels_gets(settings, rated, tiny_model, tmp_path):
    settings = {**NUMBERS, **settings, "seed": 3}
    points, heard = searched(rated, tmp_path, tiny_model.parent, LabelCurve(sizes=(10, 40), draws=2), **settings)
    assert [(point.size, point.rows) for point in points] == [(10, 10), (10, 10), (40, 40), (40, 40)]
    config = make_config(**settings, rows_per_class=40)
    execute(config, rated, tmp_path / "run", models=tiny_model.parent, cache=tmp_path / "c", report=lambda _: None)
    point = next(point for point in points if (point.size, point.draw) == (40, 0))
    for who in ("model", "tfidf_ridge"):
        answers = read_answers(tmp_path / f"run/predictions/{who}.parquet")
        assert isinstance(answers, NumberAnswers)
        assert point.losses[who] == pytest.approx(np.abs(answers.errors), abs=0.05)
    measured = {(event.name, event.step): event.value for event in heard if isinstance(event, Measured)}
    assert measured["labels/model/0", 40] == pytest.approx(np.mean(point.losses["model"]))
    said = [event.text for event in heard if isinstance(event, LogEvent)]
    assert any("40 rows, draw 1: the model " in text and "mean absolute error" in text for text in said)
    assert levels(points).measure.metric == "mae"


def test_labels_that_were_not_drawn_teach_nobody_how_numbers_spread(rated):
    config = make_config(**NUMBERS)
    prepared, task = pool(rated, config), task_of(config)
    some = drawn_from(task, prepared, np.array([0, 3, 5]))
    taught = np.array(some.train.targets, float)
    assert some.target.mean == pytest.approx(taught.mean())
    assert some.target.spread == pytest.approx(taught.std())
    assert some.test == prepared.test


def test_a_draw_of_rows_that_are_all_alike_teaches_just_that(rated, tiny_model, tmp_path):
    """With 2 of many zeros drawn there is no spread to learn; the answer is zero and the search goes on."""
    mostly_zero = rated.assign(stars=np.where(np.arange(len(rated)) % 10 == 0, rated["stars"], 0.0))
    question = LabelCurve(sizes=(2, 60), draws=3)
    points, _ = searched(mostly_zero, tmp_path, tiny_model.parent, question, **NUMBERS)
    alike = [point for point in points if point.size == 2]
    test = np.array(pool(mostly_zero, make_config(**NUMBERS)).test.targets, float)
    assert any(point.losses["model"] == pytest.approx(np.abs(test), abs=1e-4) for point in alike)


def test_a_network_from_scratch_learns_from_each_draw_of_pictures(tmp_path):
    frames, files = [], {}
    for number in range(60):
        made = image(number, (28, 28), "L").point(lambda value, n=number: value // 3 + 160 * (n % 2))
        content = saved(made)
        name = reference(content, "png")
        files[name] = content
        frames.append((name, ("dark", "light")[number % 2]))
    frame = pd.DataFrame(frames, columns=["picture", "label"])
    with shelf.holding(files):
        points, heard = searched(frame, tmp_path, tmp_path, LabelCurve(sizes=(4, 12), draws=2), **PICTURES)
    assert [(point.size, point.rows) for point in points] == [(4, 8), (4, 8), (12, 24), (12, 24)]
    assert points[0].who == ("model", "gradients")
    assert max(point.reached("gradients") for point in points) > 0.9
    assert all(set(point.losses["model"]) <= {0.0, 1.0} for point in points)
    assert any("gradient-feature" in event.text for event in heard if isinstance(event, LogEvent))
