"""Tokenization: token ids as one flat array and row offsets, cached by content."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from transformers import PreTrainedTokenizerBase

from core.errors import ModelError
from core.training.cached import cached, content_key


@dataclass(frozen=True)
class Tokens:
    """Token ids of many rows: `flat` int32, and `starts` int64 with one entry more than there are rows.

    `pad_id` is the padding token, `key` the cache key.
    """

    flat: np.ndarray
    starts: np.ndarray
    key: str
    pad_id: int = 0

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def sizes(self) -> np.ndarray:
        """Sequence length of each row, in tokens."""
        return np.diff(self.starts)

    def row(self, index: int) -> np.ndarray:
        """The token ids of one row."""
        return self.flat[self.starts[index] : self.starts[index + 1]]

    def batch(self, rows: Sequence[int], multiple: int = 1) -> dict[str, torch.Tensor]:
        """`input_ids`, each row padded at its end to the longest (rounded up to `multiple`), and `attention_mask`.

        There is no mask when no row needs padding.
        """
        taken = [self.row(i) for i in rows]
        lengths = np.asarray([len(row) for row in taken])
        width = -(-int(lengths.max()) // multiple) * multiple
        ids = np.full((len(taken), width), self.pad_id, dtype=np.int64)
        for place, row in zip(ids, taken, strict=True):
            place[: len(row)] = row
        batch = {"input_ids": torch.from_numpy(ids)}
        if int(lengths.min()) < width:
            batch["attention_mask"] = torch.from_numpy((np.arange(width) < lengths[:, None]).astype(np.int64))
        return batch


def tokenize(
    texts: Sequence[str], tokenizer: PreTrainedTokenizerBase, *, max_tokens: int, cache: Path | None
) -> Tokens:
    """Tokenizes `texts`, each truncated to `max_tokens`; read from `cache` when the same were made before."""
    side = [] if tokenizer.truncation_side == "right" else [tokenizer.truncation_side]
    key = content_key("tokens", _identity(tokenizer), max_tokens, *side, texts)

    def make() -> dict[str, np.ndarray]:
        if not texts:
            return {"flat": np.zeros(0, np.int32), "starts": np.zeros(1, np.int64)}
        with endless_patterns_in_words():
            rows = tokenizer(
                list(texts),
                truncation=True,
                max_length=max_tokens,
                return_attention_mask=False,
                return_token_type_ids=False,
            )["input_ids"]
        starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
        return {"flat": np.concatenate([np.asarray(row, np.int32) for row in rows]), "starts": starts}

    arrays = cached(cache / "tokens", key, make) if cache else make()
    return Tokens(arrays["flat"], arrays["starts"], key, int(tokenizer.pad_token_id or 0))


@contextmanager
def endless_patterns_in_words() -> Iterator[None]:
    """Raises ModelError where the tokenizer's regular expression gives up (Oniguruma's retry limit, a Rust panic)."""
    try:
        yield
    except BaseException as error:  # a Rust library's panic is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise ModelError(
            "The model's tokenizer cannot take one of these texts apart: a pattern of it has no end there.",
            "Choose another model.",
        ) from None


def _identity(tokenizer: PreTrainedTokenizerBase) -> str:
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        return content_key(type(tokenizer).__name__, sorted(f"{k} {v}" for k, v in tokenizer.get_vocab().items()))
    state = backend.truncation, backend.padding
    backend.no_truncation()
    backend.no_padding()
    text = backend.to_str()
    if state[0]:
        backend.enable_truncation(**state[0])
    if state[1]:
        backend.enable_padding(**state[1])
    return content_key(text)
