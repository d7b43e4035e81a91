"""What every task promises: one suite over all of them."""

import subprocess
import sys

import numpy as np
import pytest

from core.baselines import BASELINES
from core.config import METHODS, PRESETS, make_config, presets_of
from core.data import suggest
from core.errors import ConfigError
from core.evaluation import YARDSTICKS
from core.learners.base import Learner
from core.preparation import check, prepare
from core.tasks import TASKS, Task, fitting, input_columns, suggested_settings, task_of
from core.tasks.task import resolved
from tests.core.kinds import config_of, frame_of, inputs


@pytest.fixture(params=TASKS.values(), ids=TASKS.keys())
def task(request: pytest.FixtureRequest) -> Task:
    found: Task = request.param
    return found


def test_a_task_is_found_by_its_name(task: Task) -> None:
    config = make_config(**{"task.task": task.name})
    assert TASKS[task.name] is task is task_of(config)
    assert type(config.task) is task.settings
    assert input_columns(config) == task.inputs.columns(config.task)
    assert task.title
    assert task.answer_title


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_chooses_a_way_to_learn_that_the_task_has(task: Task, preset: str) -> None:
    assert set(presets_of(task.name)) == set(PRESETS)
    config = make_config(**{"task.task": task.name, "preset": preset})
    assert config.preset == preset
    assert config.learning.method in task.learners


def test_every_way_to_learn_has_settings_and_a_learner(task: Task) -> None:
    for method in task.learners:
        config = make_config(**{"task.task": task.name, "method": method})
        assert type(config.learning) is METHODS[method]
        assert make_config(**config.model_dump()) == config
        learner = task.learner(method)
        promised = [name for name in vars(Learner) if not name.startswith("_")]
        assert all(callable(getattr(learner, name)) for name in promised)
    with pytest.raises(ConfigError, match="is no way to learn"):
        task.learner("by heart")


def test_what_it_names_is_there(task: Task) -> None:
    for place in (task.network, task.backbone):
        assert not place or isinstance(resolved(place), type)
    assert task.column in task.settings.model_fields
    assert set(task.baselines) <= set(BASELINES)
    assert len(set(task.baselines)) == len(task.baselines)
    assert task.targets.name in YARDSTICKS


def test_good_rows_of_its_kind_are_prepared_without_a_word_of_error(task: Task) -> None:
    config = config_of(task)
    with inputs()[task.inputs.name].at_hand():
        assert not [one for one in check(frame_of(task), config) if one.severity == "error"]
    prepared = prepare(frame_of(task), config)
    assert prepared.target.kind == task.targets.name
    rows = [row for part in (prepared.train, prepared.validation, prepared.test) for row in part.row_ids]
    assert len(rows) == len(set(rows)) == 60
    assert [len(prepared.train), len(prepared.validation), len(prepared.test)] == [36, 12, 12]
    few = prepare(frame_of(task), config_of(task, rows_per_class=4))
    assert 0 < len(few.train) <= 12
    assert few.test == prepared.test


def test_its_baselines_answer_the_same_rows(task: Task) -> None:
    prepared, heard = prepare(frame_of(task), config_of(task)), list[str]()
    yardstick = YARDSTICKS[task.targets.name]
    assert task.baselines
    for name in task.baselines:
        with inputs()[task.inputs.name].at_hand():
            answers, choosing = BASELINES[name].answer(prepared, 0, heard.append)
        assert answers.kind == task.targets.name
        assert answers.row_ids == prepared.test.row_ids
        assert choosing is None or choosing.row_ids == prepared.validation.row_ids
        assert np.isfinite(yardstick.measure(answers)[yardstick.headline].value)
    assert all(line.endswith(".") for line in heard)


def test_rows_that_look_like_it_suggest_it(task: Task) -> None:
    frame = frame_of(task)
    fits = fitting(frame, suggest(frame), "said")
    assert task in [fit.task for fit in fits]
    assert all(fit.reason for fit in fits)
    found = suggested_settings(frame, suggest(frame), task=task.name, target="said")
    assert (
        make_config(**found).task
        == make_config(
            **{
                "task.task": task.name,
                f"task.{task.column}": inputs()[task.inputs.name].named("row"),
                "task.target": "said",
            }
        ).task
    )


def test_tasks_are_known_without_torch() -> None:
    script = "import sys, core.tasks, core.training.steps; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_task_that_nobody_knows_is_refused_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match="There is no task 'weather'; there are text-classification, "):
        make_config(**{"task.task": "weather"})
    frame = frame_of(TASKS["text-regression"])
    with pytest.raises(ConfigError, match="There is no task 'text-regresion'") as error:
        suggested_settings(frame, suggest(frame), task="text-regresion")
    assert error.value.hint == "Did you mean 'text-regression'?"
