"""A run stopped anywhere and resumed ends as an uninterrupted one."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from core.answers import ClassAnswers
from core.errors import Stopped
from core.events import CheckpointSaved, Progress, StageBegan

SETTINGS = {"preset": "balanced", "epochs": 3, "batch_size": 8, "learning_rate": 1e-3, "early_stopping": 3}


def stop_at(step: int) -> Callable[[Any], None]:
    """A report that asks the run to stop once training has made `step` steps."""
    stage = ""

    def report(event: Any) -> None:
        nonlocal stage
        if isinstance(event, StageBegan):
            stage = event.stage
        if stage == "train" and isinstance(event, Progress) and event.epoch is not None and event.done >= step:
            raise Stopped

    return report


@pytest.mark.parametrize(
    ("where", "step", "more"),
    [
        ("within a pass", 4, {}),
        ("at the end of a pass", 9, {}),
        ("at the last", 27, {}),
        ("with a share of the start", 4, {"keep_start": 0.25}),
    ],
)
def test_a_stopped_and_resumed_run_ends_as_an_uninterrupted_one(
    run: Callable[..., Any], where: str, step: int, more: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.reporting.TELL_EVERY_S", 0.0)
    settings = {**SETTINGS, **more}
    whole, _ = run("whole", **settings)
    with pytest.raises(Stopped):
        run("halves", report=stop_at(step), **settings)
    halves, events = run("halves", **settings)
    assert any("Resumed from the checkpoint" in getattr(event, "text", "") for event in events)
    # Not a tolerance but equality: the same rows, in the same order, with the same random numbers.
    expected, found = (load_file(folder / "bundle" / "model.safetensors") for folder in (whole, halves))
    assert expected.keys() == found.keys()
    for name, weights in expected.items():
        np.testing.assert_array_equal(weights, found[name], err_msg=name)


def test_the_same_settings_give_the_same_predictions(run: Callable[..., Any]) -> None:
    first, second = (ClassAnswers.read(run(name, **SETTINGS)[0] / "predictions/model.parquet") for name in ("a", "b"))
    np.testing.assert_array_equal(first.scores, second.scores)


def test_a_stop_leaves_a_whole_checkpoint(run: Callable[..., Any], tmp_path: Any) -> None:
    events: list[Any] = []

    def report(event: Any) -> None:
        events.append(event)
        stop_at_first(event)

    stop_at_first = stop_at(1)
    with pytest.raises(Stopped):
        run("stopped", report=report, **SETTINGS)
    saved = [event.step for event in events if isinstance(event, CheckpointSaved)]
    assert [f"checkpoint-{step}" for step in saved] == [p.name for p in (tmp_path / "stopped/checkpoints").iterdir()]


def test_a_damaged_checkpoint_is_passed_over(run: Callable[..., Any], tmp_path: Any) -> None:
    with pytest.raises(Stopped):
        run("damaged", report=stop_at(1), **SETTINGS)
    (weights,) = (tmp_path / "damaged/checkpoints").glob("checkpoint-*/model.safetensors")
    weights.write_bytes(weights.read_bytes()[:-1] + b"\0")
    _, events = run("damaged", **SETTINGS)
    assert not any("Resumed" in getattr(event, "text", "") for event in events)


def test_a_checkpoint_of_other_settings_is_passed_over(run: Callable[..., Any]) -> None:
    with pytest.raises(Stopped):
        run("changed", report=stop_at(1), **SETTINGS)
    _, events = run("changed", **{**SETTINGS, "learning_rate": 2e-3})
    assert not any("Resumed" in getattr(event, "text", "") for event in events)
