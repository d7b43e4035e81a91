"""Bottom-k sketches of test rows: which evaluations were made on the same rows, though datasets and runs go."""

from collections.abc import Collection

from pydantic import Field

from core.config import Frozen

KEPT = 64


class RowSketch(Frozen):
    """Bottom-k sketch of a set of rows (Cohen and Kaplan 2007): how many there are, and their smallest hashes."""

    rows: int = Field(ge=0)
    smallest: tuple[str, ...]

    @classmethod
    def of(cls, hashes: Collection[str]) -> "RowSketch":
        """Sketch of rows by their hashes; equal ones count once."""
        distinct = set(hashes)
        return cls(rows=len(distinct), smallest=tuple(sorted(distinct)[:KEPT]))

    def overlap(self, other: "RowSketch") -> float:
        """Overlap coefficient: the share of the smaller set that is in the larger, exact up to KEPT rows."""
        smaller = min(self.rows, other.rows)
        if not smaller:
            return 0.0
        mine, theirs = set(self.smallest), set(other.smallest)
        if mine.isdisjoint(theirs):
            return 0.0
        union = sorted(mine | theirs)[:KEPT]
        jaccard = sum(one in mine and one in theirs for one in union) / len(union)
        return min(1.0, jaccard / (1 + jaccard) * (self.rows + other.rows) / smaller)
