"""Reads Parquet files, those of Hugging Face datasets included."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from core.data.files.limits import MAX_UNPACKED_BYTES
from core.data.files.names import tidy_names
from core.data.files.nested import without_lists
from core.data.files.table import Table
from core.data.rows.values import texts
from core.data.sentences import megabytes, quoted
from core.errors import DatasetError

WHOLE_NUMBERS = {
    pa.int8(): pd.Int8Dtype(),
    pa.int16(): pd.Int16Dtype(),
    pa.int32(): pd.Int32Dtype(),
    pa.int64(): pd.Int64Dtype(),
    pa.uint8(): pd.UInt8Dtype(),
    pa.uint16(): pd.UInt16Dtype(),
    pa.uint32(): pd.UInt32Dtype(),
    pa.uint64(): pd.UInt64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}

FIRST_DAY, LAST_DAY = -719_160, 2_932_894
"""Days from 1970 of a calendar's ends: from 3 January of the year 1 until 29 December 9999, whatever the time zone."""
TICKS = {"day": 1, "s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
"""Units of time in a day."""


def read_parquet(path: Path, file: str) -> Table:
    """The rows of a Parquet file. Raises DatasetError where it is broken or unpacks to too much."""
    try:
        return rows_of(path, file)
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        reason = str(error).split("\n")[0].rstrip(".")
        raise DatasetError(f"{file} is a damaged Parquet file: {reason}.", "Download or save it again.") from None


def rows_of(path: Path, file: str) -> Table:
    """The rows, where nothing is broken."""
    opened = pq.ParquetFile(path)
    refuse_large(opened.metadata, file)
    refuse_empty(opened, file)
    found = [name for name in opened.schema_arrow.names if not name.startswith("__index_level_")]
    names, notes = tidy_names(found, file)
    table = opened.read(columns=found).rename_columns(names)
    labels = class_names(opened.schema_arrow.metadata)
    table, dropped = without_binary(table)
    refuse_unfit(table, file)
    if dropped:
        notes.append(f"Columns that hold no text or numbers were left out: {quoted(dropped)}.")
    frame, found = frame_of(table), []
    for field in table.schema:
        if pa.types.is_list(field.type) or pa.types.is_large_list(field.type):
            values, lists = without_lists(field.name, table[field.name].to_pylist())
            frame[field.name] = texts(values, frame[field.name])
            found += lists
    for column, words in labels.items():
        if column in frame and named(frame, column, words):
            notes.append(f"The numbers in '{column}' were given their names, such as '{words[0]}'.")
    return Table(frame, ("Read as Parquet.", *notes), findings=tuple(found))


def refuse_large(metadata: Any, file: str) -> None:
    """Raises DatasetError for a file that would unpack to more than the memory should hold."""
    groups = (metadata.row_group(number) for number in range(metadata.num_row_groups))
    size = sum(group.total_byte_size for group in groups)
    if size > MAX_UNPACKED_BYTES:
        raise DatasetError(
            f"{file} unpacks to {megabytes(size)}; the limit is {megabytes(MAX_UNPACKED_BYTES)}.",
            "Keep fewer rows or columns.",
        )


def refuse_empty(opened: Any, file: str) -> None:
    """Raises DatasetError for a table without rows or columns."""
    if not opened.metadata.num_rows or not opened.schema_arrow.names:
        names = ", ".join(opened.schema_arrow.names)
        raise DatasetError(f"{file} has columns ({names}) and no rows.", "Choose the file with the rows in it.")


def refuse_unfit(table: pa.Table, file: str) -> None:
    """Raises DatasetError for texts that are not UTF-8, and for times that no calendar or time zone here has."""
    for name, column in zip(table.column_names, table.columns, strict=True):
        try:
            column.validate(full=True)
        except pa.ArrowInvalid as error:
            what = "texts that are not UTF-8" if "UTF8" in str(error) else "damaged values"
            raise DatasetError(
                f"The column '{name}' of {file} holds {what}.", "Mend or leave out the column."
            ) from None
        if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
            refuse_times(name, column, file)


def refuse_times(name: str, column: pa.ChunkedArray, file: str) -> None:
    """Raises DatasetError for a time outside of the years 1 to 9999, in any time zone, or in an unknown zone."""
    zone = getattr(column.type, "tz", None)
    try:
        pa.lib.string_to_tzinfo(zone or "UTC")
    except (ValueError, KeyError, ImportError, pa.ArrowException):
        raise DatasetError(
            f"The column '{name}' of {file} is in the time zone '{zone}', which is not known here.",
            "Save the times in UTC.",
        ) from None
    per_day = TICKS.get(getattr(column.type, "unit", "ms" if pa.types.is_date64(column.type) else "day"), 1)
    whole = column.cast(pa.int32() if pa.types.is_date32(column.type) else pa.int64())
    outside = pc.invert(pc.and_(pc.greater_equal(whole, FIRST_DAY * per_day), pc.less(whole, LAST_DAY * per_day)))
    row = pc.index(outside, True).as_py()
    if row >= 0:
        raise DatasetError(
            f"The column '{name}' of {file} has a time outside of the years 1 to 9999, in row {row + 1:,}.",
            "Leave it blank there, or save the column as text.",
        )


def class_names(metadata: dict[bytes, bytes] | None) -> dict[str, list[str]]:
    """ClassLabel names by column, as the `datasets` library writes them into a file's metadata."""
    try:
        info = json.loads((metadata or {}).get(b"huggingface", b"{}"))
        features = info.get("info", {}).get("features", {})
        return {
            name: list(feature["names"])
            for name, feature in features.items()
            if isinstance(feature, dict) and feature.get("_type") == "ClassLabel" and feature.get("names")
        }
    except (ValueError, AttributeError, TypeError):
        return {}


def without_binary(table: pa.Table) -> tuple[pa.Table, list[str]]:
    """The table without pictures and other bytes, and the names of those columns."""
    dropped = [field.name for field in table.schema if holds_bytes(field.type)]
    return table.drop_columns(dropped), dropped


def holds_bytes(kind: Any) -> bool:
    """Whether a column of this type holds bytes, at any depth."""
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return True
    return any(holds_bytes(kind.field(number).type) for number in range(kind.num_fields))


def frame_of(table: pa.Table) -> pd.DataFrame:
    """Converts the columns to pandas: whole numbers stay whole beside missing cells, nested values become JSON text."""
    frame: pd.DataFrame = table.to_pandas(types_mapper=WHOLE_NUMBERS.get, ignore_metadata=True)
    for field in table.schema:
        if pa.types.is_nested(field.type) or frame[field.name].dtype == object:
            frame[field.name] = texts(table[field.name].to_pylist(), frame[field.name])
        elif pa.types.is_dictionary(field.type):
            frame[field.name] = texts(frame[field.name].astype(object).where(frame[field.name].notna(), None))
        elif pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            frame[field.name] = frame[field.name].mask(frame[field.name] == "")
    return frame


def named(frame: pd.DataFrame, column: str, words: list[str]) -> bool:
    """Writes the classes' names in place of their numbers, where every number has one; says whether it did."""
    numbers = frame[column]
    if not pd.api.types.is_integer_dtype(numbers) or not numbers.dropna().between(-1, len(words) - 1).all():
        return False
    unlabelled = numbers.isna() | (numbers == -1)
    frame[column] = texts(
        None if missing else words[int(number)] for number, missing in zip(numbers, unlabelled, strict=True)
    )
    return True
