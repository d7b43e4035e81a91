"""Header detection: which of the first rows of a table, if any, holds the column names.

One rule for text files, sheets and files to predict: names differ in kind from the values below them. A name stands
above numbers without being one, above classes without being one of them, above texts and is much shorter; and words
such as "text" and "label" speak for it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from core.data.files.header_evidence import NAME, TYPES, evidence, likeness
from core.data.files.name_keys import name_key

Cells = Sequence[str]
CANDIDATES = 20
"""Rows that may hold the names: a header stands at the top."""
SAMPLE_ROWS = 300
"""Rows below a candidate that it is compared with."""
MOST_COLUMNS = 50
SURE, NOT = 1.0, -0.6
"""Score from which a row is a header, and to which it is none; between them it is not clear."""
AGAINST = -2.0
"""Evidence of one cell by which a row is hardly a header: a number above numbers, a class above itself."""
ABOVE_NUMBERS = 2.5
"""Evidence of a cell that is no number and stands above numbers only."""
ENOUGH_NUMBERS = 12
"""Rows from which numbers alone make the row above them names although another row could be."""
CONTRAST = 0.5
"""Mean evidence by which a row differs from those below it."""
BY_FAR = 0.75


@dataclass(frozen=True)
class Header:
    """Place of the column names among the rows of a table.

    `above` rows stand above the names, or above the first row where there are no names; the names take `depth` rows,
    0 to 3. `cells` are the names as they stand, "" where one is missing. `is_clear` is False where the rows do not
    tell whether these are names.
    """

    above: int
    depth: int
    cells: tuple[str, ...]
    is_clear: bool = True
    second: int | None = None
    """Place of a row that may be a second one of names, and is kept as a row."""


def find_header(
    rows: Sequence[Cells], *, names: Sequence[str] = (), header: bool | None = None, at_top: bool = False
) -> Header:
    """Finds the names among the first rows, blank ones included.

    `names` are column names that the table is known to have. `header` says whether the first row with a value holds
    the names; None finds out. With `at_top` no other row can hold them.
    """
    filled = [place for place, row in enumerate(rows) if is_filled(row)]
    if not filled:
        return Header(0, 0, ())
    width = usual_width([rows[place] for place in filled])
    if header is not None:
        return taken(rows, filled[0], width) if header else without_names(filled[0], rows)
    table = Scores(rows, filled, width, frozenset(map(name_key, names)))
    found = filled[0] if at_top and table.score(filled[0]) >= SURE else None if at_top else table.surest()
    if found is not None:
        return with_second(table, found)
    first = filled[0] if at_top else next((one for one in filled[:CANDIDATES] if table.is_whole(one)), filled[0])
    if table.score(first) <= NOT:
        return without_names(filled[0], rows)
    is_named = first == filled[0] and all(NAME.fullmatch(cell.strip()) for cell in rows[first] if cell)
    is_named = is_named and min(table.contrasts(first), default=0.0) > -1.0
    return replace(taken(rows, first, width), is_clear=is_named or len(filled) < 2)


def is_filled(row: Cells) -> bool:
    """Whether a row has a value."""
    return any(cell and not cell.isspace() for cell in row)


def usual_width(rows: Sequence[Cells]) -> int:
    """Number of cells that most rows have, the larger of equals."""
    counts = Counter(map(len, rows[-SAMPLE_ROWS:]))
    return max(counts, key=lambda width: (counts[width], width))


def taken(rows: Sequence[Cells], place: int, width: int) -> Header:
    """Header at this row, whatever it looks like; as wide as it is, or as the table where it is narrower."""
    return Header(place, 1, (*rows[place], *[""] * (width - len(rows[place]))))


def without_names(above: int, rows: Sequence[Cells]) -> Header:
    """No header: the rows begin below `above`."""
    return Header(above, 0, ("",) * max(map(len, rows[above:])))


class Scores:
    """Scores of a table's rows as its header; each is worked out once."""

    def __init__(self, rows: Sequence[Cells], filled: Sequence[int], width: int, known: frozenset[str]) -> None:
        self.rows, self.filled, self.width, self.known = rows, filled, width, known
        self._scores: dict[int, list[float]] = {}

    def is_whole(self, place: int) -> bool:
        """Whether a row has as many cells as most, or more, and half of them filled."""
        row = self.rows[place]
        filled = sum(bool(cell.strip()) for cell in row)
        return len(row) >= self.width and filled >= len(row) / 2

    def score(self, place: int) -> float:
        """Mean evidence of a row's cells, less what speaks against the row: equal and missing cells."""
        cells = [cell.strip() for cell in self.rows[place][:MOST_COLUMNS]]
        said = [cell for cell in cells if cell]
        if not said:
            return NOT
        odd = 1 - len({cell.casefold() for cell in said}) / len(cells)
        bonus = 4.0 if any(name_key(cell) in self.known for cell in said) else 0.0
        found = self.evidence(place)
        mean = fmean(found) if min(found) > AGAINST else (fmean(found) + min(found)) / 2
        return mean - odd + bonus

    def evidence(self, place: int) -> list[float]:
        """Evidence of each filled cell of a row, against the rows below that do not repeat it."""
        if place not in self._scores:
            row = self.rows[place]
            at = self.filled.index(place)
            body = [self.rows[one] for one in self.filled[at + 1 : at + 1 + SAMPLE_ROWS]]
            body = [one for one in body if list(one) != list(row)]
            self._scores[place] = [
                evidence(cell.strip(), [one[column].strip() for one in body if column < len(one) and one[column]])
                + likeness(cell.strip())
                for column, cell in enumerate(row[:MOST_COLUMNS])
                if cell.strip()
            ]
        return self._scores[place]

    def surest(self) -> int | None:
        """The row that is the header for sure, where no row above it is one of the table's own.

        A row below another that could be the header needs a blank row between and many rows or a usual name, or to be
        better by far.
        """
        whole = [place for place in self.filled[:CANDIDATES] if self.is_whole(place)]
        best = None
        for number, place in enumerate(whole):
            if self.looks_like_a_row(place):
                break
            is_first = number == 0 and (place == self.filled[0] or self.has_contrast(place))
            if self.score(place) >= SURE and (is_first or self.is_better(place, whole[0] if best is None else best)):
                best = place
        return best

    def is_better(self, place: int, other: int) -> bool:
        """Whether a row is the header rather than another above it that could be."""
        is_told = self.has_usual_name(place) or len(self.filled) - self.filled.index(place) > ENOUGH_NUMBERS
        is_apart = not is_filled(self.rows[place - 1]) and min(self.evidence(place)) >= SURE
        by_far = self.score(place) >= self.score(other) + BY_FAR and self.has_usual_name(place)
        alike = len(self.rows[place]) == len(self.rows[other])
        is_full = not alike or len(self.evidence(place)) >= len(self.evidence(other))
        return self.has_contrast(place) and ((is_apart and (is_told or not alike)) or by_far) and is_full

    def has_usual_name(self, place: int) -> bool:
        """Whether a cell of a row is a usual name of a column."""
        return any(likeness(cell.strip()) > 1 for cell in self.rows[place][:MOST_COLUMNS])

    def sure(self) -> list[int]:
        """Rows that could be the header by themselves, down to the first that is one of the table's own."""
        found = []
        for place in self.filled[:CANDIDATES]:
            if not self.is_whole(place):
                continue
            if self.looks_like_a_row(place):
                break
            if self.score(place) >= SURE and (place == self.filled[0] or self.has_contrast(place)):
                found.append(place)
        return found

    def has_contrast(self, place: int) -> bool:
        """Whether a row differs from three or more rows below it, not by its words alone."""
        return len(self.filled) - self.filled.index(place) > 3 and fmean(self.contrasts(place)) >= CONTRAST

    def contrasts(self, place: int) -> list[float]:
        """Evidence of each filled cell of a row by the values below it alone."""
        words = [likeness(cell.strip()) for cell in self.rows[place][:MOST_COLUMNS] if cell.strip()]
        return [found - word for found, word in zip(self.evidence(place), words, strict=True)]

    def looks_like_a_row(self, place: int) -> bool:
        """Whether a cell of this row is one of the values that come back below it."""
        return self.score(place) <= NOT and any(one <= NOT for one in self.evidence(place))


def with_second(table: Scores, place: int) -> Header:
    """The header at this row, with a second row of names above or below where there is one."""
    row, at = table.rows[place], table.filled.index(place)
    is_whole = all(cell.strip() for cell in row) and len(set(row)) == len(row)
    wide = (*row, *[""] * (table.width - len(row)))
    if ids := [
        one for one in (place + 1, place + 2) if one < len(table.rows) and any(map(is_import_id, table.rows[one]))
    ]:
        return Header(place, ids[0] - place + 1, wide)
    below = table.filled[at + 1] if at + 4 < len(table.filled) else place
    if below == place + 1 and list(table.rows[below]) != list(row) and could_be_second(table, below):
        if not is_whole or is_second(table, below):
            has_known = any(name_key(cell) in table.known for cell in table.rows[below])
            return Header(place, 2, wide if is_whole and not has_known else under(row, table.rows[below]))
        return Header(place, 1, wide, second=below)
    above = table.rows[place - 1] if place and is_filled(table.rows[place - 1]) else ()
    if not is_whole and sum(bool(cell.strip()) for cell in above) >= 2:
        return Header(place, 1, under(above, row))
    return Header(place, 1, wide)


def is_import_id(cell: str) -> bool:
    """Whether a cell is the id of a question, which Qualtrics writes below its name and its words."""
    return cell.startswith('{"ImportId"')


def could_be_second(table: Scores, place: int) -> bool:
    """Whether every cell of the row below a header speaks for its being one too."""
    found = table.evidence(place)
    is_full = (
        all(cell.strip() for cell in table.rows[place]) or min(table.contrasts(place), default=0.0) >= ABOVE_NUMBERS
    )
    return is_full and table.is_whole(place) and len(found) >= 2 and min(found) >= SURE and table.has_contrast(place)


def is_second(table: Scores, place: int) -> bool:
    """Whether half the cells of that row are types or usual names, or stand above many numbers: no value looks so."""
    cells = [cell.strip().casefold() for cell in table.rows[place] if cell.strip()]
    strong = [cell in TYPES or likeness(cell) > 1 for cell in cells]
    if len(table.filled) - table.filled.index(place) > ENOUGH_NUMBERS:
        strong = [one or found >= ABOVE_NUMBERS for one, found in zip(strong, table.contrasts(place), strict=False)]
    return 2 * sum(strong) >= len(strong)


def under(groups: Cells, row: Cells) -> tuple[str, ...]:
    """Names of two rows: the lower one's, with the group above where a name stands more than once or is missing."""
    times = Counter(row)
    names, group = [], ""
    for number, cell in enumerate(row):
        group = (groups[number].strip() if number < len(groups) else "") or group
        names.append(f"{group} {cell}".strip() if times[cell] > 1 or not cell.strip() else cell)
    return tuple(names)
