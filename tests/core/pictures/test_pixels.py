import io

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from core.baselines.pixels import look_for, pixels
from core.data.splits.parts import Part
from core.preparation import Prepared
from core.targets import ClassTarget
from tests.core.pictures.made import image, saved

DIGITS = load_digits()
LABELS = tuple(map(str, range(10)))


def file_of(row: int) -> bytes:
    return saved(Image.fromarray((DIGITS.images[row] * 15.9).astype(np.uint8)))


FILES = {str(row): file_of(row) for row in range(len(DIGITS.target))}


def part(rows: np.ndarray) -> Part:
    return Part(
        row_ids=tuple(f"r{row}" for row in rows),
        inputs=tuple(str(row) for row in rows),
        targets=tuple(str(DIGITS.target[row]) for row in rows),
    )


def prepared(train: np.ndarray, validation: np.ndarray, test: np.ndarray) -> Prepared:
    counts = tuple(int((DIGITS.target[train] == digit).sum()) for digit in range(10))
    return Prepared(part(train), part(validation), part(test), ClassTarget(LABELS, counts), ())


@pytest.mark.parametrize("with_validation", [True, False])
def test_on_digits_it_is_as_good_as_a_tuned_logistic_regression(with_validation: bool) -> None:
    rows, test = train_test_split(np.arange(1797), test_size=400, random_state=0, stratify=DIGITS.target)
    train, validation = rows[:1100], rows[1100:] if with_validation else rows[:0]
    said: list[str] = []
    found, _ = pixels(prepared(train, validation, test), FILES.__getitem__, 0, said.append)
    right = np.array(found.labels)[found.scores.argmax(axis=1)] == np.array(found.targets)
    ours = float(right.mean())
    plain = LogisticRegression(C=1, max_iter=2_000).fit(DIGITS.data[train] / 16, DIGITS.target[train])
    assert ours >= plain.score(DIGITS.data[test] / 16, DIGITS.target[test]) - 0.01
    assert found.scores.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert said[0].startswith("The raw-pixel model reads 8 x 8 pixels, grey, of 1,100 rows")


def test_the_same_rows_and_seed_give_the_same_scores() -> None:
    few = prepared(np.arange(100), np.arange(0), np.arange(100, 150))
    first, again = (pixels(few, FILES.__getitem__, 3)[0] for _ in range(2))
    assert np.array_equal(first.scores, again.scores)


def test_one_class_is_answered_as_the_majority_answers() -> None:
    ones = np.flatnonzero(DIGITS.target == 1)
    found, _ = pixels(prepared(ones[:20], ones[:0], ones[20:30]), FILES.__getitem__, 0)
    assert set(np.array(found.labels)[found.scores.argmax(axis=1)]) == {"1"}


def test_colours_count_where_there_are_any_and_copies_are_small() -> None:
    grey = saved(image(0, (100, 100)).convert("L").convert("RGB"))
    coloured = saved(Image.merge("RGB", [image(n, (20, 20)).convert("L") for n in range(3)]))
    assert look_for(["a"], {"a": grey}.__getitem__).channels == 1
    look = look_for(["b"], {"b": coloured}.__getitem__)
    assert (look.channels, look.height, look.width) == (3, 20, 20)
    assert look_for(["a"], {"a": grey}.__getitem__).height == 32
    assert Image.open(io.BytesIO(grey)).mode == "RGB"
