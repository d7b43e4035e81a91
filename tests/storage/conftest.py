"""A real store in a folder of its own, with one small dataset."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from core.config import RunConfig, make_config
from storage import Dataset, Store


class Rows(NamedTuple):
    """Rows as a reader of files gives them."""

    frame: pd.DataFrame
    notes: tuple[str, ...] = ()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture
def rows() -> Rows:
    return Rows(pd.DataFrame({"text": ["good", "bad", "fine"], "label": ["yes", "no", "yes"]}), ("Read as CSV.",))


@pytest.fixture
def dataset(store: Store, rows: Rows) -> Dataset:
    return store.datasets.add(rows, name="answers", source="answers.csv")


@pytest.fixture
def config(dataset: Dataset) -> RunConfig:
    return make_config(dataset=dataset.id, epochs=2)
