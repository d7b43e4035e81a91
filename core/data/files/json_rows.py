"""Reads JSON Lines (one object a line) and JSON (one array of objects)."""

import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from core.data.files.encodings import Decoded
from core.data.files.names import tidy_names
from core.data.files.table import Table
from core.data.rows.values import column_of
from core.data.sentences import quoted
from core.errors import DatasetError

ONE_OBJECT_A_LINE = 'Each line must be one object, such as {"text": "...", "label": "..."}.'


def read_json(decoded: Decoded, file: str) -> Table:
    """The rows of a JSON or JSON Lines file. Raises DatasetError with the line where it is broken."""
    content = decoded.content.strip()
    first, has_more, _ = content.partition(b"\n")
    notes: list[str] = []
    if has_more and is_object(first.strip()):
        kind, objects = "JSON Lines", objects_by_line(decoded.content, file)
    else:
        listed, notes = objects_of(whole_json(decoded.content, file), file)
        kind, objects = "JSON", iter(listed)
    frame, more = frame_of(objects, file)
    return Table(frame, (f"Read as {kind}: {decoded.encoding}.", *decoded.notes, *notes, *more))


def is_object(line: bytes) -> bool:
    """Whether a line is an object by itself, or was meant to be: a broken one still looks so from end to end."""
    return line.startswith(b"{") and line.endswith(b"}")


def objects_by_line(content: bytes, file: str) -> Iterator[dict[str, Any]]:
    """Parses JSON Lines, one object a line, blank lines left out."""
    for number, line in enumerate(io.BytesIO(content), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line.rstrip(b"\r\n").decode())
        except json.JSONDecodeError as error:
            raise DatasetError(
                f"Line {number:,} of {file} is not valid JSON: {error.msg} at character {error.colno:,}.",
                ONE_OBJECT_A_LINE,
            ) from None
        except (ValueError, RecursionError):
            raise too_deep(file, number) from None
        if not isinstance(value, dict):
            raise DatasetError(f"Line {number:,} of {file} is {kind_word(value)}, not an object.", ONE_OBJECT_A_LINE)
        yield value


def whole_json(content: bytes, file: str) -> Any:
    """The file as one JSON value."""
    try:
        return json.loads(content.decode())
    except json.JSONDecodeError as error:
        raise DatasetError(
            f"Line {error.lineno:,} of {file} is not valid JSON: {error.msg} at character {error.colno:,}.",
            "A JSON file must hold one array of objects; JSON Lines must hold one object a line.",
        ) from None
    except (ValueError, RecursionError):
        raise too_deep(file, 1) from None


def too_deep(file: str, line: int) -> DatasetError:
    """Error for JSON that is nested beyond all measure, or holds a number of thousands of digits."""
    return DatasetError(
        f"Line {line:,} of {file} is nested too deeply, or holds a number too long, to be a row.", ONE_OBJECT_A_LINE
    )


def kind_word(value: Any) -> str:
    """Type of a JSON value, in words."""
    words = {list: "a list", str: "a text", bool: "true or false", type(None): "null", dict: "an object"}
    return words.get(type(value), "a number")


def objects_of(value: Any, file: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The rows in a JSON value: an array of objects, or an object with one such array in it."""
    notes: list[str] = []
    if isinstance(value, dict):
        arrays = {name: rows for name, rows in value.items() if is_rows(rows)}
        if len(arrays) == 1:
            name, value = next(iter(arrays.items()))
            notes.append(f"The rows are the array called '{name}'.")
        elif value and all(not isinstance(cell, (dict, list)) for cell in value.values()):
            value = [value]
    if not isinstance(value, list):
        raise DatasetError(
            f"{file} is {kind_word(value)}, not an array of objects.", "A JSON file must hold one array of objects."
        )
    for number, row in enumerate(value, start=1):
        if not isinstance(row, dict):
            raise DatasetError(
                f"Entry {number:,} of the array in {file} is {kind_word(row)}, not an object.",
                'Each entry must be an object, such as {"text": "...", "label": "..."}.',
            )
    return value, notes


def is_rows(value: Any) -> bool:
    """Whether this is an array that begins with an object."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def frame_of(objects: Iterable[dict[str, Any]], file: str) -> tuple[pd.DataFrame, list[str]]:
    """A column for every key, in the order they first appear."""
    columns, filled, rows = gathered(objects)
    if not columns:
        raise DatasetError(f"{file} holds no rows.", ONE_OBJECT_A_LINE)
    names, notes = tidy_names(list(columns), file)
    if gaps := [key for key, number in filled.items() if number < rows]:
        notes.append(f"Not every row has {quoted(gaps)}; the missing cells are empty.")
    # Each list is let go as soon as its column is made: a large file is never held twice.
    return pd.DataFrame({name: column_of(columns.pop(key)) for name, key in zip(names, [*columns], strict=True)}), notes


def gathered(objects: Iterable[dict[str, Any]]) -> tuple[dict[str, list[Any]], Counter[str], int]:
    """The values of each key, None where a row lacks it; in how many rows each key is; and how many rows there are."""
    columns: dict[str, list[Any]] = {}
    filled: Counter[str] = Counter()
    rows = 0
    for row in objects:
        for key, value in row.items():
            column = columns.setdefault(key, [])
            if len(column) < rows:
                column.extend([None] * (rows - len(column)))
            column.append(value)
        filled.update(row.keys())
        rows += 1
    for column in columns.values():
        column.extend([None] * (rows - len(column)))
    return columns, filled, rows
