"""Smoke test of an untrusted model in the sandbox, where what never ends or takes gigabytes is ended."""

import json
from pathlib import Path
from typing import Any

from core.apart import apart
from core.errors import ModelError
from core.models.weights import count_parameters
from core.sandbox import MEMORY_BYTES

TRIAL = f"{__name__}:try_tokenizer"
MODEL_TRIAL = "core.learners.trial:try_model"
LARGEST, BACKWARD = 1_000_000_000, 150_000_000
"""Parameters of the largest model that two rows pass, and of the largest with a gradient for every weight."""
MODEL_SECONDS = 120
LIMIT_BYTES = 60_000_000
MOST_TOKENS = 2_000_000
KINDS = {"BPE", "Unigram", "WordLevel", "WordPiece"}
LONG = 2_000
SAMPLES = ("a", " ", "\n", "0", "'", "-", ".", "\u4e2d", "\u0301", "aA", "a ", "ab1-", "\U0001f600", "\u200d")


def refuse_bad_tokenizer(folder: Path, name: str) -> None:
    """Raises ModelError when the model's tokenizer cannot be opened, or takes too long or too much for short texts."""
    texts = (folder / file for file in ("tokenizer.json", "vocab.json", "vocab.txt", "merges.txt"))
    for path in (*texts, *folder.glob("*.model")):
        file = path.name
        if path.is_file() and path.stat().st_size > LIMIT_BYTES:
            raise ModelError(f"'{file}' of {name} is {path.stat().st_size / 1e6:.0f} MB, which no tokenizer needs.")
    if (folder / "tokenizer.json").is_file():
        request = {"path": str((folder / "tokenizer.json").absolute()), "name": name}
        apart(TRIAL, request, what=f"The tokenizer of {name}", error=ModelError)


def refuse_what_cannot_run(folder: Path, name: str) -> None:
    """Raises ModelError, with the file and the key, when the model does not pass two rows forward and backward."""
    held = count_parameters(folder)
    copies = 0 if held > LARGEST else 1 if held > BACKWARD else 2
    apart(
        MODEL_TRIAL,
        {"path": str(folder.absolute()), "name": name},
        what=name,
        error=ModelError,
        at_most_s=MODEL_SECONDS,
        memory_bytes=MEMORY_BYTES + copies * 4 * held,
    )


def try_tokenizer(path: str, name: str) -> int:
    """Opens the tokenizer and gives it texts on which a bad pattern runs for ever; returns its vocabulary size."""
    from tokenizers import Tokenizer

    try:
        told = json.loads(Path(path).read_bytes())
        kind = told["model"].get("type", "BPE")
        tokenizer = Tokenizer.from_file(path)
    except MemoryError:
        raise
    except Exception:  # the library raises bare Exceptions
        raise ModelError(f"The tokenizer of {name} cannot be opened.", "Fetch or copy the model again.") from None
    if kind not in KINDS or tokenizer.get_vocab_size() > MOST_TOKENS:
        raise ModelError(f"The tokenizer of {name} is of a kind or a size that is not known here.")
    for sample in (*SAMPLES, *sorted({letter for pattern in patterns(told) for letter in pattern})):
        tokenizer.encode(sample * (LONG // len(sample)) + "\x01!")
    return int(tokenizer.get_vocab_size())


def patterns(told: Any) -> list[str]:
    """The regular expressions that a tokenizer's steps hold, wherever they stand."""
    if isinstance(told, dict):
        here = [told["Regex"]] if isinstance(told.get("Regex"), str) else []
        steps = (value for key, value in told.items() if key not in {"vocab", "merges", "added_tokens"})
        return here + [found for value in steps for found in patterns(value)]
    return [found for value in told for found in patterns(value)] if isinstance(told, list) else []
