"""A tiny model that has learned which of three words stands in a text; trained once."""

from pathlib import Path

import pandas as pd
import pytest

from core.bundles.open import open_bundle
from core.config import make_config
from core.execute import execute
from core.learners.network import TextNetwork


@pytest.fixture(scope="session")
def bundle(rows: pd.DataFrame, tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explained")
    config = make_config(preset="quick", model="local:tiny", precision="fp32")
    execute(config, rows, folder, models=tiny_model.parent, cache=folder / "cache", report=lambda _event: None)
    return folder / "bundle"


@pytest.fixture(scope="session")
def predictor(bundle: Path) -> TextNetwork:
    return opened(bundle)


def opened(bundle: Path) -> TextNetwork:
    model = open_bundle(bundle)
    assert isinstance(model, TextNetwork)
    return model


@pytest.fixture(scope="session")
def weigher(rows: pd.DataFrame, tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> TextNetwork:
    """The same model, which has learned a number: a hundred for each word of a text."""
    folder = tmp_path_factory.mktemp("weigher")
    frame = rows.assign(label=[str(100 * len(text.split())) for text in rows["text"]])
    config = make_config(task="text-regression", preset="quick", model="local:tiny", precision="fp32")
    execute(config, frame, folder, models=tiny_model.parent, cache=folder / "cache", report=lambda _event: None)
    return opened(folder / "bundle")
