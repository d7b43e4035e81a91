"""Options and output that every command shares: --home, --json, results on stdout, progress and errors on stderr."""

import json
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from unicodedata import east_asian_width

import typer

from core.errors import UserError
from core.logs import harmless
from dashboard.language.engine import said
from dashboard.language.words import joined, tr
from dashboard.sentences.keys import SEVERITIES

if TYPE_CHECKING:  # most commands explain nothing
    from core.explanations import Reason, RecordExplanation

Home = Annotated[
    Path | None, typer.Option("--home", envvar="TUNEBOARD_HOME", help="The store's folder.", show_envvar=False)
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]

_C1 = re.compile("[\x7f-\x9f]")
"""C1 control characters of terminals (and DEL), which JSON does not escape."""
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def say(result: Mapping[str, Any], people: str, *, as_json: bool) -> None:
    """Prints the result on stdout: for a program as JSON, for people as a text."""
    told = _C1.sub(_escaped, json.dumps(result, ensure_ascii=False, default=str)) if as_json else harmless(people)
    sys.stdout.write(told + "\n")


def say_aside(text: str) -> None:
    """Prints progress on stderr; one that takes nothing (full, or closed by its reader) keeps no work from going on."""
    with suppress(OSError):
        sys.stderr.write(harmless(text) + "\n")
        sys.stderr.flush()


def say_error(error: UserError, *, as_json: bool) -> None:
    """Prints an error and its hint: as JSON on stdout, for people on stderr."""
    if as_json:
        sys.stdout.write(json.dumps({"error": {"message": error.message, "hint": error.hint}}) + "\n")
    else:
        sys.stderr.write(
            harmless(f"{said(error.message)}\n{said(error.hint)}\n" if error.hint else f"{said(error.message)}\n")
        )


def table(rows: list[list[str]], headings: list[str]) -> str:
    """Text table: rows under headings, in aligned columns."""
    lines = [headings, *rows]
    taken = [list(map(width_of, line)) for line in lines]
    widths = [max(column) for column in zip(*taken, strict=True)]
    return "\n".join(
        "  ".join(cell + " " * (width - own) for cell, own, width in zip(line, owns, widths, strict=True)).rstrip()
        for line, owns in zip(lines, taken, strict=True)
    )


def width_of(text: str) -> int:
    """Columns that a text takes in a terminal: two for a wide or full-width character (Unicode, UAX 11)."""
    return len(text) + sum(east_asian_width(one) in "WF" for one in _BEYOND_ASCII.findall(text))


def told(finding: Mapping[str, Any]) -> str:
    """Finding in a line: its severity, its message and its hint."""
    severity = tr(SEVERITIES.get(finding["severity"], finding["severity"]))
    words = joined([said(finding["message"]), said(finding["hint"])])
    return tr("{kind}: {text}", kind=severity, text=words)


def percent(value: float) -> str:
    """Percentage: 0.9412 as 94.1%."""
    return f"{value:.1%}"


def covered(found: "Reason", shown: Callable[[float], str]) -> str:
    """Deletion test of a picture's attributions, in a line: the answer with a fifth covered; "" where not tried."""
    if found.check is None:
        return ""
    top, chance = shown(found.check.without_top), shown(found.check.without_random)
    words = tr("{top} with the fifth of it covered that pushes most, {chance} with any fifth.", top=top, chance=chance)
    return f"{words}\n"


def pushes(found: "RecordExplanation", shown: Callable[[float], str], most: int = 15) -> list[list[str]]:
    """Rows of the strongest columns of a record: name, value, push."""
    from dashboard.inputs.table.told import value

    strongest = sorted(found.columns, key=lambda one: -abs(one.push))[:most]
    return [[one.name, value(one.value), shown(one.push)] for one in strongest]


def remarks(answer: Any) -> str:
    """What limits a row's answer, after a comma each: a part of it was not read, it is unlike the training rows."""
    unread = {"": "", "end": tr(", end not read"), "beginning": tr(", beginning not read")}[answer.unread]
    return f"{unread}{tr(', unlike the training rows') if answer.is_unlike else ''}"


def unexplained(error: float) -> str:
    """How much of the difference an explanation leaves open."""
    return tr("{share} of the difference is left unexplained.", share=percent(error))


def not_answered(answer: Any) -> str:
    """Why a row has no answer."""
    return said(str(answer.problem or "nothing to read"))
