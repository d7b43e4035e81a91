"""A label curve on the tiny model: the points are those that runs would give, kept, stopped and gone on with."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.answers import ClassAnswers
from core.config import make_config
from core.errors import Stopped
from core.events import Measured, Progress, StageBegan
from core.execute import execute
from core.searches import LabelCurve, read_points
from core.searches.run import drawn_rows, draws, pool, search, shared_rows
from core.tasks import task_of

QUESTION = LabelCurve(sizes=(4, 8, 16), draws=2)


def config_of(**more):
    return make_config(**{"model": "local:tiny", "precision": "fp32", "split.validation": 0.0, **more})


@pytest.fixture
def curve(rows: pd.DataFrame, tiny_model: Path, tmp_path: Path):
    def go(folder: str = "curve", question: LabelCurve = QUESTION, report=None, **more):
        heard = []

        def hear(event):
            heard.append(event)
            if report:
                report(event)

        place = tmp_path / folder
        search(
            config_of(**more),
            question,
            rows,
            place,
            models=tiny_model.parent,
            cache=tmp_path / "cache",
            report=hear,
        )
        return read_points(place / "points"), heard

    return go


def test_every_size_and_draw_leaves_a_point_and_its_numbers(curve):
    points, heard = curve()
    assert [(point.size, point.draw, point.rows) for point in points] == [
        (size, draw, 3 * size) for size in (4, 8, 16) for draw in (0, 1)
    ]
    measured = {(event.name, event.step): event.value for event in heard if isinstance(event, Measured)}
    for point in points:
        for who in ("model", "tfidf"):
            assert measured[f"labels/{who}/{point.draw}", point.size] == point.reached(who)
        assert measured[f"labels/rows/{point.draw}", point.size] == point.rows
    assert [event.stage for event in heard if isinstance(event, StageBegan)] == ["prepare", "train"]
    assert (heard[-1].done, heard[-1].total) == (6, 6)


@pytest.mark.parametrize("settings", [{"preset": "quick"}, {"preset": "balanced", "epochs": 1}])
def test_a_point_is_what_a_run_with_so_many_labels_gets(settings, curve, rows, tiny_model, tmp_path):
    points, _ = curve(question=LabelCurve(sizes=(4, 8), draws=2), seed=3, **settings)
    config = config_of(seed=3, rows_per_class=8, **settings)
    execute(config, rows, tmp_path / "run", models=tiny_model.parent, cache=tmp_path / "c", report=lambda _: None)
    point = next(point for point in points if (point.size, point.draw) == (8, 0))
    for who in ("model", "tfidf"):
        found = ClassAnswers.read(tmp_path / f"run/predictions/{who}.parquet")
        right = np.array(found.answers) == np.array(found.targets)
        assert np.mean(right == (point.losses[who] == 0)) > 0.95
        assert right.mean() == pytest.approx(point.reached(who), abs=0.05)


def test_the_same_rows_judge_every_point(curve):
    points, _ = curve()
    assert len({len(point.losses[who]) for point in points for who in point.who}) == 1


def test_a_stopped_search_keeps_its_points_and_goes_on_from_them(curve):
    def stop_after_two(event):
        if isinstance(event, Progress) and event.total == 6 and event.done == 2:
            raise Stopped

    with pytest.raises(Stopped):
        curve(report=stop_after_two)
    points, heard = curve()
    assert len(points) == 6
    began = next(place for place, event in enumerate(heard) if isinstance(event, StageBegan) and event.stage == "train")
    assert len([e for e in heard[began:] if getattr(e, "kind", "") == "log"]) == 4
    assert len({(e.name, e.step) for e in heard if isinstance(e, Measured)}) == 18


def test_a_stop_in_the_middle_of_a_training_is_heard_before_its_end(curve):
    def stop_at_first_step(event):
        if isinstance(event, Progress):
            raise Stopped

    with pytest.raises(Stopped):
        curve(report=stop_at_first_step, preset="balanced", epochs=50)


def test_larger_draws_hold_the_smaller_ones_and_other_draws_other_rows(rows):
    prepared = pool(rows, config_of())
    plan = draws(task_of(config_of()), prepared.train, QUESTION, seed=0)
    assert set(plan[4, 0]) < set(plan[8, 0]) < set(plan[16, 0])
    assert set(plan[8, 0]) != set(plan[8, 1])
    assert list(plan)[:3] == [(4, 0), (8, 0), (16, 0)]


def test_sizes_beyond_the_largest_class_are_all_rows_drawn_once(rows):
    prepared = pool(rows, config_of())
    plan = draws(task_of(config_of()), prepared.train, LabelCurve(sizes=(8, 1000, 5000), draws=3), seed=0)
    assert [key for key in plan if key[0] > 8] == [(1000, 0)]
    assert len(plan[1000, 0]) == len(prepared.train)


def test_a_point_knows_how_much_of_it_another_draw_would_share(curve, rows):
    """The share expected, beside that of 300 pairs of draws where one class is rarer than the size."""
    some = rows.drop(rows.index[rows["label"] == "mood"][:30])
    train, task = pool(some, config_of()).train, task_of(config_of())
    pairs = [[set(drawn_rows(task, train, 8, seed)) for seed in (one, one + 1000)] for one in range(300)]
    seen = np.mean([len(one & other) / len(one) for one, other in pairs])
    assert shared_rows(task, train, 8) == pytest.approx(seen, abs=0.02)
    assert shared_rows(task, train, 1000) == 1.0
    points, _ = curve(question=LabelCurve(sizes=(4, 1000), draws=2))
    assert [0 < point.shared < 0.5 for point in points] == [True, True, False]
    assert points[-1].shared == 1.0


def test_a_draw_is_what_a_limit_on_labelled_rows_draws(rows):
    from core.preparation import prepare

    prepared = pool(rows, config_of(seed=5))
    drawn = drawn_rows(task_of(config_of()), prepared.train, 7, seed=5)
    run = prepare(rows, config_of(seed=5, rows_per_class=7))
    assert {prepared.train.row_ids[i] for i in drawn} == set(run.train.row_ids)
    assert prepared.test == run.test


def test_rows_kept_for_validation_help_no_candidate(rows):
    prepared = pool(rows, make_config(**{"split.validation": 0.3}))
    assert len(prepared.validation) == 0
    assert len(prepared.train) < 0.6 * len(rows)


def test_sizes_are_put_in_order_and_one_alone_is_refused():
    assert LabelCurve(sizes=(100, 8, 8)).sizes == (8, 100)
    with pytest.raises(ValueError, match="at least two different sizes"):
        LabelCurve(sizes=(8, 8))
