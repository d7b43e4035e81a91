"""Word segmentation: letters and digits make words; Chinese and Japanese ones, without spaces, are found by jieba.

Jieba (https://github.com/messense/rjieba-py): a dictionary, and a hidden Markov model for unknown words.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple


class Span(NamedTuple):
    """Character span of a word: from `start`, up to and not including `end`."""

    start: int
    end: int


_ALONE = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
"""Letters of Thai, Lao, Burmese and Khmer, which are written without spaces: each counts as a word."""
_JOINED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Letters of Japanese and Chinese."""
_WORD = re.compile(
    rf"(?P<joined>[{_JOINED}]{{2,}})|[{_ALONE}{_JOINED}]|[^\W{_ALONE}{_JOINED}]+(?:[.,'’\-][^\W{_ALONE}{_JOINED}]+)*|[^\w\s]+"
)


def words_of(text: str) -> list[Span]:
    """The words of `text` in their order, numbers and inner hyphens whole; runs of punctuation count as words."""
    return [span for found in _WORD.finditer(text) for span in _spans_in(found)]


def _spans_in(found: re.Match[str]) -> Iterator[Span]:
    """The match as one word, or as those that jieba finds in Chinese or Japanese letters."""
    if not found["joined"]:
        yield Span(*found.span())
        return
    import rjieba  # loads its dictionary, which few texts need

    for _, start, end in rjieba.tokenize(found["joined"], "default"):
        yield Span(found.start() + start, found.start() + end)


def without(text: str, spans: list[Span], taken: set[int]) -> str:
    """The text without the words whose numbers are in `taken`, its spaces put in order."""
    parts, here = [], 0
    for number, span in enumerate(spans):
        if number in taken:
            parts.append(text[here : span.start])
            here = span.end
    parts.append(text[here:])
    return " ".join("".join(parts).split())
