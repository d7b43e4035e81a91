"""One contract for every way to explain, and what is special about each."""

import itertools
from math import factorial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.bundles.open import open_bundle
from core.errors import ConfigError, DatasetError, Stopped
from core.explanations import EXPLAINERS
from core.explanations.aims import ClassAim
from core.explanations.explain import explain
from core.explanations.reading import TokenizedText
from core.explanations.shap import Shap
from core.learners.network import TextNetwork
from tests.asked import part_of, scores_of

TEXT = "the price was very angry 7"


@pytest.mark.parametrize("method", EXPLAINERS)
def test_every_word_gets_a_push_and_the_same_question_the_same_answer(predictor: TextNetwork, method: str) -> None:
    once, again = (explain(predictor, TEXT, method=method) for _ in range(2))
    assert [word.text for word in once.words] == TEXT.split()
    assert [TEXT[word.start : word.end] for word in once.words] == TEXT.split()
    assert once == again
    assert np.isfinite([word.push for word in once.words]).all()


@pytest.mark.parametrize("method", EXPLAINERS)
def test_the_word_that_decides_pushes_most(predictor: TextNetwork, method: str) -> None:
    found = explain(predictor, TEXT, method=method, label="mood")
    assert max(found.words, key=lambda word: word.push).text == "angry"


@pytest.mark.parametrize("method", EXPLAINERS)
def test_the_error_is_what_the_pushes_miss_of_the_difference(predictor: TextNetwork, method: str) -> None:
    found = explain(predictor, TEXT, method=method)
    together = sum(word.push for word in found.words)
    assert found.error == pytest.approx(abs(together - found.difference) / abs(found.difference))
    assert found.error < {"integrated_gradients": 0.05, "lime": 0.5, "shap": 1e-4}[method]


@pytest.mark.parametrize("method", EXPLAINERS)
def test_it_says_how_far_it_is_and_stops_when_asked(predictor: TextNetwork, method: str) -> None:
    heard: list[tuple[int, int]] = []
    explain(predictor, TEXT, method=method, checked=False, watch=lambda done, total: heard.append((done, total)))
    assert heard[-1][0] == heard[-1][1] > 0
    assert all(a[0] <= b[0] for a, b in itertools.pairwise(heard))

    def refuse(_done: int, _total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        explain(predictor, TEXT, method=method, watch=refuse)


@pytest.mark.parametrize("method", EXPLAINERS)
def test_explaining_leaves_the_chance_of_others_alone(predictor: TextNetwork, method: str) -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    explain(predictor, TEXT, method=method)
    assert torch.equal(torch.rand(3), expected)


def test_probabilities_are_those_the_predictor_gives(predictor: TextNetwork) -> None:
    found = explain(predictor, TEXT)
    scores = scores_of(predictor, [TEXT])[0]
    assert found.answer == found.label == predictor.target.labels[scores.argmax()]
    assert found.value == pytest.approx(float(scores.max()), abs=1e-5)
    odds = np.log(found.value / (1 - found.value)) - np.log(found.blank / (1 - found.blank))
    assert found.difference == pytest.approx(odds, rel=1e-4)


def test_another_class_than_the_answer_can_be_explained(predictor: TextNetwork) -> None:
    scores = scores_of(predictor, [TEXT])[0]
    unlikely = predictor.target.labels[scores.argmin()]
    found = explain(predictor, TEXT, label=unlikely)
    assert found.label == unlikely != found.answer
    assert found.value == pytest.approx(float(scores.min()), abs=1e-5)


def test_shap_values_are_the_exact_shapley_values_when_all_orders_are_tried(predictor: TextNetwork) -> None:
    """Brute force over all subsets of four words (Shapley 1953), against Captum's sampling of 64 orders."""
    reading = TokenizedText(predictor, "oil ship angry bank")
    subsets = torch.tensor(list(itertools.product([0, 1], repeat=4)))
    aim = ClassAim("energy", "energy", 0)
    worth = {
        tuple(subset.tolist()): float(value)
        for subset, value in zip(subsets, aim.score(reading.logits(subsets)), strict=True)
    }
    exact = np.zeros(4)
    for word in range(4):
        for subset, value in worth.items():
            if not subset[word]:
                joined = (*subset[:word], 1, *subset[word + 1 :])
                size = sum(subset)
                exact[word] += factorial(size) * factorial(3 - size) / factorial(4) * (worth[joined] - value)
    sampled = Shap().pushes(reading, aim, lambda _done, _total: None)
    assert sampled.sum() == pytest.approx(exact.sum(), abs=1e-4)
    np.testing.assert_allclose(sampled, exact, atol=0.15 * np.abs(exact).max())


def test_integrated_gradients_of_a_straight_model_are_exact(predictor: TextNetwork, monkeypatch: Any) -> None:
    """Where the output is a plain sum over embeddings, a word's push is what its embeddings' difference adds."""
    from core.explanations.integrated_gradients import IntegratedGradients

    class Straight(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embeddings = predictor.network.get_input_embeddings()
            self.weights = torch.randn(3, self.embeddings.embedding_dim, generator=torch.Generator().manual_seed(0))
            self.weights[0] = 0  # against an even candidate the log-odds of two classes are the difference of outputs
            self.weights = self.weights[:2]

        def get_input_embeddings(self) -> torch.nn.Module:
            return self.embeddings

        def forward(self, input_ids: Any = None, inputs_embeds: Any = None) -> Any:
            from core.training.heads import Answer

            read = self.embeddings(input_ids) if inputs_embeds is None else inputs_embeds
            return Answer(read.sum(dim=1) @ self.weights.T)

    model = Straight()
    monkeypatch.setattr(predictor, "network", model)
    reading = TokenizedText(predictor, TEXT)
    pushes = IntegratedGradients().pushes(reading, ClassAim("", "", 1), lambda _done, _total: None)
    moved = model.embeddings(reading.ids) - model.embeddings(reading.blank_ids)
    by_token = (moved @ model.weights[1]).tolist()
    for word in range(len(reading.words)):
        own = [value for value, owner in zip(by_token, reading.owners.tolist(), strict=True) if owner == word]
        assert pushes[word] == pytest.approx(sum(own), abs=1e-4)


def test_words_that_the_model_did_not_reach_are_counted_and_not_explained(predictor: TextNetwork) -> None:
    found = explain(predictor, "the bank " * 100)
    assert len(found.words) == predictor.max_tokens - 2
    assert found.unread == 200 - len(found.words)


@pytest.mark.parametrize("text", ["", "  \n "])
def test_a_text_without_words_is_refused_in_words(predictor: TextNetwork, text: str) -> None:
    with pytest.raises(DatasetError, match="no words"):
        explain(predictor, text)


def test_unknown_methods_and_classes_are_refused_with_what_there_is(predictor: TextNetwork) -> None:
    with pytest.raises(ConfigError, match="integrated_gradients") as method:
        explain(predictor, TEXT, method="lim")
    assert "lime" in method.value.hint
    with pytest.raises(ConfigError, match="energy, freight, mood"):
        explain(predictor, TEXT, label="money")


@pytest.mark.parametrize(
    "text",
    ["x", "<script>alert(1)</script> ship", "=cmd|' /C calc'!A0", "\u202eoil\u202c \u0000 angry", "a" * 9000, "🚢"],
)
def test_hostile_texts_are_explained_like_any_other(predictor: TextNetwork, text: str) -> None:
    found = explain(predictor, text)
    assert all(word.text == text[word.start : word.end] for word in found.words)


def test_explaining_reads_the_bundle_alone(bundle: Path) -> None:
    model = open_bundle(bundle)
    assert isinstance(model, TextNetwork)
    assert explain(model, TEXT).words


@pytest.mark.parametrize("method", EXPLAINERS)
def test_a_number_is_explained_in_its_own_unit(weigher: TextNetwork, method: str) -> None:
    """The texts' lengths in words, times a hundred: every word's push is a part of that number."""
    (answer,) = weigher.answer(part_of([TEXT])).answers
    found = explain(weigher, TEXT, method=method)
    assert (found.kind, found.label, found.answer) == ("number", "", "")
    assert found.value == pytest.approx(answer, rel=1e-4)
    assert found.difference == pytest.approx(found.value - found.blank, rel=1e-6)
    together = sum(word.push for word in found.words)
    assert found.error == pytest.approx(abs(together - found.difference) / abs(found.difference))
    assert found.error < {"integrated_gradients": 0.05, "lime": 0.5, "shap": 1e-4}[method]
    assert found.check is not None
    assert np.isfinite([found.check.without_top, found.check.without_random]).all()
