"""Networks fresh from training: what lies before a head alone that learned is computed once for all runs."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.learners.base import Lesson
from core.learners.network import Network
from core.preparation import prepare
from core.tasks import TASKS, Task
from core.training.heads import last_layer
from core.training.loop import read_outputs
from core.training.vectors import outputs_with_layers
from tests.core.kinds import config_of, frame_of, inputs

WITH_A_HEAD_ALONE = [task for task in TASKS.values() if "frozen" in task.learners]


@pytest.mark.parametrize("task", WITH_A_HEAD_ALONE, ids=lambda task: task.name)
def test_embeddings_before_a_head_are_computed_once_and_are_those_of_the_whole_network(
    task: Task, tmp_path: Path
) -> None:
    example = inputs()[task.inputs.name]
    config = config_of(task, method="frozen", model=example.model(tmp_path / "source", tmp_path / "models"))
    places = (tmp_path / "models", tmp_path / "checkpoints", tmp_path / "cache")
    with example.at_hand():
        lesson = Lesson(config, task, prepare(frame_of(task), config), *places, lambda _event: None)
        test = lesson.prepared.test
        first = task.learner("frozen")(lesson).learn()
        assert isinstance(first, Network)
        encoded = first.backbone.encode(test.inputs, None)
        whole = first.target.decode(read_outputs(first.network, encoded, device=first.device), test)
        assert first.answer(test).distance(whole) < 1e-5
        _, layers = outputs_with_layers(first.network, encoded, device=first.device)
        for one, other in zip(first.represent(test).layers, layers, strict=True):
            assert np.allclose(one, other, atol=1e-5)

        another = task.learner("frozen")(replace(lesson, config=config.model_copy(update={"seed": 1}))).learn()
        assert isinstance(another, Network)
        expected = first.target.decode(read_outputs(another.network, encoded, device=first.device), test)
        with torch.no_grad():
            for weight in set(another.network.parameters()) - set(last_layer(another.network).parameters()):
                weight.zero_()  # nobody asks these any more
        assert another.represent(test).answers.distance(expected) < 1e-5
        assert another.answer(test).distance(expected) < 1e-5


def test_the_embeddings_of_very_many_rows_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their memory is in no quote."""
    task = TASKS["text-classification"]
    example = inputs()[task.inputs.name]
    config = config_of(task, method="frozen", model=example.model(tmp_path / "source", tmp_path / "models"))
    places = (tmp_path / "models", tmp_path / "checkpoints", tmp_path / "cache")
    with example.at_hand():
        lesson = Lesson(config, task, prepare(frame_of(task), config), *places, lambda _event: None)
        model = task.learner("frozen")(lesson).learn()
        assert isinstance(model, Network)
        kept = sorted((tmp_path / "cache" / "vectors").rglob("*.safetensors"))
        monkeypatch.setattr("core.learners.network.MOST_KEPT", len(lesson.prepared.test) - 1)
        without = model.answer(lesson.prepared.test)
        assert sorted((tmp_path / "cache" / "vectors").rglob("*.safetensors")) == kept
        monkeypatch.setattr("core.learners.network.MOST_KEPT", len(lesson.prepared.test))
        assert model.answer(lesson.prepared.test).distance(without) < 1e-5
        assert len(sorted((tmp_path / "cache" / "vectors").rglob("*.safetensors"))) == len(kept) + 1


def test_a_network_that_learned_as_a_whole_is_asked_as_a_whole(tmp_path: Path) -> None:
    task = TASKS["text-classification"]
    example = inputs()[task.inputs.name]
    config = config_of(task, method="full", model=example.model(tmp_path / "source", tmp_path / "models"), epochs=1)
    places = (tmp_path / "models", tmp_path / "checkpoints", tmp_path / "cache")
    with example.at_hand():
        lesson = Lesson(config, task, prepare(frame_of(task), config), *places, lambda _event: None)
        model = task.learner("full")(lesson).learn()
        assert isinstance(model, Network)
        before = model.answer(lesson.prepared.test)
        with torch.no_grad():
            for weight in model.network.parameters():
                weight.zero_()
        assert model.answer(lesson.prepared.test).distance(before) > 1e-3
