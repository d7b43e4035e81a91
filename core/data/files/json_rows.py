"""Reads JSON Lines (one object a line) and JSON (one array of objects)."""

import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from core.data.checks.findings import Finding
from core.data.checks.suggest import suggest
from core.data.files.encodings import Decoded
from core.data.files.json_layouts import kind_word, objects_of
from core.data.files.marks import without_marks
from core.data.files.name_keys import same_name
from core.data.files.names import tidy_names
from core.data.files.nested import flattened, is_nested, without_lists
from core.data.files.options import AS_FOUND, ReadOptions
from core.data.files.table import Table
from core.data.rows.values import column_of
from core.data.sentences import quoted
from core.errors import DatasetError

SAMPLE = 5_000
ONE_OBJECT_A_LINE = 'Each line must be one object, such as {"text": "...", "label": "..."}.'


def read_json(decoded: Decoded, file: str, options: ReadOptions = AS_FOUND) -> Table:
    """The rows of a JSON or JSON Lines file. Raises DatasetError with the line where it is broken."""
    content = without_marks(decoded.content).strip()
    first, has_more, rest = content.partition(b"\n")
    notes: list[str] = []
    if has_more and is_object(first.strip()):
        kind, objects = "JSON Lines", objects_by_line(content, file)
    elif has_more and is_list(first.strip()) and is_list(rest.strip().partition(b"\n")[0].strip()):
        rows, notes = objects_of([json.loads(line) for line in content.splitlines() if line.strip()], file)
        kind, objects = "JSON Lines", iter(rows)
    else:
        listed, notes = objects_of(whole_json(content, file), file)
        kind, objects = "JSON", iter(listed)
    table = table_of(objects, file, options)
    return replace(table, notes=(f"Read as {kind}: {decoded.encoding}.", *decoded.notes, *notes, *table.notes))


def is_list(line: bytes) -> bool:
    """Whether a line is a list by itself."""
    if not (line.startswith(b"[") and line.endswith(b"]")):
        return False
    try:
        return isinstance(json.loads(line), list)
    except (ValueError, RecursionError):
        return False


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


def table_of(objects: Iterable[dict[str, Any]], file: str, options: ReadOptions) -> Table:
    """A column for every key, in the order they first appear; what is nested is made columns where that is needed."""
    columns, filled, rows = gathered(objects)
    if not columns:
        raise DatasetError(f"{file} holds no rows.", ONE_OBJECT_A_LINE)
    found: list[Finding] = []
    gaps = [key for key, number in filled.items() if number < rows]
    if any(map(is_nested, columns.values())) and lacks_columns(columns, options):
        columns, found = flattened(columns)
    for key in columns:
        columns[key], lists = without_lists(key, columns[key])
        found += lists
    names, notes = tidy_names(list(columns), file)
    if gaps:
        notes.append(f"Not every row has {quoted(gaps)}; the missing cells are empty.")
    # Each list is let go as soon as its column is made: a large file is never held twice.
    frame = pd.DataFrame({name: column_of(columns.pop(key)) for name, key in zip(names, [*columns], strict=True)})
    return Table(frame, tuple(notes), findings=tuple(found))


def lacks_columns(columns: dict[str, list[Any]], options: ReadOptions) -> bool:
    """Whether the columns that are not nested lack a name that is asked for, or what could be a text and a target."""
    plain = {name: column_of(values[:SAMPLE]) for name, values in columns.items() if not is_nested(values)}
    if options.names:
        return any(same_name(name, plain) is None for name in options.names)
    suggested = suggest(pd.DataFrame(plain)) if plain else None
    return suggested is None or not suggested.text or not suggested.target


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
