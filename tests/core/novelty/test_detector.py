"""The detector keeps its promise on simulated rows, sees what is far away, and comes back from a bundle as it was."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from core.errors import ModelError
from core.novelty import CONFIDENCE, FALSE_ALARMS, FEWEST_ROWS, MOST_REFERENCES, Detector, Layers, open_detector, sample
from core.novelty.detector import FILE

WIDTH = 12


def rows(chance: np.random.Generator, number: int, layers: int = 1) -> Layers:
    """Embeddings in three unequal clusters; every layer sees them in another way."""
    centres = np.eye(3, WIDTH) * 6
    found: np.ndarray = centres[chance.choice(3, number, p=(0.6, 0.3, 0.1))] + chance.normal(size=(number, WIDTH))
    return tuple((found[:, ::-1] if layer % 2 else found).astype(np.float32) for layer in range(layers))


def fitted(chance: np.random.Generator, known: int, learned: int = 60, layers: int = 1) -> Detector:
    found = Detector.fit(rows(chance, learned, layers), rows(chance, known, layers))
    assert found is not None
    return found


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("known", [59, 200])
def test_p_values_of_rows_alike_are_super_uniform(known: int, layers: int) -> None:
    chance = np.random.default_rng(known)
    found = np.concatenate(
        [fitted(chance, known, layers=layers).p_values(rows(chance, 20, layers)) for _ in range(400)]
    )
    for level in (0.02, 0.05, 0.1, 0.3, 0.5, 0.9):
        error = np.sqrt(level * (1 - level) * (1 / len(found) + 1 / (400 * known)))
        assert (found <= level).mean() <= level + 4 * error


@pytest.mark.parametrize("known", [59, 100, 200, 1000])
def test_hardly_any_detector_gives_more_false_alarms_than_promised(known: int) -> None:
    """By the exact law: with p-values as a rank among `known`, a detector's false alarms follow a beta law."""
    chance = np.random.default_rng(0)
    detector = fitted(chance, known)
    passed = round(detector.level * (known + 1))
    rates = chance.beta(passed, known + 1 - passed, 20_000)
    assert (rates > FALSE_ALARMS).mean() <= 1 - CONFIDENCE + 0.006
    more = chance.beta(passed + 1, known - passed, 20_000)
    assert (more > FALSE_ALARMS).mean() > 1 - CONFIDENCE - 0.006


def test_rows_far_away_are_flagged_and_rows_alike_are_not() -> None:
    chance = np.random.default_rng(1)
    detector = fitted(chance, 300)
    away = (-6 * np.eye(3, WIDTH)[[0, 1, 2] * 20] + chance.normal(size=(60, WIDTH))).astype(np.float32)
    assert detector.flags(detector.p_values((away,))).all()
    assert detector.flags(detector.p_values(rows(chance, 2000))).mean() <= FALSE_ALARMS + 0.01


def test_too_few_rows_promise_nothing() -> None:
    chance = np.random.default_rng(2)
    assert Detector.fit(rows(chance, 50), rows(chance, FEWEST_ROWS - 1)) is None
    assert Detector.fit(rows(chance, 0), rows(chance, 100)) is None
    assert fitted(chance, FEWEST_ROWS).level > 0
    assert fitted(chance, FEWEST_ROWS, learned=2).p_values(rows(chance, 3)).shape == (3,)


def test_where_all_rows_look_alike_none_is_flagged() -> None:
    same = np.ones((100, WIDTH), np.float32)
    detector = Detector.fit((same,), (same,))
    assert detector is not None
    assert not detector.flags(detector.p_values((same,))).any()


def test_a_saved_detector_says_the_same(tmp_path: Path) -> None:
    chance = np.random.default_rng(3)
    detector, new = fitted(chance, 100, layers=2), rows(chance, 50, 2)
    assert open_detector(tmp_path) is None
    detector.save(tmp_path)
    again = open_detector(tmp_path)
    assert again is not None
    np.testing.assert_array_equal(again.p_values(new), detector.p_values(new))
    (tmp_path / FILE).write_bytes(b"{}")
    with pytest.raises(ModelError, match="detector"):
        open_detector(tmp_path)


def test_a_row_that_only_an_earlier_layer_tells_apart_is_flagged() -> None:
    chance = np.random.default_rng(4)
    detector, last = fitted(chance, 300, layers=2), rows(chance, 100)[0]
    away = (-6 * np.eye(3, WIDTH)[[0] * 100] + chance.normal(size=(100, WIDTH))).astype(np.float32)
    assert detector.flags(detector.p_values((last, away))).mean() > 0.9
    last_alone = fitted(chance, 300)
    assert last_alone.flags(last_alone.p_values((last, away))).mean() <= FALSE_ALARMS + 0.05


def test_the_detector_of_an_earlier_version_flags_as_it_did(tmp_path: Path) -> None:
    """It held one layer, and its distances were one less the cosine to the fifth nearest."""
    chance = np.random.default_rng(5)
    learned, others, new = (unit(rows(chance, number)[0]) for number in (60, 200, 400))
    kept = learned.astype(np.float16)

    def fifth(vectors: np.ndarray) -> np.ndarray:
        return np.sort(1 - vectors @ kept.astype(np.float32).T, axis=1)[:, 4]

    known = np.sort(fifth(others))
    save_file({"references": kept, "known": known}, tmp_path / FILE)
    detector = open_detector(tmp_path)
    assert detector is not None
    expected = [(1 + np.sum(known >= one)) / 201 for one in fifth(new)]
    middle = rows(chance, 400)[0]
    np.testing.assert_allclose(detector.p_values((new, middle)), expected, atol=1.5 / 201)
    assert detector.level == pytest.approx(5 / 201)


def unit(vectors: np.ndarray) -> np.ndarray:
    found: np.ndarray = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return found


def test_a_sample_is_always_the_same_and_never_too_large() -> None:
    assert sample(7, 10).tolist() == list(range(7))
    first = sample(10_000, MOST_REFERENCES)
    assert len(set(first.tolist())) == MOST_REFERENCES
    np.testing.assert_array_equal(first, np.sort(first))
    np.testing.assert_array_equal(first, sample(10_000, MOST_REFERENCES))
