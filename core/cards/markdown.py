"""Markdown for a card, with escaping: text from rows and people comes out as text."""

import re
from collections.abc import Iterable, Sequence

COUNTED = {"class": " of each class", "number": ""}
"""Words for what a limit on labelled rows is counted by, by the kind of targets."""
_PUNCTUATION = re.compile(r"([\\`*_{}\[\]<>#|~$&!])")


def shortened(text: object, longest: int = 200) -> str:
    """The text on one line, at most `longest` characters, ending in an ellipsis when cut."""
    line = " ".join(str(text).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def literal(text: object, longest: int = 200) -> str:
    """Escaped text on one line, cut to `longest` characters: nothing in it that Markdown or HTML would act on."""
    line = shortened(text, longest)
    return _PUNCTUATION.sub(r"\\\1", line).replace("\\<", "&lt;").replace("\\>", "&gt;").replace("\\&", "&amp;")


def bullets(lines: Iterable[str]) -> str:
    """Bulleted list: one line each, with a dash before it."""
    return "\n".join(f"- {line}" for line in lines)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the cells are Markdown already."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def share(value: float) -> str:
    """Percentage of a share: 0.9412 as 94.1%."""
    return f"{value:.1%}"
