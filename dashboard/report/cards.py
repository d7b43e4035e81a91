"""Model card and data sheet in the reader's language: the engine's Markdown, its sentences translated line by line.

Metadata for the Hub, code, names and labels stay as they are.
"""

import re
from collections.abc import Iterator

from core.evaluation import MEANINGS
from dashboard.language.engine import said
from dashboard.language.words import SOURCE_LANGUAGE, language, tr, word

HEADINGS = {
    "class": word("Class"),
    "rows": word("Rows"),
    "share": word("Share"),
    "precision": word("Precision"),
    "recall": word("Recall"),
    "F1": word("F1"),
    "smallest": word("smallest"),
    "a quarter is below": word("a quarter is below"),
    "half is below": word("half is below"),
    "three quarters are below": word("three quarters are below"),
    "largest": word("largest"),
}
"""Headings of a card's tables but for metrics, which the engine names."""
_METRICS = {metric.title[0].lower() + metric.title[1:]: metric.title for metric in MEANINGS.values()}
_RULE = re.compile(r"\|( --- \|)+")
_MARKED = re.compile(r"(#+ |- |\*\*)?(.*?)(\*\*)?")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]#|~$!])")


def in_our_language(card: str) -> str:
    """The card with its sentences translated; what no catalogue knows stays in English."""
    return card if language() == SOURCE_LANGUAGE else "\n".join(_lines(card.split("\n")))


def _lines(lines: list[str]) -> Iterator[str]:
    fence, names_rows = "---" if lines[:1] == ["---"] else "", False
    for i, line in enumerate(lines):
        if fence:
            fence = "" if i and line.startswith(fence) else fence
            yield line
        elif line.startswith("```"):
            fence = "```"
            yield line
        elif line.startswith("|"):
            is_head = i + 1 < len(lines) and _RULE.fullmatch(lines[i + 1]) is not None
            names_rows = line.startswith("|  |") if is_head else names_rows
            yield _row(line, is_head=is_head, names_rows=names_rows)
        else:
            yield _text(line)


def _row(line: str, *, is_head: bool, names_rows: bool) -> str:
    """Table line: its headings, or the name of the model or baseline in its first cell; cells are a user's."""
    cells = line.strip("|").split("|")
    for i, cell in enumerate(cells):
        name = cell.strip().strip("*")
        if is_head:
            cells[i] = cell.replace(name, tr(_METRICS.get(name) or HEADINGS.get(name, name))) if name else cell
        elif names_rows and i == 0:
            cells[i] = cell.replace(name, tr(name))
    return f"|{'|'.join(cells)}|"


def _text(line: str) -> str:
    """Heading, bullet or paragraph, translated as a whole or sentence by sentence."""
    found = _MARKED.fullmatch(line)
    before, text, after = (found[1] or "", found[2], found[3] or "") if found else ("", line, "")
    plain = _ESCAPED.sub(r"\1", text)
    for told in (tr(plain) if plain else "", said(text), said(text.removesuffix("."))):
        if told not in (plain, text, text.removesuffix(".")):
            return f"{before}{told}{after}"
    return line
