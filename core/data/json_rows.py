"""Reads JSON Lines (one object a line) and JSON (one array of objects)."""

import json
from collections.abc import Iterable
from typing import Any

import pandas as pd

from core.data.encodings import Decoded
from core.data.names import tidy_names
from core.data.sentences import quoted
from core.data.table import Table
from core.data.values import column_of
from core.errors import DatasetError

ONE_OBJECT_A_LINE = 'Each line must be one object, such as {"text": "...", "label": "..."}.'


def read_json(decoded: Decoded, file: str) -> Table:
    """The rows of a JSON or JSON Lines file. Raises DatasetError with the line where it is broken."""
    text = decoded.content.decode()
    first, *rest = text.strip().split("\n", 1)
    if rest and is_object(first.rstrip()):
        kind, objects = "JSON Lines", objects_by_line(text, file)
        notes: list[str] = []
    else:
        objects, notes = objects_of(whole_json(text, file), file)
        kind = "JSON"
    if not any(objects):
        raise DatasetError(f"{file} holds no rows.", ONE_OBJECT_A_LINE)
    frame, more = frame_of(objects, file)
    return Table(frame, (f"Read as {kind}: {decoded.encoding}.", *decoded.notes, *notes, *more))


def is_object(line: str) -> bool:
    """Whether a line is an object by itself."""
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        # A first line that is broken JSON Lines still looks like an object from end to end.
        return line.startswith("{") and line.endswith("}")


def objects_by_line(text: str, file: str) -> list[dict[str, Any]]:
    """One object a line, blank lines left out."""
    objects = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            raise DatasetError(
                f"Line {number:,} of {file} is not valid JSON: {error.msg} at character {error.colno:,}.",
                ONE_OBJECT_A_LINE,
            ) from None
        except (ValueError, RecursionError):
            raise too_deep(file, number) from None
        if not isinstance(value, dict):
            raise DatasetError(f"Line {number:,} of {file} is {kind_word(value)}, not an object.", ONE_OBJECT_A_LINE)
        objects.append(value)
    return objects


def whole_json(text: str, file: str) -> Any:
    """The file as one JSON value."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise DatasetError(
            f"Line {error.lineno:,} of {file} is not valid JSON: {error.msg} at character {error.colno:,}.",
            "A JSON file must hold one array of objects; JSON Lines must hold one object a line.",
        ) from None
    except (ValueError, RecursionError):
        raise too_deep(file, 1) from None


def too_deep(file: str, line: int) -> DatasetError:
    """The JSON is nested beyond all measure, or holds a number of thousands of digits."""
    return DatasetError(
        f"Line {line:,} of {file} is nested too deeply, or holds a number too long, to be a row.", ONE_OBJECT_A_LINE
    )


def kind_word(value: Any) -> str:
    """What a JSON value is, in words."""
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


def frame_of(objects: list[dict[str, Any]], file: str) -> tuple[pd.DataFrame, list[str]]:
    """A column for every key, in the order they first appear."""
    keys = list(dict.fromkeys(key for row in objects for key in row))
    names, notes = tidy_names(keys, file)
    frame = pd.DataFrame(
        {name: column_of([row.get(key) for row in objects]) for name, key in zip(names, keys, strict=True)},
        index=pd.RangeIndex(len(objects)),
    )
    if gaps := with_gaps(objects, keys):
        notes.append(f"Not every row has {quoted(gaps)}; the missing cells are empty.")
    return frame, notes


def with_gaps(objects: Iterable[dict[str, Any]], keys: list[str]) -> list[str]:
    """Keys that some rows do not have."""
    common = set(keys)
    for row in objects:
        common &= row.keys()
    return [key for key in keys if key not in common]
