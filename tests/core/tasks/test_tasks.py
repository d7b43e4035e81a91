"""What every task promises: one suite over all of them."""

from pathlib import Path

import numpy as np
import pytest
import torch

from core.config import make_config
from core.data import Part
from core.device import Device
from core.tasks import TASKS, Task

CPU = Device("cpu", "CPU", 1, "fp32", "cpu_products", "sdpa")
LABELS = ("a", "b", "c")
PART = Part(("1", "2", "3", "4"), ("w", "x", "y", "z"), ("a", "c", "b", "a"))


@pytest.fixture(params=TASKS.values(), ids=TASKS.keys())
def task(request: pytest.FixtureRequest) -> Task:
    found: Task = request.param
    return found


def test_a_task_is_found_by_its_name(task: Task) -> None:
    assert TASKS[task.name] is task
    assert make_config(**{"task.task": task.name}).task.task == task.name


def test_targets_are_numbered_in_the_order_of_the_labels(task: Task) -> None:
    assert task.targets(PART, LABELS).tolist() == [0, 2, 1, 0]


def test_a_model_gives_one_output_a_label_and_the_finished_one_agrees(task: Task, tiny_model: Path) -> None:
    model = task.build(tiny_model, LABELS, make_config(), CPU).eval()
    batch = {
        "input_ids": torch.tensor([[2, 9, 8, 3], [2, 9, 3, 0]]),
        "attention_mask": torch.tensor([[1] * 4, [1, 1, 1, 0]]),
    }
    with torch.inference_mode():
        logits = model(**batch).logits
        finished = task.finish(model, LABELS)(**batch).logits
    assert logits.shape == (2, len(LABELS))
    torch.testing.assert_close(logits, finished, atol=1e-3, rtol=1e-3)


def test_the_finished_model_knows_the_labels(task: Task, tiny_model: Path) -> None:
    model = task.finish(task.build(tiny_model, LABELS, make_config(), CPU), LABELS)
    assert tuple(model.config.id2label[i] for i in range(3)) == LABELS
    assert type(model).__module__.startswith("transformers.")


def test_the_loss_falls_with_better_answers_and_can_be_differentiated(task: Task) -> None:
    targets = task.targets(PART, LABELS)
    loss = task.loss(make_config(class_weights=True, label_smoothing=0.1), targets, LABELS)
    right = torch.nn.functional.one_hot(torch.from_numpy(targets), 3).float().requires_grad_()
    assert loss(right * 5, torch.from_numpy(targets)) < loss(right * 0, torch.from_numpy(targets))
    loss(right, torch.from_numpy(targets)).backward()
    assert right.grad is not None


def test_every_metric_is_measured_and_best_for_right_answers(task: Task) -> None:
    targets = task.targets(PART, LABELS)
    right = np.eye(3)[targets] * 9
    measured = task.measure(right, targets)
    assert {"loss", *task.metrics} == set(measured)
    assert all(measured[name] == pytest.approx(1.0) for name in task.metrics)


def test_decoded_scores_belong_to_their_rows(task: Task) -> None:
    predictions = task.decode(np.eye(3)[[0, 2, 1, 1]] * 50, PART, LABELS)
    assert predictions.row_ids == PART.row_ids
    assert predictions.answers == ("a", "c", "b", "b")
    np.testing.assert_allclose(predictions.scores.sum(axis=1), 1.0)


def test_tasks_are_known_without_torch() -> None:
    import subprocess
    import sys

    script = "import sys, core.tasks, core.training.steps; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
