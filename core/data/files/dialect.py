"""What stands between the cells of a text file, and what surrounds them."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.data.files.limits import MAX_BYTES

DELIMITERS = ("\t", ";", ",", "|")
WORDS = {"\t": "tabs", ";": "semicolons", ",": "commas", "|": "vertical bars"}
NONE = "\x1f"
"""Separates the cells of a file that has one column: a control character that no text holds."""


@dataclass(frozen=True)
class Dialect:
    """What stands between cells, what surrounds them, and what takes a quote's meaning away."""

    delimiter: str
    quote: str | None = '"'
    escape: str | None = None
    skip_spaces: bool = False

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
        """'separated by commas', and what else is unusual."""
        parts = [f"separated by {WORDS[self.delimiter]}" if self.delimiter in WORDS else "one column"]
        if self.quote == "'":
            parts.append("single quotes")
        if self.quote is None:
            parts.append("quotes are part of the text")
        if self.escape:
            parts.append("backslash before quotes")
        return ", ".join(parts)
