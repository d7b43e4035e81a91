"""A real store with sixty rows about oil, banks and ships, and a tiny model with random weights."""

import random
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.config import RunConfig, make_config
from core.data import Table
from storage import Dataset, Run, Store
from worker import identity
from worker.executor import Executor, LocalExecutor
from worker.supervisor import Supervisor

WORDS = {
    "oil": "oil price crude barrel rose fell output",
    "bank": "bank rate loan credit profit interest",
    "ship": "ship port late vessel dock cargo",
}


def sixty_rows() -> pd.DataFrame:
    """Twenty different texts a class, made of the class's own words."""
    draw = random.Random(0)
    texts = [
        (" ".join(draw.choices(words.split(), k=8)) + f" {n}", name) for name, words in WORDS.items() for n in range(20)
    ]
    return pd.DataFrame(texts, columns=["text", "label"])


def asking(*texts: str) -> list[dict[str, str]]:
    """The texts as rows of a question to the predictor."""
    return [{"text": text} for text in texts]


@pytest.fixture
def store(tmp_path: Path, tiny_model: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "home")
    shutil.copytree(tiny_model, opened.models / tiny_model.name, dirs_exist_ok=True)
    yield opened
    opened.close()


@pytest.fixture
def dataset(store: Store) -> Dataset:
    return store.datasets.add(Table(sixty_rows(), ()), name="desks", source="desks.csv")


@pytest.fixture
def make(dataset: Dataset) -> Callable[..., RunConfig]:
    """A config on the sixty rows with the tiny model; full training of one pass unless told otherwise."""

    def build(**more: Any) -> RunConfig:
        fields = {"preset": "balanced", "model": "local:tiny", "epochs": 1, "batch_size": 4, "task.max_tokens": 32}
        return make_config(**{"dataset": dataset.id, **fields, **more})

    return build


def dead_supervisor() -> str:
    """The id of a supervisor of this machine that surely lives no more."""
    with subprocess.Popen(["sleep", "60"]) as gone:
        process = identity.of(gone.pid)
        gone.kill()
    return f"{identity.host()} {process} dead"


@contextmanager
def supervised(store: Store, executor: Executor | None = None) -> Iterator[Supervisor]:
    """A supervisor working in a thread; it ends in peace with the block."""
    stop = threading.Event()
    supervisor = Supervisor(store, executor or LocalExecutor(store.logs))
    thread = threading.Thread(target=supervisor.work, kwargs={"stop": stop})
    thread.start()
    try:
        yield supervisor
    finally:
        stop.set()
        thread.join(120)
        assert not thread.is_alive()


def wait_for(condition: Callable[[], Any], what: str, timeout_s: float = 240.0) -> Any:
    """The condition's first true value. Fails with `what` after the timeout."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError(f"waited {timeout_s:.0f} s in vain for {what}")


def ended(store: Store, run_id: str) -> Run:
    """The run once it has ended."""
    run: Run = wait_for(lambda: (r := store.runs.get(run_id)).has_ended and r, f"the end of {run_id}")
    return run
