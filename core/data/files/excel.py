"""Reads Excel workbooks (xlsx, xls, xlsb) and OpenDocument tables."""

import itertools
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import python_calamine
from python_calamine import SheetTypeEnum, SheetVisibleEnum

from core.data.checks.findings import Finding, SheetAtHand
from core.data.files.excel_cells import column_and_findings, known
from core.data.files.excel_findings import Merged, about_formulas, about_hidden, about_merged, about_sheets
from core.data.files.header import CANDIDATES, SAMPLE_ROWS, find_header
from core.data.files.header_findings import header_findings
from core.data.files.limits import MAX_UNPACKED_BYTES
from core.data.files.names import tidy_names
from core.data.files.no_rows import without_no_rows
from core.data.files.options import ReadOptions
from core.data.files.sheet_xml import SheetState, sheet_state
from core.data.files.table import Table
from core.data.rows.values import scalar_text
from core.data.sentences import counted, listed, megabytes, quoted
from core.errors import DatasetError, did_you_mean

ENDINGS = {".xlsx", ".xls", ".xlsb", ".xlsm", ".ods"}


@dataclass
class Sheet:
    """Rows of a sheet with a value in them, with the number of each, from 0; `left` columns before them are empty."""

    name: str
    rows: list[list[Any]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    left: int = 0
    merged: Sequence[Merged] = ()
    at_hand: tuple[SheetAtHand, ...] = ()
    """All sheets of the workbook."""


def read_excel(path: Path, file: str, options: ReadOptions, *, numbered: bool = False) -> Table:
    """The rows of one sheet: the named one, or the visible one that has most.

    Raises DatasetError where the workbook is broken or locked, or has no such sheet.
    """
    refuse_large(path, file)
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(str(path))
        sheet = chosen(workbook, options.sheet, file)
    except python_calamine.PasswordError:
        raise DatasetError(
            f"{file} is an Excel workbook locked by a password.", "Save a copy without the password."
        ) from None
    except (python_calamine.CalamineError, OSError) as error:
        raise DatasetError(
            f"{file} is a damaged Excel workbook: {error}.", "Open it in Excel and save it again."
        ) from None
    if not sheet.rows:
        raise DatasetError(f"{file} is an Excel workbook whose sheets are all empty.", "Choose the workbook with rows.")
    table = table_of(sheet, sheet_state(path, sheet.name), file, options, numbered=numbered)
    others = [name for name in workbook.sheet_names if name != sheet.name]
    found = (*about_sheets(sheet.at_hand, options), *table.findings)
    return Table(table.frame, (opening(file, sheet.name, others), *table.notes), findings=found, lines=table.lines)


def opening(file: str, sheet: str, others: list[str]) -> str:
    """Note on which sheet was read, and a word where the file's name says something else."""
    words = f"Read as an Excel workbook: sheet '{sheet}'."
    if others:
        words = f"Read as an Excel workbook: sheet '{sheet}', not {quoted(others)}."
    ending = Path(file).suffix.lower()
    if ending and ending not in ENDINGS:
        words += f" Its name ends in '{ending}', but it is not such a file."
    return words


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


def chosen(workbook: Any, wanted: str | None, file: str) -> Sheet:
    """The wanted sheet, or the visible one with most cells filled, the first of equals: a cover has few."""
    names = [one.name for one in workbook.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    if wanted is not None and wanted not in names:
        raise DatasetError(
            f"There is no sheet '{wanted}' in {file}. Its sheets are: {quoted(names)}.",
            did_you_mean(wanted, names) or "Choose one of them.",
        )
    visible = {one.name for one in workbook.sheets_metadata if one.visible == SheetVisibleEnum.Visible}
    best, most, rows = Sheet(wanted or ""), (False, 0), {}
    for name in names:
        sheet, cells = sheet_of(workbook, name)
        rows[name] = len(sheet.rows)
        if cells and (name == wanted if wanted else (name in visible, cells) > most):
            best, most = sheet, (name in visible, cells)
    best.at_hand = tuple(
        SheetAtHand(name=name, rows=rows[name], is_hidden=name not in visible, is_read=name == best.name)
        for name in names
    )
    return best


def sheet_of(workbook: Any, name: str) -> tuple[Sheet, int]:
    """A sheet and how many of its cells are filled."""
    opened = workbook.get_sheet_by_name(name)
    found = opened.to_python(skip_empty_area=True)
    top, left = opened.start or (0, 0)
    numbers = [number for number, row in enumerate(found) if any(cell != "" for cell in row)]
    rows = [found[number] for number in numbers]
    cells = sum(cell != "" for row in rows for cell in row)
    return Sheet(name, rows, [top + number for number in numbers], left, opened.merged_cell_ranges or ()), cells


def table_of(sheet: Sheet, state: SheetState, file: str, options: ReadOptions, *, numbered: bool) -> Table:
    """The rows below the column names, after what the sheet hides and merges was dealt with."""
    kept, hidden = visible_rows(sheet, state, options)
    filled = fill_down(sheet, options)
    opening_rows = [text_of(sheet.rows[place]) for place in kept[: CANDIDATES + SAMPLE_ROWS]]
    numbers = [sheet.numbers[place] + 1 for place in kept]
    spaced, lines = with_gaps(opening_rows, numbers)
    at_top = options.skip_lines is not None
    header = find_header(spaced, names=options.names, header=options.header, at_top=at_top)
    findings = header_findings(header, spaced, lines, options, "row")
    names, notes = tidy_names(header.cells, file)
    first = lines[header.above + header.depth] if header.above + header.depth < len(lines) else lines[-1] + 1
    places = [place for place in kept if sheet.numbers[place] + 1 >= first]
    if not places:
        raise DatasetError(
            f"{file} has a header ({listed(names)}) and no rows.", "Add at least one row below the header."
        )
    frame, about_cells = frame_of([sheet.rows[place] for place in places], names)
    row_lines = np.array([sheet.numbers[place] + 1 for place in places], np.int64)
    findings += about_hidden(hidden, options, state)
    findings += about_merged(filled, names, sheet.left, options)
    findings += about_formulas(state, first - 1, names, sheet.left)
    findings += about_cells
    if header.depth:
        frame, left, left_out = without_no_rows(frame, header.cells, row_lines, list, noun="row")
        row_lines = row_lines if left is None else left
        findings += left_out
    if numbered:
        frame, row_lines = with_blank_rows(frame, row_lines)
    return Table(frame, tuple(notes), findings=tuple(findings), lines=row_lines if numbered else None)


def visible_rows(sheet: Sheet, state: SheetState, options: ReadOptions) -> tuple[list[int], int]:
    """Places of the rows that are read, and how many of the sheet's are hidden. Raises DatasetError for none."""
    skipped = options.skip_lines or 0
    kept = [place for place, number in enumerate(sheet.numbers) if number >= skipped]
    hidden = [place for place in kept if sheet.numbers[place] in state.hidden]
    if not options.hidden_rows:
        kept = [place for place in kept if sheet.numbers[place] not in state.hidden]
    if not kept:
        raise DatasetError(
            f"Nothing is left of the sheet '{sheet.name}' after {counted(skipped, 'row')} and the hidden ones.",
            "Skip fewer rows, or read the hidden ones too.",
        )
    return kept, len(hidden)


def fill_down(sheet: Sheet, options: ReadOptions) -> list[Merged]:
    """Gives the cells below the first of a merged range its value, where asked for; returns the ranges of rows."""
    tall = [(first, last) for first, last in sheet.merged if last[0] > first[0]]
    place_of = {number: place for place, number in enumerate(sheet.numbers)}
    for (top, column), (bottom, _) in tall if options.fill_merged else ():
        at = column - sheet.left
        if top in place_of and 0 <= at < len(sheet.rows[place_of[top]]):
            for number in range(top + 1, bottom + 1):
                if number in place_of:
                    sheet.rows[place_of[number]][at] = sheet.rows[place_of[top]][at]
    return tall


def text_of(row: Sequence[Any]) -> list[str]:
    """The cells of a row as text."""
    return [scalar_text(known(cell)) or "" for cell in row]


def with_gaps(rows: list[list[str]], numbers: Sequence[int]) -> tuple[list[list[str]], list[int]]:
    """The rows with an empty one where the sheet has some between, and the number of each, from 1."""
    spaced: list[list[str]] = []
    lines: list[int] = []
    for row, number in zip(rows, numbers, strict=False):
        if lines and number > lines[-1] + 1:
            spaced.append([""] * len(row))
            lines.append(number - 1)
        spaced.append(row)
        lines.append(number)
    return spaced, lines


def frame_of(rows: list[list[Any]], names: list[str]) -> tuple[pd.DataFrame, list[Finding]]:
    """A column for every name, and what there is to say of their cells."""
    columns, findings = {}, []
    for name, cells in zip(names, itertools.zip_longest(*rows), strict=True):
        columns[name], found = column_and_findings(name, [known(cell) for cell in cells])
        findings += found
    return pd.DataFrame(columns), findings


def with_blank_rows(frame: pd.DataFrame, lines: Any) -> tuple[pd.DataFrame, Any]:
    """The rows with the sheet's blank ones between them, and the number of each, from 1."""
    every = np.arange(lines[0], lines[-1] + 1)
    left_out = frame.set_index(pd.Index(lines)).reindex(every)
    return left_out.reset_index(drop=True), every
