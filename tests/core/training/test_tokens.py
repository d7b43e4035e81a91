"""Texts as tokens, kept by content."""

from pathlib import Path

import numpy as np
from transformers import AutoTokenizer

from core.config import make_config
from core.learners.backbones.text import TextBackbone
from core.training.cached import cached, content_key
from core.training.tokens import tokenize

TEXTS = ["the price of oil", "", "a very long text " * 30]


def test_rows_are_what_the_tokenizer_says(tiny_model: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_model)
    tokens = tokenize(TEXTS, tokenizer, max_tokens=16, cache=None)
    for number, text in enumerate(TEXTS):
        assert tokens.row(number).tolist() == tokenizer(text, truncation=True, max_length=16)["input_ids"]
    assert tokens.sizes.max() == 16


def test_the_cache_is_found_again_and_tells_texts_and_limits_apart(tiny_model: Path, tmp_path: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_model)
    first = tokenize(TEXTS, tokenizer, max_tokens=16, cache=tmp_path)
    again = tokenize(TEXTS, AutoTokenizer.from_pretrained(tiny_model), max_tokens=16, cache=tmp_path)
    np.testing.assert_array_equal(first.flat, again.flat)
    assert first.key == again.key
    assert len(list(tmp_path.rglob("*.safetensors"))) == 1
    assert tokenize(TEXTS[:2], tokenizer, max_tokens=16, cache=tmp_path).key != first.key
    assert tokenize(TEXTS, tokenizer, max_tokens=17, cache=tmp_path).key != first.key
    assert content_key(["ab", "c"]) != content_key(["a", "bc"])


def test_a_damaged_cache_is_made_again(tmp_path: Path) -> None:
    made = cached(tmp_path, "abcd", lambda: {"a": np.arange(3)})
    (file,) = tmp_path.rglob("*.safetensors")
    file.write_bytes(b"torn")
    np.testing.assert_array_equal(cached(tmp_path, "abcd", lambda: {"a": np.arange(3)})["a"], made["a"])


def test_a_text_that_is_cut_at_the_start_is_read_from_its_end_and_stays_so_in_the_bundle(
    tiny_model: Path, tmp_path: Path
) -> None:
    config = make_config(model="local:tiny", **{"task.cut": "start", "task.max_tokens": 16})
    backbone = TextBackbone(config, tiny_model)
    long = "the price of oil " * 20 + "was very bad"
    read = backbone.tokenizer.decode(backbone.encode([long], tmp_path).row(0), skip_special_tokens=True)
    assert read.endswith("was very bad")
    other = TextBackbone(make_config(model="local:tiny", **{"task.max_tokens": 16}), tiny_model)
    assert other.encode([long], tmp_path).key != backbone.encode([long], tmp_path).key
    backbone.save(tmp_path / "bundle")
    kept = AutoTokenizer.from_pretrained(tmp_path / "bundle")
    ids = kept(long, truncation=True, max_length=16)["input_ids"]
    assert kept.decode(ids, skip_special_tokens=True) == read


def test_settings_without_it_are_written_as_before() -> None:
    assert "cut" not in make_config().model_dump()["task"]
    assert make_config(**{"task.cut": "start"}).model_dump(mode="json")["task"]["cut"] == "start"
