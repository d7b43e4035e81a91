"""Escaping of text from rows, files and people: it is shown as it was written, and nothing in it is interpreted."""

import html
import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

Option = TypeVar("Option")
BETWEEN = " · "
"""What stands between the parts of a name."""
SHORTEST_PART = 8

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SHORTCODE = re.compile(r":(?=[\w+/\-]+:)")
_ADDRESS = re.compile(r"(?<=http)(?=s?://)|(?<=www)(?=\.)|(?<=@)(?=[\w-])", re.IGNORECASE)
_WORD_JOINER = "\u2060"
_BIDI_MARKS = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_POP_ISOLATE = re.compile("\u2069")
_BEGINS_A_FORMULA = frozenset("=+-@＝＋－＠")
_INVISIBLE = re.compile(r"^[\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")


def plain(text: object) -> str:
    """`text` escaped for Markdown: no link, image, colour, icon, formula or HTML comes out of it."""
    line = " ".join(str(text).split())
    line = _SHORTCODE.sub(":" + _WORD_JOINER, line)  # ':tada:' is replaced after parsing; a backslash does not stop it
    line = _ADDRESS.sub(_WORD_JOINER, line)  # so is an address that stands there bare
    return isolated(_PUNCTUATION.sub(r"\\\1", line))


def plain_in_chart(text: object, longest: int = 40) -> str:
    """`text` escaped for a chart's label, which reads a little HTML; cut to `longest` characters."""
    return isolated(html.escape(shortened(text, longest), quote=False))


def isolated(text: str) -> str:
    """`text` in a bidirectional isolate (U+2068 to U+2069), so that its direction marks reach nothing around it."""
    return f"\u2068{_POP_ISOLATE.sub('', text)}\u2069" if _BIDI_MARKS.search(text) else text


def shortened(text: object, longest: int = 80) -> str:
    """`text` on one line, at most `longest` characters, ending in an ellipsis when cut."""
    line = " ".join(str(text).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def middle(text: object, longest: int = 80) -> str:
    """`text` on one line, at most `longest` characters, cut in the middle: names often differ at their end.

    Of a name in several parts, only the first part is cut, as long as the others leave it room.
    """
    line = " ".join(str(text).split())
    if len(line) <= longest:
        return line
    first, _, others = line.partition(BETWEEN)
    room = longest - len(BETWEEN) - len(others)
    if others and room >= SHORTEST_PART:
        return f"{middle(first, room)}{BETWEEN}{others}"
    end = (longest - 1) // 2
    return line[: longest - 1 - end].rstrip() + "…" + line[len(line) - end :].lstrip()


def distinct(names: Sequence[str]) -> list[str]:
    """The names, with a number after those that are equal to an earlier one."""
    made: list[str] = []
    taken: set[str] = set()
    for name in names:
        numbered = (f"{name} ({n})" for n in itertools.count(2))
        made.append(name if name not in taken else next(one for one in numbered if one not in taken))
        taken.add(made[-1])
    return made


def apart(options: Iterable[Option], say: Callable[[Option], str]) -> Callable[[Option], str]:
    """A `format_func` for a box of these options, under which no two read alike.

    A browser sends back what it shows: of two options that read alike, always the first would be taken.
    """
    there = list(options)
    names = dict(zip(there, distinct([say(one) for one in there]), strict=True))
    return lambda one: names[one] if one in names else say(one)


def upright(text: str) -> str:
    """`text` without bidirectional embeddings, overrides and isolates."""
    return _BIDI_CONTROLS.sub("", text)


def safe_cell(value: object) -> object:
    """Spreadsheet cell safe from formula injection: text that begins like a formula gets an apostrophe before it.

    The wide signs of East Asian keyboards begin one too; invisible characters before the sign do not hide it.
    """
    if not isinstance(value, str):
        return value
    seen = _INVISIBLE.sub("", value)
    return "'" + value if seen[:1] in _BEGINS_A_FORMULA or value[:1] in {"\t", "\r", "\n"} else value
