"""Flags of the command line that say how a file is read."""

from dataclasses import dataclass
from typing import Annotated

import typer

from core.data import ReadOptions


@dataclass(frozen=True)
class ReadFlags:
    """Flags that say how a file is read."""

    skip_lines: Annotated[
        int | None, typer.Option("--skip-lines", min=0, help="Lines above the column names, or above the first row.")
    ] = None
    header: Annotated[
        bool | None, typer.Option("--header/--no-header", help="Whether the first line holds the column names.")
    ] = None
    delimiter: Annotated[str | None, typer.Option("--delimiter", help="What separates the cells.")] = None
    sheet: Annotated[str | None, typer.Option("--sheet", help="The sheet of a workbook.")] = None
    hidden_rows: Annotated[
        bool, typer.Option("--hidden-rows/--no-hidden-rows", help="Whether rows that a workbook hides are read.")
    ] = True
    fill_merged: Annotated[
        bool, typer.Option("--fill-merged/--no-fill-merged", help="Whether merged cells all have the first's value.")
    ] = True

    def options(self, *names: str | None) -> ReadOptions:
        """These as options of reading; `names` are column names that were asked for."""
        return ReadOptions(
            skip_lines=self.skip_lines,
            header=self.header,
            delimiter=self.delimiter,
            sheet=self.sheet,
            hidden_rows=self.hidden_rows,
            fill_merged=self.fill_merged,
            names=tuple(name for name in names if name),
        )
