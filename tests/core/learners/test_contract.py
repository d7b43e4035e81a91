"""What every learner promises: one suite over each way that each task may be learned."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.bundles.open import open_bundle
from core.bundles.write import write_bundle
from core.data import Part
from core.errors import ConfigError, ModelError
from core.evaluation import evaluate
from core.events import Event, LogEvent
from core.execute import TOLERANCE
from core.learners.base import Lesson, Model, Represents
from core.preparation import prepare
from core.tasks import TASKS, Task
from tests.core.kinds import config_of, frame_of, inputs

WAYS = {f"{task.name} {method}": (task, method) for task in TASKS.values() for method in task.learners}
SUFFIXES = {".safetensors", ".json", ".txt", ".md", ".model", ".skops"}
"""Files that open without running anything of anybody's."""
TO_READ = {"use.py"}
"""A program for people who have no such library; nothing here ever runs it."""


@pytest.fixture(scope="module", params=WAYS)
def learned(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator["Learned"]:
    """A tiny lesson learned in this way, its bundle written; what its rows refer to is at hand."""
    task, method = WAYS[request.param]
    folder = tmp_path_factory.mktemp("learned")
    example = inputs()[task.inputs.name]
    model = example.model(folder / "source", folder / "models")
    with example.at_hand():
        config = config_of(task, method=method, model=model, epochs=2, batch_size=16)
        said: list[Event] = []
        prepared = prepare(frame_of(task), config)
        lesson = Lesson(
            config, task, prepared, folder / "models", folder / "checkpoints", folder / "cache", said.append
        )
        yield Learned(lesson, folder, said)


class Learned:
    """A lesson, the model that came of it, and its answers to the test rows."""

    def __init__(self, lesson: Lesson, folder: Path, said: list[Event]) -> None:
        self.lesson, self.said = lesson, said
        learner = lesson.task.learner(lesson.config.learning.method)(lesson)
        learner.check()
        self.said_before = len(said)
        self.model = learner.learn()
        self.test = lesson.prepared.test
        self.answers = self.model.answer(self.test)
        self.bundle = folder / "bundle"
        write_bundle(self.bundle, self.model, lesson.config, lesson.target, evaluate(self.answers, {}))

    def again(self) -> Model:
        """What the same lesson gives once more."""
        return self.lesson.task.learner(self.lesson.config.learning.method)(self.lesson).learn()


def test_every_kind_of_input_has_an_example() -> None:
    assert set(inputs()) >= {task.inputs.name for task in TASKS.values()}


def test_what_is_ahead_is_said_before_anything_is_taught(learned: Learned) -> None:
    ahead = learned.said[: learned.said_before]
    assert ahead
    assert all(isinstance(event, LogEvent) and event.text.endswith(".") for event in ahead)


def test_every_test_row_gets_an_answer_of_its_tasks_kind(learned: Learned) -> None:
    assert learned.answers.kind == learned.lesson.task.targets.name
    assert learned.answers.row_ids == learned.test.row_ids
    assert len(learned.answers.answers) == len(learned.test)
    assert json.loads(json.dumps(dict(learned.model.facts))) == dict(learned.model.facts)
    assert "epochs" in learned.model.facts


def test_the_opened_bundle_answers_as_the_model_did(learned: Learned) -> None:
    opened = open_bundle(learned.bundle)
    assert opened.answer(learned.test).distance(learned.answers) < TOLERANCE
    cut = opened.cut(learned.test.inputs)
    assert len(cut) == len(learned.test)
    assert set(cut) <= {"", "end", "beginning"}
    assert opened.cut(()) == []


def test_a_row_is_answered_alike_alone_and_among_others(learned: Learned) -> None:
    opened = open_bundle(learned.bundle)
    turned = np.arange(len(learned.test))[::-1]
    whole = opened.answer(learned.test.take(turned))
    assert whole.take(turned).distance(learned.answers) < TOLERANCE
    assert opened.answer(learned.test.take([3])).distance(learned.answers.take([3])) < TOLERANCE
    assert opened.answer(Part((), (), ())).row_ids == ()


def test_embeddings_come_with_the_same_answers_before_and_after_saving(learned: Learned) -> None:
    """A learner whose model has none says so by not being able to; then nothing is flagged."""
    opened = open_bundle(learned.bundle)
    assert isinstance(learned.model, Represents) == isinstance(opened, Represents)
    if not isinstance(opened, Represents) or not isinstance(learned.model, Represents):
        return
    before, after = learned.model.represent(learned.test), opened.represent(learned.test)
    assert before.answers.distance(learned.answers) < TOLERANCE
    assert after.answers.distance(learned.answers) < TOLERANCE
    for one, other in zip(before.layers, after.layers, strict=True):
        np.testing.assert_allclose(unit(other), unit(one), atol=1e-3)
    assert opened.represent(Part((), (), ())).layers[0].shape == (0, after.layers[0].shape[1])


def unit(vectors: np.ndarray) -> np.ndarray:
    found: np.ndarray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return found


def test_answering_says_how_far_it_is(learned: Learned) -> None:
    heard: list[tuple[int, int]] = []
    open_bundle(learned.bundle).answer(learned.test, lambda done, total: heard.append((done, total)))
    assert heard[-1] == (len(learned.test), len(learned.test))


def test_a_bundle_holds_nothing_that_runs(learned: Learned) -> None:
    files = [path for path in learned.bundle.rglob("*") if path.is_file()]
    assert {path.suffix for path in files if path.name not in TO_READ} <= SUFFIXES
    assert not any(b"auto_map" in path.read_bytes() for path in files if path.suffix == ".json")
    assert {"run.json", "README.md", "manifest.json"} <= {path.name for path in files}


def test_a_bundle_that_was_opened_can_be_saved_again(learned: Learned, tmp_path: Path) -> None:
    open_bundle(learned.bundle).save(tmp_path / "again")
    assert any((tmp_path / "again").iterdir())


def test_the_same_lesson_gives_the_same_model(learned: Learned) -> None:
    assert learned.again().answer(learned.test).distance(learned.answers) < 1e-5


@pytest.mark.parametrize("lost", ["run.json", "everything"])
def test_a_bundle_that_is_not_whole_is_refused_in_a_sentence(learned: Learned, tmp_path: Path, lost: str) -> None:
    folder = tmp_path / "half"
    folder.mkdir()
    if lost == "everything":
        (folder / "run.json").write_bytes((learned.bundle / "run.json").read_bytes())
    with pytest.raises(ModelError, match="cannot be opened"):
        open_bundle(folder)


def test_a_method_that_a_task_lacks_is_refused_with_those_that_it_has(learned: Learned) -> None:
    task: Task = replace(learned.lesson.task, learners={"other": "core.learners.pretrained:Pretrained"})
    with pytest.raises(ConfigError, match=r"is no way to learn .*") as error:
        task.learner(learned.lesson.config.learning.method)
    assert "other" in error.value.hint


def test_what_a_learner_reads_of_a_lesson_is_a_value(learned: Learned) -> None:
    lesson: Any = learned.lesson
    with pytest.raises(AttributeError):
        lesson.config = None
