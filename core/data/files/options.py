"""Options of reading: what the owner of a file says about it; what is left open is found out."""

from typing import Annotated

from pydantic import Field

from core.config import Frozen


class ReadOptions(Frozen):
    """How a file becomes rows. None leaves a choice to the reader, which says what it took."""

    skip_lines: Annotated[int, Field(ge=0)] | None = None
    """Lines of a text file, or rows of a sheet, that stand above the column names, or above the first row."""
    header: bool | None = None
    """Whether the first line that is not skipped holds the column names; without them they are column 1, column 2."""
    delimiter: Annotated[str, Field(min_length=1, max_length=4)] | None = None
    """What separates the cells of a text file."""
    sheet: str | None = None
    """Name of the sheet of a workbook."""
    hidden_rows: bool = True
    """Whether rows that a workbook hides, as a filter does, are read."""
    fill_merged: bool = True
    """Whether each cell of a merged range of a workbook has the value of the first."""
    names: tuple[str, ...] = ()
    """Column names that the file is known to have, which tells the header from other lines."""

    def changed(self, **changes: object) -> "ReadOptions":
        """A copy with these options changed."""
        return self.model_copy(update=changes)

    def flags(self, since: "ReadOptions | None" = None) -> str:
        """Flags of the command line that ask for these options, such as "--skip-lines 3 --no-header".

        Left out are those that are as in `since`, by default those that are as when nothing is said.
        """
        before = since or ReadOptions()
        said = {
            "skip_lines": f"--skip-lines {self.skip_lines}",
            "header": "--header" if self.header else "--no-header",
            "delimiter": f"--delimiter '{self.delimiter}'",
            "sheet": f"--sheet '{self.sheet}'",
            "hidden_rows": "--hidden-rows" if self.hidden_rows else "--no-hidden-rows",
            "fill_merged": "--fill-merged" if self.fill_merged else "--no-fill-merged",
        }
        return " ".join(flag for name, flag in said.items() if getattr(self, name) not in (None, getattr(before, name)))


AS_FOUND = ReadOptions()
"""Options of a file of which nothing is said."""
