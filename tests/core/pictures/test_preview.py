import io
from base64 import b64decode, b64encode

import numpy as np
import pytest
from PIL import Image

from core.training.preview import CELL, GAP, TIMES, name_of, sheets
from tests.core.pictures.made import image, saved

FILES = [b64encode(saved(image(seed, (40, 40)))).decode() for seed in range(3)]


@pytest.fixture(scope="module")
def found() -> dict[str, np.ndarray]:
    told = sheets(FILES, made_for=0, side=None, seed=0)
    return {name: np.asarray(Image.open(io.BytesIO(b64decode(one))).convert("RGB")) for name, one in told.items()}


def cell(sheet: np.ndarray, row: int, time: int) -> np.ndarray:
    step = CELL + GAP
    return sheet[row * step : row * step + CELL, time * step : time * step + CELL].astype(float)


def test_there_is_a_sheet_for_each_choice_of_changes(found):
    assert len(found) == 16
    assert found[""].shape[:2] == (3 * (CELL + GAP) - GAP, CELL)
    assert found["cf"].shape[:2] == (3 * (CELL + GAP) - GAP, (TIMES + 1) * (CELL + GAP) - GAP)
    assert name_of(True, False, True, False) == "cf"


def test_the_first_of_a_line_is_the_picture_as_it_is_read(found):
    for name in ("", "cf", "o"):
        for row in range(3):
            assert np.abs(cell(found[name], row, 0) - cell(found[""], row, 0)).mean() < 3  # WebP


def test_a_mirrored_picture_is_the_picture_or_its_mirror(found):
    for row in range(3):
        first = cell(found["f"], row, 0)
        for time in range(1, TIMES + 1):
            one = cell(found["f"], row, time)
            assert min(np.abs(one - first).mean(), np.abs(one[:, ::-1] - first).mean()) < 10


def test_colours_change_and_shapes_stay(found):
    changed = [np.abs(cell(found["o"], 0, time) - cell(found["o"], 0, 0)).mean() for time in range(1, TIMES + 1)]
    assert max(changed) > 4
