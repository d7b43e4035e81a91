"""The nearest rows of those that taught the model."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.config import make_config
from core.data import Part
from core.errors import Stopped
from core.explanations.alike import alike_rows, vectors_of
from core.learners.network import TextNetwork
from core.preparation import prepare


@pytest.fixture(scope="module")
def learned(rows: pd.DataFrame) -> Part:
    return prepare(rows, make_config(preset="quick")).train


def test_a_row_that_taught_the_model_is_its_own_nearest(predictor: TextNetwork, bundle: Path, learned: Part) -> None:
    found = alike_rows(predictor, learned.inputs[3], learned, bundle=bundle, cache=None)
    assert found.rows[0].row_id == learned.row_ids[3]
    assert found.rows[0].likeness == pytest.approx(1.0, abs=1e-5)
    assert found.searched == len(learned)


def test_the_nearest_come_first_and_likeness_is_the_cosine_of_the_classifiers_own_vectors(
    predictor: TextNetwork, bundle: Path, learned: Part
) -> None:
    """By hand: a forward pass per text without batching, its vector taken from the first place as the head does."""
    import torch

    def vector(text: str) -> np.ndarray:
        ids = torch.tensor([predictor.tokenizer(text, truncation=True, max_length=predictor.max_tokens)["input_ids"]])
        with torch.inference_mode():
            return predictor.network.base_model(input_ids=ids).last_hidden_state[0, 0].numpy()

    text = "the bank was very angry"
    found = alike_rows(predictor, text, learned, bundle=bundle, cache=None, shown=8)
    likeness = [row.likeness for row in found.rows]
    assert likeness == sorted(likeness, reverse=True)
    own = vector(text)
    others = np.stack([vector(one) for one in learned.inputs])
    cosine = others @ own / np.linalg.norm(others, axis=1) / np.linalg.norm(own)
    np.testing.assert_allclose(likeness, np.sort(cosine)[::-1][:8], atol=1e-5)
    by_id = dict(zip(learned.row_ids, zip(learned.inputs, learned.targets, strict=True), strict=True))
    assert all(by_id[row.row_id] == (row.text, row.target) for row in found.rows)


def test_vectors_are_kept_and_read_again(
    predictor: TextNetwork, bundle: Path, learned: Part, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = vectors_of(predictor, learned.inputs, bundle=bundle, cache=tmp_path)

    def refuse(*_: Any) -> None:
        raise AssertionError("the model was asked again")

    monkeypatch.setattr("core.explanations.alike._read", refuse)
    np.testing.assert_array_equal(vectors_of(predictor, learned.inputs, bundle=bundle, cache=tmp_path), first)
    with pytest.raises(AssertionError, match="asked again"):
        vectors_of(predictor, learned.inputs[:-1], bundle=bundle, cache=tmp_path)


def test_reading_the_rows_stops_when_asked_and_keeps_nothing_half_done(
    predictor: TextNetwork, bundle: Path, learned: Part, tmp_path: Path
) -> None:
    def refuse(_done: int, _total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        alike_rows(predictor, "x", learned, bundle=bundle, cache=tmp_path, watch=refuse)
    assert not list(tmp_path.rglob("*.safetensors"))
