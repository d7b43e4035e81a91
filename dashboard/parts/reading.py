"""Other ways to read a file, in words for a button."""

from collections.abc import Sequence

import streamlit as st

from core.data import Finding, ReadOptions
from core.data.checks.findings import SheetAtHand
from dashboard.language.plain import plain, shortened
from dashboard.language.words import tr, trn


def reading_label(options: ReadOptions, since: ReadOptions) -> str:
    """What a button does that reads the file with `options` instead of `since`."""
    if options.sheet != since.sheet:
        return tr("Read the sheet {name}", name=plain(options.sheet or ""))
    if options.delimiter != since.delimiter:
        return tr("Cells are separated by {sign}", sign=plain(options.delimiter or ""))
    if options.hidden_rows != since.hidden_rows:
        return tr("Read hidden rows too") if options.hidden_rows else tr("Leave hidden rows out")
    if options.fill_merged != since.fill_merged:
        return tr("Fill merged cells down") if options.fill_merged else tr("Leave merged cells as they stand")
    return header_words(options)


def header_words(options: ReadOptions) -> str:
    """What is said of the column names by a button."""
    if options.header is False:
        return tr("There are no column names: every line is a row")
    if not options.skip_lines:
        return tr("The first line holds the column names")
    return trn("Skip {n} line: the names are below it", "Skip {n} lines: the names are below them", options.skip_lines)


def sheet_chosen(found: Sequence[Finding], key: str) -> str | None:
    """Select box of a workbook's sheets; None while the one that was read is chosen, or where there is one only."""
    sheets = {one.name: one for finding in found for one in finding.sheets}
    if not sheets:
        return None
    read = next(one.name for one in sheets.values() if one.is_read)
    chosen: str = st.selectbox(
        tr("Sheet of the workbook"),
        list(sheets),
        index=list(sheets).index(read),
        format_func=lambda name: _of_sheet(sheets[name]),
        key=f"{key}-{read}",
    )
    return None if chosen == read else chosen


def _of_sheet(sheet: SheetAtHand) -> str:
    """Name of a sheet, with how many rows it has, and whether the workbook hides it."""
    if sheet.is_hidden:
        return trn("{name} (hidden, {n} row)", "{name} (hidden, {n} rows)", sheet.rows, name=shortened(sheet.name))
    return trn("{name} ({n} row)", "{name} ({n} rows)", sheet.rows, name=shortened(sheet.name))
