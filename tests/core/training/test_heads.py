"""The head on the mean of the tokens, and its bundle in plain transformers."""

import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import PreTrainedModel, RobertaConfig, RobertaModel

from core.answers import ClassAnswers
from core.bundles.open import open_bundle
from core.targets import ClassTarget
from core.training.heads import SentenceClassifier, normed_mean, open_encoder, to_stock
from tests.asked import scores_of

LABELS = ("energy", "freight", "mood")
OUTPUTS = ClassTarget(LABELS, (1, 1, 1)).network


def decided(model: SentenceClassifier) -> SentenceClassifier:
    """A head that is as sure of its answers as a trained one."""
    torch.nn.init.normal_(model.classifier.weight, std=0.5)
    return model.eval()


def uneven_batch(vocabulary: int, first: int) -> dict[str, torch.Tensor]:
    """Eight rows of 3 to 24 tokens, padded with token 0 or 1 as the family does."""
    generator = torch.Generator().manual_seed(1)
    ids = torch.randint(first, vocabulary, (8, 24), generator=generator)
    lengths = torch.tensor([3, 5, 8, 12, 16, 20, 23, 24])
    mask = (torch.arange(24) < lengths[:, None]).long()
    return {"input_ids": torch.where(mask.bool(), ids, first - 1), "attention_mask": mask}


def differ(model: SentenceClassifier, stock: PreTrainedModel, batch: dict[str, torch.Tensor]) -> float:
    """The largest difference between two models' probabilities."""
    with torch.inference_mode():
        ours, theirs = model(**batch).logits, stock(**batch).logits
    return float((ours.softmax(-1) - theirs.softmax(-1)).abs().max())


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_a_stock_bert_answers_as_the_head_on_the_mean(tiny_model: Path, attention: str) -> None:
    model = decided(SentenceClassifier(open_encoder(tiny_model, attention=attention), 3))
    stock = to_stock(model, OUTPUTS)
    stock.set_attn_implementation(attention)
    assert differ(model, stock, uneven_batch(60, 5)) < 1e-4


def test_a_stock_roberta_answers_as_the_head_on_the_mean(tmp_path: Path) -> None:
    config = RobertaConfig(
        vocab_size=60, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64, pad_token_id=1
    )
    torch.manual_seed(0)
    RobertaModel(config).save_pretrained(tmp_path)
    model = decided(SentenceClassifier(open_encoder(tmp_path, attention="sdpa"), 3))
    assert differ(model, to_stock(model, OUTPUTS), uneven_batch(60, 2)) < 1e-4


def test_the_real_minilm_answers_as_the_head_on_the_mean(minilm: Path) -> None:
    model = decided(SentenceClassifier(open_encoder(minilm, attention="sdpa"), 3))
    batch = uneven_batch(30_000, 1)
    assert differ(model, to_stock(model, OUTPUTS), batch) < 1e-4


def test_padding_does_not_count_in_the_mean() -> None:
    hidden = torch.randn(1, 4, 8, generator=torch.Generator().manual_seed(0))
    mask = torch.tensor([[1, 1, 0, 0]])
    torch.testing.assert_close(normed_mean(hidden, mask), normed_mean(hidden[:, :2], None))


def test_a_bundle_opens_in_plain_transformers_without_our_code(run: Callable[..., Any], tmp_path: Path) -> None:
    folder, _ = run(preset="quick")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    script = f"""
        import json, sys

        class Refuse:
            def find_spec(self, name, path=None, target=None):
                if name.split(".")[0] in ("core", "storage", "worker", "dashboard", "pages"):
                    raise ImportError(name)

        sys.meta_path.insert(0, Refuse())
        from transformers import pipeline
        classify = pipeline("text-classification", model={str(folder / "bundle")!r}, truncation=True, top_k=None)
        print(json.dumps(classify(["the price of oil", "a very late ship was angry"])))
    """
    # -I leaves out this folder, PYTHONPATH and the user's own packages; Refuse, what is installed for editing.
    asked = subprocess.run(
        [sys.executable, "-I", "-c", textwrap.dedent(script)],
        cwd=elsewhere, capture_output=True, text=True, check=False, env={"HF_HUB_OFFLINE": "1"},
    )  # fmt: skip
    assert asked.returncode == 0, asked.stderr
    import json

    first, _ = json.loads(asked.stdout.splitlines()[-1])
    assert {one["label"] for one in first} == set(LABELS)

    scores = dict(zip(LABELS, scores_of(open_bundle(folder / "bundle"), ["the price of oil"])[0], strict=True))
    for one in first:
        assert one["score"] == pytest.approx(scores[one["label"]], abs=1e-4)


def test_the_kept_predictions_are_what_the_bundle_answers(run: Callable[..., Any], rows: Any) -> None:
    from core.data import row_ids

    folder, _ = run(preset="balanced", epochs=2)
    kept = ClassAnswers.read(folder / "predictions/model.parquet")
    text_of = dict(zip(row_ids(rows), rows["text"], strict=True))
    again = scores_of(open_bundle(folder / "bundle"), [text_of[row] for row in kept.row_ids])
    np.testing.assert_allclose(again, kept.scores, atol=1e-4)
