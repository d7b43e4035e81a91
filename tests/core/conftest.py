"""A small lesson on the tiny model, learned in a second."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest


@pytest.fixture(scope="session")
def rows() -> pd.DataFrame:
    """120 short texts of very uneven length in three classes that a word gives away."""
    chance = np.random.default_rng(0)
    words = ["the", "a", "is", "was", "very", "price", "bank"]
    signs = {"energy": "oil", "freight": "ship", "mood": "angry"}
    texts, labels = [], []
    for number in range(120):
        label = sorted(signs)[number % 3]
        filling = chance.choice(words, size=int(chance.integers(2, 40)))
        texts.append(" ".join([*filling, signs[label], str(number)]))
        labels.append(label)
    return pd.DataFrame({"text": texts, "label": labels})


@pytest.fixture
def run(rows: pd.DataFrame, tiny_model: Path, tmp_path: Path) -> Callable[..., Any]:
    """Runs a config on the rows with the tiny model; says where it wrote and what it reported."""
    from core.config import make_config
    from core.execute import execute

    def go(name: str = "run", report: Callable[[Any], None] | None = None, **settings: Any) -> tuple[Path, list[Any]]:
        events: list[Any] = []

        def hear(event: Any) -> None:
            events.append(event)
            if report:
                report(event)

        config = make_config(**{"model": "local:tiny", "precision": "fp32", **settings})
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        execute(config, rows, folder, models=tiny_model.parent, cache=tmp_path / "cache", report=hear)
        return folder, events

    return go
