"""Markdown for a card: text from rows and people comes out as text."""

import re
from collections.abc import Iterable, Sequence

COUNTED = {"class": " of each class", "number": ""}
"""Of what a limit on labelled rows counts each on its own, by the kind of targets."""
_PUNCTUATION = re.compile(r"([\\`*_{}\[\]<>#|~$&!])")


def shortened(text: object, longest: int = 200) -> str:
    """The text on one line, at most `longest` characters, ending in an ellipsis when cut."""
    line = " ".join(str(text).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def literal(text: object, longest: int = 200) -> str:
    """The text on one line, cut to `longest` characters, with nothing in it that Markdown or HTML would act on."""
    line = shortened(text, longest)
    return _PUNCTUATION.sub(r"\\\1", line).replace("\\<", "&lt;").replace("\\>", "&gt;").replace("\\&", "&amp;")


def bullets(lines: Iterable[str]) -> str:
    """One line each, with a dash before it."""
    return "\n".join(f"- {line}" for line in lines)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the cells are Markdown already."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def share(value: float) -> str:
    """0.9412 as 94.1%."""
    return f"{value:.1%}"
