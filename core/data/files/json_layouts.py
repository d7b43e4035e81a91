"""Layouts of a JSON value that holds rows: an array of objects, by column, by row, split, or lists of cells."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.data.files.header import CANDIDATES, SAMPLE_ROWS, find_header
from core.data.rows.values import scalar_text
from core.data.sentences import quoted
from core.data.splits.given import part_of
from core.errors import DatasetError

EXPECTED = "A JSON file must hold one array of objects."
EXPORTED = 'Save it as an array of objects: with pandas, to_json(..., orient="records").'
Rows = list[dict[str, Any]]


def objects_of(value: Any, file: str) -> tuple[Rows, list[str]]:
    """The rows in a JSON value, and notes on where they were found. Raises DatasetError where there are none."""
    notes: list[str] = []
    if isinstance(value, dict):
        value, notes = rows_of_object(value)
    if isinstance(value, list) and value and all(isinstance(row, list) for row in value):
        value, notes = from_lists(value), ["The rows are lists of cells."]
    if not isinstance(value, list):
        raise DatasetError(f"{file} is {kind_word(value)}, not an array of objects.", EXPORTED)
    for number, row in enumerate(value, start=1):
        if not isinstance(row, dict):
            raise DatasetError(
                f"Entry {number:,} of the array in {file} is {kind_word(row)}, not an object.",
                'Each entry must be an object, such as {"text": "...", "label": "..."}.',
            )
    return value, notes


def rows_of_object(value: dict[str, Any]) -> tuple[Any, list[str]]:
    """The rows in one object, with a note; the object itself where it holds none."""
    arrays = {name: rows for name, rows in value.items() if is_rows(rows)}
    if len(arrays) == 1:
        name, rows = next(iter(arrays.items()))
        return rows, [f"The rows are the array called '{name}'."]
    if len(arrays) > 1 and all(part_of(name) for name in arrays):
        rows = [{"part": name, **row} for name, rows in arrays.items() for row in rows if isinstance(row, dict)]
        return rows, [f"The rows are the arrays {quoted(arrays)}; the column 'part' has their names."]
    return by_column(value)


def by_column(value: dict[str, Any]) -> tuple[Any, list[str]]:
    """The rows in an object without arrays of rows: by column, by row, or one row by itself."""
    cells = list(value.values())
    if is_split(value):
        rows = [dict(zip(map(str, value["columns"]), row, strict=False)) for row in value["data"]]
        return rows, ["The column names are the array 'columns', the rows the array 'data'."]
    if cells and all(isinstance(column, list) and len(column) == len(cells[0]) > 0 for column in cells):
        return [dict(zip(value, row, strict=True)) for row in zip(*cells, strict=True)], ["The rows lie by column."]
    if cells and all(isinstance(one, dict) and one for one in cells):
        return from_objects(value)
    is_row = bool(cells) and all(not isinstance(cell, (dict, list)) for cell in cells)
    return ([value] if is_row else value), []


def is_rows(value: Any) -> bool:
    """Whether this is an array that begins with an object."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def is_split(value: Mapping[str, Any]) -> bool:
    """Whether an object has names and rows apart, as pandas writes with orient="split"."""
    columns, data = value.get("columns"), value.get("data")
    return isinstance(columns, list) and isinstance(data, list) and all(isinstance(row, list) for row in data)


def from_objects(value: dict[str, dict[str, Any]]) -> tuple[Any, list[str]]:
    """Rows of an object of objects: by column where those inside are keyed by row, else by row.

    The keys of rows are numbers, or there are more of them than columns.
    """
    inner = list(dict.fromkeys(key for one in value.values() for key in one))
    numbered, inner_numbered = all(map(str.isdigit, value)), all(map(str.isdigit, inner))
    by_column = inner_numbered if numbered != inner_numbered else len(inner) > len(value)
    is_flat = all(not isinstance(cell, (dict, list)) for one in value.values() for cell in one.values())
    if by_column and is_flat:
        return [{name: column.get(key) for name, column in value.items()} for key in inner], [
            "The rows lie by column, as pandas writes them."
        ]
    if numbered or (is_flat and len(value) > 1):
        return list(value.values()), [f"Each row is an object by its key, such as {quoted(value, 1)}."]
    return value, []


def from_lists(rows: Sequence[Sequence[Any]]) -> Rows:
    """Rows that are lists of cells, their names found as in any table."""
    opening = [[scalar_text(cell) or "" for cell in row] for row in rows[: CANDIDATES + SAMPLE_ROWS]]
    header = find_header(opening)
    names = [name or f"column {number}" for number, name in enumerate(header.cells, start=1)]
    width = max(map(len, rows))
    names += [f"column {number}" for number in range(len(names) + 1, width + 1)]
    return [dict(zip(names, row, strict=False)) for row in rows[header.above + header.depth :]]


def kind_word(value: Any) -> str:
    """Type of a JSON value, in words."""
    words = {list: "a list", str: "a text", bool: "true or false", type(None): "null", dict: "an object"}
    return words.get(type(value), "a number")
