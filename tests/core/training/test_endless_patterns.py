"""A tokenizer whose regular expression has no end on a text that its trial did not have."""

import threading
from itertools import count

import pytest

from core.errors import ModelError
from core.training.tokens import tokenize


@pytest.fixture(scope="module")
def endless():
    from tokenizers import Regex, Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Split
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(WordLevel({"[UNK]": 0, "[PAD]": 1}, unk_token="[UNK]"))  # a token of a vocabulary
    made.pre_tokenizer = Split(Regex(r"(a|aa)+$"), "isolated")
    return PreTrainedTokenizerFast(tokenizer_object=made, unk_token="[UNK]", pad_token="[PAD]")


def test_it_is_said_in_a_sentence_and_not_as_a_bug(endless) -> None:
    assert len(tokenize(["a short one"], endless, max_tokens=8, cache=None)) == 1
    with pytest.raises(ModelError, match="a pattern of it has no end"):
        tokenize(["a" * 40 + "b"], endless, max_tokens=8, cache=None)


def test_while_it_works_heartbeats_and_other_questions_go_on(endless) -> None:
    """It computes without Python's lock, so that the threads that hear a stop and keep the lease have their turn."""
    over, beats = threading.Event(), count()

    def beat() -> None:
        while not over.wait(0.005):
            next(beats)

    thread = threading.Thread(target=beat)
    thread.start()
    try:
        with pytest.raises(ModelError):
            tokenize(["a" * 40 + "b"], endless, max_tokens=8, cache=None)
    finally:
        over.set()
        thread.join()
    assert next(beats) >= 3
