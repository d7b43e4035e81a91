"""CSV and Excel export of tables. The one place where rows become files: no cell of them runs as a formula."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.language.plain import safe_cell
from dashboard.language.words import tr

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

CSV_MIME = "text/csv"
EXCEL_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXCEL_ROWS, EXCEL_COLUMNS, EXCEL_LETTERS = 1_048_576, 16_384, 32_767
"""Limits of Excel: rows and columns of a sheet, characters of a cell."""
MOST_EXACT = 1e15
"""Largest number that a workbook keeps exactly: it has fifteen digits."""
_NOT_IN_EXCEL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_NOT_IN_NAMES = re.compile(r"[^\w.-]+")


def as_csv(frame: pd.DataFrame) -> bytes:
    """CSV of the table that spreadsheets open rightly: UTF-8 with a byte order mark, texts quoted, and no formula.

    A text that would begin a formula gets an apostrophe before it; column names too.
    """
    buffer = io.StringIO()
    lines = csv.writer(buffer, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    lines.writerow([safe_cell(str(name)) for name in frame.columns])
    lines.writerows([safe_cell(_cell(value)) for value in row] for row in _rows(frame))
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8", "replace")


def as_excel(frame: pd.DataFrame) -> bytes:
    """Excel workbook of the table, one sheet. Texts are kept as written, with the cell type text, never as formulas.

    What a workbook has no room for is left out: control characters, characters past 32,767 of a cell, and the rows and
    columns past its last.
    """
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Tuneboard")
    sheet.freeze_panes = "A2"
    kept = frame.iloc[: EXCEL_ROWS - 1, :EXCEL_COLUMNS]
    sheet.append([_excel_cell(sheet, str(name)) for name in kept.columns])
    for row in _rows(kept):
        sheet.append([_excel_cell(sheet, value) for value in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _rows(frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    return frame.itertuples(index=False, name=None)


def _cell(value: Any) -> bool | int | float | str | None:
    """Python value of a cell: numbers and booleans as they are, missing values as None, everything else as text."""
    if value is None or (not isinstance(value, str) and pd.api.types.is_scalar(value) and pd.isna(value)):
        return None
    bare = value.item() if hasattr(value, "item") and not isinstance(value, pd.Timestamp) else value
    return bare if isinstance(bare, bool | int | float) else str(bare)


def _excel_cell(sheet: "WriteOnlyWorksheet", value: Any) -> Any:
    """Excel cell of a value: a number that a workbook can hold as it is, everything else with the type text."""
    from openpyxl.cell import WriteOnlyCell

    bare = _cell(value)
    if bare is None or (not isinstance(bare, str) and abs(bare) < MOST_EXACT):
        return bare
    text = _NOT_IN_EXCEL.sub("\ufffd", str(bare)).encode("utf-8", "replace").decode()
    cell = WriteOnlyCell(sheet, text[:EXCEL_LETTERS])
    cell.data_type = "s"
    cell.quotePrefix = True  # still a text when somebody edits it
    return cell


def offer(frame: pd.DataFrame, name: str, *, key: str) -> None:
    """Download buttons for the table as CSV and as Excel; the file is made when one is pressed."""
    with st.container(horizontal=True):
        _button(tr("Download as CSV"), lambda: as_csv(frame), f"{name}.csv", CSV_MIME, key=f"{key}-csv")
        _button(tr("Download as Excel"), lambda: as_excel(frame), f"{name}.xlsx", EXCEL_MIME, key=f"{key}-excel")


def _button(label: str, made: Callable[[], bytes], file_name: str, mime: str, *, key: str) -> None:
    st.download_button(
        label,
        made,
        file_name=safe_name(file_name),
        mime=mime,
        icon=":material/download:",
        on_click="ignore",
        key=key,
    )


def safe_name(name: str) -> str:
    """File name that every operating system takes: letters, digits, dots, dashes and underscores."""
    stem, dot, ending = name.rpartition(".")
    return (_NOT_IN_NAMES.sub("-", stem).strip("-.")[:80] or "table") + dot + ending
