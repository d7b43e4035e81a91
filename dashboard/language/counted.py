"""Translation of the tables of counted rates: their topics and made-up data are phrases with numbers in them."""

import re
from collections.abc import Iterator

from dashboard.language.words import listed, tr

_COMMA = re.compile(r", (?![^(]*\))")
_NUMBER = re.compile(r"\d[\d,.]*(?<![,.])|(?<=\(t)\d")


def template(phrase: str) -> str:
    """The phrase with places for its numbers: "one of 20 is dear" as "one of {a} is dear"."""
    names = iter("abcdef")
    return _NUMBER.sub(lambda _: f"{{{next(names)}}}", phrase)


def told(phrase: str) -> str:
    """Translation of a phrase, its numbers put in."""
    numbers = _NUMBER.findall(phrase)
    return tr(template(phrase), **dict(zip("abcdef", numbers, strict=False)))


def told_apart(phrases: str) -> str:
    """Translation of phrases that commas part."""
    return listed(map(told, parted(phrases)))


def parted(phrases: str) -> Iterator[str]:
    """The phrases between the commas."""
    return iter(_COMMA.split(phrases))
