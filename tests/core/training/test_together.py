"""Two processes that teach one model make the model that one makes."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from safetensors.numpy import load_file

from core.answers import ClassAnswers
from core.events import CheckpointSaved, Event, Measured
from core.training.batches import Collate, RowNumbers
from core.training.together import ALONE, Together
from core.training.tokens import Tokens
from tests.core.training.together_program import run_lesson
from worker.event_file import read_events

ROOT = Path(__file__).parents[3]
TOLERANCE = 1e-4
"""Weights differ by at most this share of the greatest of their kind, in fp32 without dropout: the same sums in another
order. Left out are the biases of attention's keys: softmax takes no notice of them, so their gradient is rounding
alone, which Adam makes as large as any other."""
SETTINGS = {
    "preset": "balanced",
    "epochs": 2,
    "batch_size": 7,  # no multiple of two, and the last batch of a pass is smaller
    "learning_rate": 1e-3,
    "dropout": 0.0,
    "precision": "fp32",
    "model": "local:tiny",
}
WAYS = {
    "plain": {},
    "weighed": {"class_weights": True, "label_smoothing": 0.1, "gradient_accumulation_steps": 2},
    "lora": {"method": "lora", "lora_dropout": 0.0, "early_stopping": 1},
}
STOP_AT = 4


def lesson(name: str, *, stop_at: int = 0, **settings: Any) -> dict[str, Any]:
    return {"name": name, "stop_at": stop_at, "settings": {**SETTINGS, **settings}}


@pytest.fixture(scope="module")
def taught(rows: pd.DataFrame, tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Where one process left its runs, and where two left theirs. Runs begun in one and ended in two are with these."""
    alone, together = tmp_path_factory.mktemp("alone"), tmp_path_factory.mktemp("together")
    patch = pytest.MonkeyPatch()
    patch.setattr("core.training.reporting.TELL_EVERY_S", 0.0)
    for folder in (alone, together):
        rows.to_parquet(folder / "rows.parquet")
    for name, settings in WAYS.items():
        run_lesson(lesson(name, **settings), alone, tiny_model.parent, ALONE)
    run_lesson(lesson("one, then two", stop_at=STOP_AT), together, tiny_model.parent, ALONE)
    lessons = [
        *(lesson(name, processes=2, **settings) for name, settings in WAYS.items()),
        lesson("two, then two", stop_at=STOP_AT, processes=2),
        lesson("two, then two", processes=2),
        lesson("two, then one", stop_at=STOP_AT, processes=2),
        lesson("one, then two", processes=2),
    ]
    (together / "lessons.json").write_text(json.dumps(lessons))
    in_two_processes(together, tiny_model.parent)
    run_lesson(lesson("two, then one"), together, tiny_model.parent, ALONE)
    patch.undo()
    return alone, together


def in_two_processes(folder: Path, models: Path) -> None:
    program = [sys.executable, "-m", "tests.core.training.together_program"]
    processes = [
        subprocess.Popen(
            [*program, str(number), "2", str(folder), str(models)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for number in range(2)
    ]
    try:
        said = [process.communicate(timeout=250)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()
    assert [process.returncode for process in processes] == [0, 0], "\n".join(said)


def difference(one: Path, two: Path) -> float:
    """The greatest difference between any two weights of two runs' models, as a share of the greatest of their kind."""
    first, second = (load_file(folder / "bundle/model.safetensors") for folder in (one, two))
    assert first.keys() == second.keys()
    compared = {name: weights for name, weights in first.items() if not name.endswith("key.bias")}
    return max(float(np.abs(w - second[name]).max() / max(np.abs(w).max(), 1e-6)) for name, w in compared.items())


def events_of(folder: Path, number: int = 0) -> list[Event]:
    return read_events(folder / f"events-{number}.jsonl", 0)[0]


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_two_processes_make_the_model_that_one_makes(taught: tuple[Path, Path], way: str) -> None:
    one, two = (folder / way for folder in taught)
    assert difference(one, two) <= TOLERANCE
    alone, together = (ClassAnswers.read(folder / "predictions/model.parquet") for folder in (one, two))
    assert alone.row_ids == together.row_ids
    np.testing.assert_allclose(alone.scores, together.scores, atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_the_first_process_says_what_one_alone_says_and_the_other_nothing(taught: tuple[Path, Path], way: str) -> None:
    def measured(folder: Path) -> dict[tuple[str, int], float]:
        return {(e.name, e.step): e.value for e in events_of(folder / way) if isinstance(e, Measured)}

    one, two = (measured(folder) for folder in taught)
    assert events_of(taught[1] / way, 1) == []
    compared = [(name, step) for name, step in one.keys() & two.keys() if step <= 3 or name.startswith("validation/")]
    assert {"train/loss", "validation/loss", "validation/f1_macro"} <= {name for name, _ in compared}
    for key in compared:
        assert two[key] == pytest.approx(one[key], rel=1e-4, abs=1e-4), key


@pytest.mark.slow
@pytest.mark.parametrize("name", ["two, then two", "two, then one", "one, then two"])
def test_a_run_stopped_in_some_processes_goes_on_in_others(taught: tuple[Path, Path], name: str) -> None:
    """Also in another number of them: a checkpoint belongs to the settings, not to how many processes made it."""
    alone, together = taught
    said = events_of(together / name)
    assert [event.step for event in said if isinstance(event, CheckpointSaved)] == [STOP_AT]
    assert any(f"Resumed from the checkpoint after step {STOP_AT}" in getattr(event, "text", "") for event in said)
    assert difference(alone / "plain", together / name) <= TOLERANCE


@pytest.mark.parametrize("weigh", [len, lambda targets: float(np.array([0.5, 3.0])[targets].sum())])
@pytest.mark.parametrize("rows", [1, 2, 5, 8])
def test_the_mean_of_the_processes_is_the_mean_over_the_batch(rows: int, weigh: Callable[[np.ndarray], float]) -> None:
    """Also where a process gets no row: it computes one, which counts nothing."""
    draw = np.random.default_rng(rows)
    losses, targets = draw.random(rows), draw.integers(0, 2, rows)
    each = np.array([weigh(targets[i : i + 1]) for i in range(rows)])
    made = RowNumbers(Tokens(np.arange(rows, dtype=np.int32), np.arange(rows + 1), "made"), targets)
    means = []
    for number in range(3):
        batch = Collate(made, together=Together(number, 3), weigh=weigh)(list(range(rows)))
        mine = batch["input_ids"][:, 0].numpy()
        means.append(batch["share"].item() * np.average(losses[mine], weights=each[mine]))
    assert np.mean(means) == pytest.approx(np.average(losses, weights=each))
