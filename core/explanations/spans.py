"""Word segmentation. It knows no language: letters and digits make words, each ideograph is one."""

import re
from typing import NamedTuple


class Span(NamedTuple):
    """Character span of a word: from `start`, up to and not including `end`."""

    start: int
    end: int


_ALONE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese and Khmer are written without spaces
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Japanese and Chinese
)
_WORD = re.compile(rf"[{_ALONE}]|[^\W{_ALONE}]+(?:[.,'’\-][^\W{_ALONE}]+)*|[^\w\s]+")


def words_of(text: str) -> list[Span]:
    """The words of `text` in their order, numbers and inner hyphens whole; runs of punctuation count as words."""
    return [Span(*found.span()) for found in _WORD.finditer(text)]


def without(text: str, spans: list[Span], taken: set[int]) -> str:
    """The text without the words whose numbers are in `taken`, its spaces put in order."""
    parts, here = [], 0
    for number, span in enumerate(spans):
        if number in taken:
            parts.append(text[here : span.start])
            here = span.end
    parts.append(text[here:])
    return " ".join("".join(parts).split())
