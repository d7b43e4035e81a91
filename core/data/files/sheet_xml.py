"""What a workbook (xlsx, xlsm) says of a sheet beside its values: rows it hides, and formulas without a result.

Read from the sheet's XML piece by piece, by patterns: nothing of it is expanded or fetched.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

PIECE = 4 * 1024 * 1024
LONGEST = 64 * 1024
"""Part of a piece, in bytes, that is looked at again with the next: no tag or formula is longer."""
SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\s(?=[^>]*\shidden=\"(?:1|true)\")[^>]*?\br=\"(\d+)\"")
EMPTY_FORMULA = re.compile(
    rb"<(?:\w+:)?c\s(?=[^>]*\br=\"([A-Z]{1,3})(\d+)\")[^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


@dataclass
class SheetState:
    """State of a sheet; rows and columns count from 0. `formulas` are the cells whose formula has no stored result."""

    hidden: set[int] = field(default_factory=set)
    formulas: set[tuple[int, int]] = field(default_factory=set)


def sheet_state(path: Path, sheet: str) -> SheetState:
    """State of the sheet of this name; nothing is known of one in another format."""
    state = SheetState()
    try:
        with zipfile.ZipFile(path) as archive:
            member = place_of(archive, sheet)
            if member is None:
                return state
            for piece in pieces(archive, member):
                state.hidden.update(int(found[1]) - 1 for found in HIDDEN_ROW.finditer(piece))
                state.formulas.update(
                    (int(found[2]) - 1, column_number(found[1])) for found in EMPTY_FORMULA.finditer(piece)
                )
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError):
        return state
    return state


def place_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The archive's member with a sheet, as the workbook's relations say."""
    if "xl/workbook.xml" not in archive.namelist():
        return None
    sheets = (attributes(tag) for tag in SHEET.findall(archive.read("xl/workbook.xml")))
    relations = (attributes(tag) for tag in RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")))
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    wanted = next((one.get("r:id") or one.get("id") for one in sheets if one.get("name") == sheet), None)
    target = targets.get(wanted)
    return None if not target else target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def attributes(tag: bytes) -> dict[str, str]:
    """Attributes of an XML tag."""
    found = re.findall(r"([\w:]+)\s*=\s*\"([^\"]*)\"", tag.decode("utf-8", "replace"))
    return {name: unescape(value) for name, value in found}


def pieces(archive: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    """The member's contents in pieces that overlap."""
    rest = b""
    with archive.open(member) as file:
        while piece := file.read(PIECE):
            yield rest + piece
            rest = (rest + piece)[-LONGEST:]


def column_number(letters: bytes) -> int:
    """Number of a column by its letters: A is 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1
