"""What a workbook (xlsx, xlsm, ods) says of a sheet beside its values: rows it hides, and formulas without a result.

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
OPEN_DOCUMENT = "content.xml"
OPEN_DOCUMENT_TAG = re.compile(rb"<table:(?:table|table-row|(?:covered-)?table-cell)(?:\s[^<>]*)?/?>")
RESULTS = {"office:value", "office:string-value", "office:date-value", "office:time-value", "office:boolean-value"} | {
    "office:value-type"
}
"""Attributes of a cell that hold its value."""
MOST_REPEATS = 10_000
"""Rows that repeat more often than this are the empty rest of a sheet."""


@dataclass
class SheetState:
    """State of a sheet; rows and columns count from 0. `formulas` are the cells whose formula has no stored result.

    `is_known` is whether the format can be asked: of an old .xls and of .xlsb nothing is known.
    """

    is_known: bool = True
    hidden: set[int] = field(default_factory=set)
    formulas: set[tuple[int, int]] = field(default_factory=set)


def sheet_state(path: Path, sheet: str) -> SheetState:
    """State of the sheet of this name; nothing is known of one in another format."""
    state = SheetState()
    try:
        with zipfile.ZipFile(path) as archive:
            if OPEN_DOCUMENT in archive.namelist():
                return open_document_state(archive, sheet)
            member = place_of(archive, sheet)
            if member is None:
                return SheetState(is_known=False)
            for piece in pieces(archive, member):
                state.hidden.update(int(found[1]) - 1 for found in HIDDEN_ROW.finditer(piece))
                state.formulas.update(
                    (int(found[2]) - 1, column_number(found[1])) for found in EMPTY_FORMULA.finditer(piece)
                )
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError):
        return SheetState(is_known=False)
    return state


def open_document_state(archive: zipfile.ZipFile, sheet: str) -> SheetState:
    """State of a sheet of an OpenDocument workbook, where rows and cells that repeat are written once."""
    state, is_there, row, after, column, hides = SheetState(), False, 0, 0, 0, False
    for tag in open_document_tags(archive):
        kind, about = tag[1:].split(maxsplit=1)[0].rstrip(b"/>"), attributes(tag)
        if kind == b"table:table":
            is_there, row, after = about.get("table:name") == sheet, 0, 0
        elif is_there and kind == b"table:table-row":
            row, column = after, 0
            after = row + int(about.get("table:number-rows-repeated", 1))
            hides = about.get("table:visibility") in ("collapse", "filter")
            if hides and after - row <= MOST_REPEATS:
                state.hidden.update(range(row, after))
        elif is_there:
            if "table:formula" in about and not about.keys() & RESULTS:
                state.formulas.add((row, column))
            column += int(about.get("table:number-columns-repeated", 1))
    return state


def open_document_tags(archive: zipfile.ZipFile) -> Iterator[bytes]:
    """Opening tags of tables, rows and cells, in order."""
    rest = b""
    with archive.open(OPEN_DOCUMENT) as file:
        while piece := file.read(PIECE):
            whole, opened, rest = (rest + piece).rpartition(b"<")
            yield from OPEN_DOCUMENT_TAG.findall(whole)
            rest = opened + rest
    yield from OPEN_DOCUMENT_TAG.findall(rest)


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
