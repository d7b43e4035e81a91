"""A tiny model that has learned which of three words stands in a text; trained once."""

from pathlib import Path

import pandas as pd
import pytest
from core.predict import Predictor

from core.config import make_config
from core.execute import execute


@pytest.fixture(scope="session")
def bundle(rows: pd.DataFrame, tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explained")
    config = make_config(preset="quick", model="local:tiny", precision="fp32")
    execute(config, rows, folder, models=tiny_model.parent, cache=folder / "cache", report=lambda _event: None)
    return folder / "bundle"


@pytest.fixture(scope="session")
def predictor(bundle: Path) -> Predictor:
    return Predictor.load(bundle)
