"""Findings on a workbook: other sheets, hidden rows, merged cells, and formulas without a stored result."""

from collections.abc import Sequence

from core.data.checks.findings import Finding, SheetAtHand
from core.data.files.options import ReadOptions
from core.data.files.sheet_xml import SheetState
from core.data.sentences import counted, quoted

MOST_SHEETS = 8
Merged = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of a merged range, each by row and column."""


def about_sheets(sheets: Sequence[SheetAtHand], options: ReadOptions) -> list[Finding]:
    """Information on other sheets that have rows, and on which was read."""
    others = [one.name for one in sheets if one.rows and not one.is_read]
    if not others:
        return []
    sheet = next(one.name for one in sheets if one.is_read)
    return [
        Finding(
            code="other_sheets",
            severity="info",
            message=f"The sheet '{sheet}' was read; {quoted(others, MOST_SHEETS)} "
            f"{'has' if len(others) == 1 else 'have'} rows too.",
            readings=tuple(
                options.changed(sheet=other, skip_lines=None, header=None) for other in others[:MOST_SHEETS]
            ),
            sheets=tuple(sheets),
        )
    ]


def about_hidden(hidden: int, options: ReadOptions, state: SheetState) -> list[Finding]:
    """Warning on rows that the workbook hides, or information that they were left out, or that none can be seen."""
    if not state.is_known:
        return [
            Finding(
                code="hidden_rows_unknown",
                severity="info",
                message="In a workbook of this format it cannot be seen which rows are hidden: all of them were read.",
                hint="Save it as .xlsx or .ods if rows that a filter hides should be left out.",
            )
        ]
    if not hidden:
        return []
    rows = f"{counted(hidden, 'row')} {'is' if hidden == 1 else 'are'} hidden in the workbook, as a filter does"
    read = options.hidden_rows
    return [
        Finding(
            code="hidden_rows",
            severity="warning" if read else "info",
            message=f"{rows}; {'they were read like the others' if read else 'they were left out'}.",
            hint="Leave them out if they do not belong to the dataset." if read else "",
            rows=hidden,
            readings=(options.changed(hidden_rows=not read),),
        )
    ]


def about_merged(merged: Sequence[Merged], names: Sequence[str], left: int, options: ReadOptions) -> list[Finding]:
    """Information that merged cells were filled down, or a warning that they were not."""
    if not merged:
        return []
    columns = sorted({first[1] - left for first, _ in merged})
    where = tuple(names[number] for number in columns if 0 <= number < len(names))
    filled = options.fill_merged
    number = len(merged)
    message = (
        f"{counted(number, 'merged cell')} {'spans' if number == 1 else 'span'} several rows in {quoted(where)}; "
        + ("each of the rows was given the value." if filled else "only the first of the rows has the value.")
    )
    return [
        Finding(
            code="merged_cells",
            severity="info" if filled else "warning",
            message=message,
            columns=where,
            readings=(options.changed(fill_merged=not filled),),
        )
    ]


def about_formulas(state: SheetState, first: int, names: Sequence[str], left: int) -> list[Finding]:
    """Warning on formulas without a stored result, in rows from `first` on."""
    cells = sorted(cell for cell in state.formulas if cell[0] >= first)
    if not cells:
        return []
    where = tuple(
        names[number] for number in sorted({column - left for _, column in cells}) if 0 <= number < len(names)
    )
    cells_lost = counted(len(cells), "cell")
    held = "holds a formula" if len(cells) == 1 else "hold formulas"
    return [
        Finding(
            code="formulas_without_results",
            severity="warning",
            message=f"{cells_lost} in {quoted(where)} {held} without a stored result, the first in row "
            f"{cells[0][0] + 1:,}; they are empty here.",
            hint="Open the workbook in Excel or LibreOffice, save it, and bring it again.",
            rows=len({row for row, _ in cells}),
            columns=where,
        )
    ]
