"""CSV dialect: the delimiter, quotes and escapes of a text file."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.data.files.limits import MAX_BYTES

DELIMITERS = ("\t", ";", ",", "|")
WORDS = {
    "\t": "tabs",
    ";": "semicolons",
    ",": "commas",
    "|": "vertical bars",
    "^": "carets",
    "~": "tildes",
    "\x01": "control characters (Ctrl+A)",
}
UNUSUAL = ("||", "::", "\x01", "^", "~")
"""Separators that are looked for where no usual one fits."""
NONE = "\x1f"
"""Delimiter of a file that has one column: a control character that no text holds."""


@dataclass(frozen=True)
class Dialect:
    """CSV dialect: the delimiter, the quote and escape characters, and whether spaces after a delimiter are skipped."""

    delimiter: str
    quote: str | None = '"'
    escape: str | None = None
    skip_spaces: bool = False
    written: str = ""
    """The separator as it stands in the file, where it is of several characters."""

    def reader(self, lines: Iterable[str]) -> Any:
        """Python's own csv reader for this dialect, with room for a cell as large as a file may be."""
        csv.field_size_limit(max(csv.field_size_limit(), MAX_BYTES))
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote,
            escapechar=self.escape,
            skipinitialspace=self.skip_spaces,
            quoting=csv.QUOTE_MINIMAL if self.quote else csv.QUOTE_NONE,
        )

    @property
    def words(self) -> str:
        """Description for people: 'separated by commas', and what else is unusual."""
        written = WORDS.get(self.delimiter) or (f"'{self.written or self.delimiter}'" if self.written else "")
        parts = [f"separated by {written}" if written else "one column"]
        if self.quote == "'":
            parts.append("single quotes")
        if self.quote is None:
            parts.append("quotes are part of the text")
        if self.escape:
            parts.append("backslash before quotes")
        return ", ".join(parts)
