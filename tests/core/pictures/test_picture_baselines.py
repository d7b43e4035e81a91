import io

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from core.baselines.pictures import GRADIENTS, RAW_PIXELS, PictureFeatures, edges_and_colours, linear
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
    found, _ = linear(RAW_PIXELS, prepared(train, validation, test), FILES.__getitem__, 0, said.append)
    right = np.array(found.labels)[found.scores.argmax(axis=1)] == np.array(found.targets)
    ours = float(right.mean())
    plain = LogisticRegression(C=1, max_iter=2_000).fit(DIGITS.data[train] / 16, DIGITS.target[train])
    assert ours >= plain.score(DIGITS.data[test] / 16, DIGITS.target[test]) - 0.01
    assert found.scores.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert said[0].startswith("The raw-pixel model reads 8 x 8 pixels, grey, of 1,100 rows")


@pytest.mark.parametrize("features", [RAW_PIXELS, GRADIENTS], ids=lambda one: one.name)
def test_the_same_rows_and_seed_give_the_same_scores(features: PictureFeatures) -> None:
    few = prepared(np.arange(100), np.arange(0), np.arange(100, 150))
    first, again = (linear(features, few, FILES.__getitem__, 3)[0] for _ in range(2))
    assert np.array_equal(first.scores, again.scores)


def test_edges_tell_digits_apart_better_than_pixels() -> None:
    rows, test = train_test_split(np.arange(1797), test_size=400, random_state=0, stratify=DIGITS.target)
    made = prepared(rows[:300], rows[300:400], test)
    reached = {
        features.name: linear(features, made, FILES.__getitem__, 0)[0].answers for features in (RAW_PIXELS, GRADIENTS)
    }
    right = {
        name: np.mean([a == t for a, t in zip(found, made.test.targets, strict=True)])
        for name, found in reached.items()
    }
    assert right["edge-and-colour"] > right["raw-pixel"] > 0.9


def test_a_histogram_counts_which_way_edges_run() -> None:
    """A step down has edges in one direction only, a step to the right in that a quarter turn on."""
    step = np.zeros((1, 32, 32, 1), np.uint8)
    step[:, 16:] = 255
    down, right = (edges_and_colours(one)[0, :512].reshape(8, 64) for one in (step, step.transpose(0, 2, 1, 3)))
    directions = [np.square(one).sum(axis=1) for one in (down, right)]
    assert [one.max() for one in directions] == pytest.approx([1.0, 1.0], abs=1e-3)
    assert (directions[1].argmax() - directions[0].argmax()) % 8 in {2, 6}


def test_colours_are_the_means_of_cells() -> None:
    picture = np.zeros((1, 16, 16, 3), np.uint8)
    picture[:, :4, 4:8] = (255, 51, 0)
    colours = edges_and_colours(picture)[0, 8 * 16 :].reshape(3, 4, 4) * 4
    assert colours[:, 0, 1] == pytest.approx([1.0, 0.2, 0.0])
    assert colours.sum() == pytest.approx(1.2)


def test_edges_are_seen_in_finer_copies() -> None:
    coloured = saved(Image.merge("RGB", [image(n, (100, 100)).convert("L") for n in range(3)]))
    look = GRADIENTS.look(["a"], {"a": coloured}.__getitem__)
    assert (look.channels, look.height, look.width) == (3, 64, 64)


def test_one_class_is_answered_as_the_majority_answers() -> None:
    ones = np.flatnonzero(DIGITS.target == 1)
    found, _ = linear(RAW_PIXELS, prepared(ones[:20], ones[:0], ones[20:30]), FILES.__getitem__, 0)
    assert set(np.array(found.labels)[found.scores.argmax(axis=1)]) == {"1"}


def test_colours_count_where_there_are_any_and_copies_are_small() -> None:
    grey = saved(image(0, (100, 100)).convert("L").convert("RGB"))
    coloured = saved(Image.merge("RGB", [image(n, (20, 20)).convert("L") for n in range(3)]))
    assert RAW_PIXELS.look(["a"], {"a": grey}.__getitem__).channels == 1
    look = RAW_PIXELS.look(["b"], {"b": coloured}.__getitem__)
    assert (look.channels, look.height, look.width) == (3, 20, 20)
    assert RAW_PIXELS.look(["a"], {"a": grey}.__getitem__).height == 32
    assert Image.open(io.BytesIO(grey)).mode == "RGB"
