"""Formatting of numbers, lists and sizes for a sentence."""

from collections.abc import Iterable, Sequence
from itertools import accumulate

LONGEST_NAME, LONGEST_LIST = 60, 320
"""Characters of a name in a list, and of a list: what a stranger's file calls its columns may be of any length."""


def listed(names: Iterable[object], limit: int = 8) -> str:
    """Names joined by commas; past `limit`, or LONGEST_LIST characters, it says how many more there are."""
    words = [name if len(name) <= LONGEST_NAME else shortened(name, LONGEST_NAME) for name in map(str, names)]
    ends = accumulate(len(word) for word in words[:limit])
    shown = words[: max(1, sum(end <= LONGEST_LIST for end in ends))]
    more = len(words) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")


def quoted(names: Iterable[object], limit: int = 5) -> str:
    """Names in quotes, joined by commas."""
    return listed([f"'{shortened(str(name))}'" for name in names], limit)


def shortened(text: str, limit: int = 40) -> str:
    """One line of at most `limit` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def counted(number: int, singular: str, plural: str = "") -> str:
    """Count with its noun, singular or plural: '1 row', '2,000 rows'."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def megabytes(size: int) -> str:
    """A size in MB, rounded up so that it never reads as the limit it breaks."""
    return f"{-(-size // (1024 * 1024)):,} MB"


def share(part: int, whole: int) -> str:
    """Percentage in words: '12%', and 'under 1%' rather than a misleading 0%."""
    percent = 100 * part / whole if whole else 0.0
    return "under 1%" if 0 < percent < 1 else f"{percent:.0f}%"


def joined(sentences: Sequence[str]) -> str:
    """Sentences one after the other, empty ones left out."""
    return " ".join(sentence for sentence in sentences if sentence)
