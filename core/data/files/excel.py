"""Reads Excel workbooks (xlsx, xls, xlsb) and OpenDocument tables."""

import datetime
import itertools
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import python_calamine

from core.data.files.limits import MAX_UNPACKED_BYTES
from core.data.files.names import tidy_names
from core.data.files.options import ReadOptions
from core.data.files.table import Table
from core.data.rows.values import column_of, scalar_text
from core.data.sentences import listed, megabytes, quoted
from core.errors import DatasetError, did_you_mean

ENDINGS = {".xlsx", ".xls", ".xlsb", ".xlsm", ".ods"}


def read_excel(path: Path, file: str, options: ReadOptions, *, numbered: bool = False) -> Table:
    """The rows of the sheet that has most, or was named. Raises DatasetError where the workbook is broken or locked."""
    del numbered
    refuse_large(path, file)
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
        sheet, rows = largest(workbook, options.sheet, file)
        others = [name for name in workbook.sheet_names if name != sheet]
    except python_calamine.PasswordError:
        raise DatasetError(
            f"{file} is an Excel workbook locked by a password.", "Save a copy without the password."
        ) from None
    except (python_calamine.CalamineError, OSError) as error:
        raise DatasetError(
            f"{file} is a damaged Excel workbook: {error}.", "Open it in Excel and save it again."
        ) from None
    if not rows:
        raise DatasetError(f"{file} is an Excel workbook whose sheets are all empty.", "Choose the workbook with rows.")
    rows = rows[options.skip_lines or 0 :]
    if options.header is False:
        rows = [[""] * max(map(len, rows)), *rows]
    frame, notes = frame_of(rows, file)
    return Table(frame, (opening(file, sheet, others), *notes))


def opening(file: str, sheet: str, others: list[str]) -> str:
    """Note on which sheet was read, and a word where the file's name says something else."""
    words = f"Read as an Excel workbook: sheet '{sheet}'"
    if others:
        words += f", not {quoted(others)}"
    ending = Path(file).suffix.lower()
    if ending not in ENDINGS:
        words += f"; its name ends in '{ending}', but it is not such a file" if ending else ""
    return words + "."


def refuse_large(path: Path, file: str) -> None:
    """Raises DatasetError for a workbook that would unpack to more than the memory should hold."""
    if not zipfile.is_zipfile(path):  # an old .xls is not packed
        return
    with zipfile.ZipFile(path) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > MAX_UNPACKED_BYTES:
        raise DatasetError(
            f"{file} unpacks to {megabytes(size)}; the limit is {megabytes(MAX_UNPACKED_BYTES)}.",
            "Save the rows as CSV or Parquet, or keep fewer of them.",
        )


def largest(workbook: Any, wanted: str | None, file: str) -> tuple[str, list[list[Any]]]:
    """The name and rows of the wanted sheet, or of that with most cells filled: a cover has few."""
    name, rows, most = "", [], 0
    if wanted is not None and wanted not in workbook.sheet_names:
        raise DatasetError(
            f"There is no sheet '{wanted}' in {file}. Its sheets are: {quoted(workbook.sheet_names)}.",
            did_you_mean(wanted, workbook.sheet_names) or "Choose one of them.",
        )
    for here in workbook.sheet_names if wanted is None else [wanted]:
        found = workbook.get_sheet_by_name(here).to_python(skip_empty_area=True)
        filled = sum(cell != "" for row in found for cell in row)
        if filled > most:
            name, rows, most = here, [row for row in found if any(cell != "" for cell in row)], filled
    return name, rows


def frame_of(rows: list[list[Any]], file: str) -> tuple[pd.DataFrame, list[str]]:
    """The first row's cells are the names; the rest are rows."""
    header = [scalar_text(cell) or "" for cell in rows[0]]
    names, notes = tidy_names(header, file)
    if len(rows) == 1:
        raise DatasetError(
            f"{file} has a header ({listed(names)}) and no rows.", "Add at least one row below the header."
        )
    columns = list(itertools.zip_longest(*rows[1:]))
    frame = pd.DataFrame(
        {name: column_of([known(cell) for cell in cells]) for name, cells in zip(names, columns, strict=True)}
    )
    return frame, notes


def known(cell: Any) -> Any:
    """A cell as a value of Python: empty is missing, a duration is text."""
    if cell == "":
        return None
    return str(cell) if isinstance(cell, datetime.timedelta) else cell
