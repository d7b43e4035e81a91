"""Spellings that a reader takes for one label, by case, spaces, unseen signs, look-alikes, value, or yes and no."""

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable
from decimal import Decimal
from functools import cache
from importlib.resources import files

from core.data.labels.signs import oddities, without_unseen
from core.data.look_alike import LOOK_ALIKE

NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d*)(?:[.,]\d{1,2}|\.\d+)?")
"""A number that stands for its value alone: not 07, which is a code, and not 1,000, which may be a thousand."""

ZEROS = re.compile(r"\d[.,]0+$")


def alike(labels: Iterable[str]) -> list[tuple[str, ...]]:
    """Groups of two and more labels that a reader takes for one, in the order in which they come."""
    distinct = list(dict.fromkeys(labels))
    answers = yes_or_no(distinct)
    leader: dict[tuple[str, str], str] = {}
    groups: dict[str, list[str]] = {}
    for label in distinct:
        keys = keys_of(label, answers)
        found = list(dict.fromkeys(leader[key] for key in keys if key in leader))
        first = found[0] if found else label
        groups.setdefault(first, []).append(label)
        for other in found[1:]:
            groups[first] += groups.pop(other)
            leader.update({key: first for key, one in leader.items() if one == other})
        leader.update(dict.fromkeys(keys, first))
    return [tuple(group) for group in groups.values() if len(group) > 1]


def keys_of(label: str, answers: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Keys of a label; two labels with one in common are alike. `answers` has the words for yes and no of its column.

    A Cyrillic label has two: its own letters in any case, and the Latin ones that it looks like.
    """
    folded = fold(label)
    if folded in answers:
        return (("answer", answers[folded]),)
    if NUMBER.fullmatch(folded):
        return (("number", str(Decimal(folded.replace(",", ".")).normalize() + 0)),)
    return ("word", folded), ("word", fold("".join(LOOK_ALIKE.get(one, one) for one in label)))


def fold(label: str) -> str:
    """The label in one Unicode form (NFKC), in small letters, without spaces and signs that never show."""
    plain = unicodedata.normalize("NFKC", without_unseen(label)).casefold()
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in plain if not one.isspace())


def yes_or_no(labels: Collection[str]) -> dict[str, str]:
    """Folded spellings of yes and no among labels, where yes and no is what the column is about; 1 and 0 with them.

    That is so where both are there and most of the labels are one or the other.
    """
    words = {folded: known_words()[folded] for folded in map(fold, labels) if folded in known_words()}
    if set(words.values()) != {"yes", "no"}:
        return {}
    folded = {fold(label) for label in labels}
    numbers = {number: answer for number, answer in (("1", "yes"), ("0", "no")) if number in folded}
    if folded & {str(number) for number in range(2, 10)}:
        numbers = {}
    return words | numbers if 2 * (len(words) + len(numbers)) > len(folded) else {}


@cache
def known_words() -> dict[str, str]:
    """Known words for yes and no, folded."""
    told = label_words()
    return {fold(word): answer for answer in ("yes", "no") for word in told[answer].split()}


@cache
def label_words() -> dict[str, str]:
    """Word lists of `label_words.toml`, with spaces between the words."""
    return tomllib.loads(files("core.data").joinpath("label_words.toml").read_text("utf-8"))


def best_spelling(rows: dict[str, int]) -> str:
    """The spelling to join others under, by their rows: one without odd signs, 1 before 1.0, then the most rows."""
    return without_unseen(min(rows, key=lambda one: (len(oddities(one)), bool(ZEROS.search(one)), -rows[one])))


def missing_words(labels: Iterable[str]) -> tuple[str, ...]:
    """The labels that are usual words or signs for a missing answer; a minus beside a plus is none."""
    known = {"".join(word.casefold().split()) for word in label_words()["missing"].split()}
    distinct = list(dict.fromkeys(labels))
    if {fold(label) for label in distinct} & {"+", "++", "positive", "pos"}:
        known -= {"-", "--"}
    return tuple(label for label in distinct if "".join(without_unseen(label).casefold().split()) in known)
