"""Base class of a search's question, which is all that store, queue and worker know of a search."""

from pathlib import Path
from typing import Any, ClassVar

from core.config import Versioned


class SearchQuestion(Versioned):
    """One question that many small runs answer together. `search` is the name of its kind in SEARCHES."""

    place: ClassVar[str] = "points"
    """The folder below a search's work folder that holds what it has found, a Parquet file each: these are carried to
    wherever the search goes on or is read."""

    search: str

    def read(self, place: Path) -> tuple[Any, ...]:
        """Reads the results so far from `place`; none before there are any."""
        raise NotImplementedError(place)
