"""Detection of a lost database: a home that holds files of datasets or runs, and no row that names them."""

from pathlib import Path

from storage.database import DATABASE_FILE
from storage.files import ARRIVING, LEFT
from storage.troubles import Damaged

REMEDY = (
    "Stop Tuneboard and say: tuneboard rescue. Or put a backup into a new folder: tuneboard restore FILE --home NEW."
)


def has_content(home: Path) -> bool:
    """Whether the home holds a whole file of a dataset, or a run's folder of results."""
    files = (path for path in (home / "files").glob("??/*") if not path.name.startswith((LEFT, ARRIVING)))
    return next(files, None) is not None or next((home / "runs").glob("*/work/bundle/run.json"), None) is not None


def refuse_lost(home: Path) -> None:
    """Raises Damaged where the SQLite database is missing or has no bytes, and the home has content."""
    database = home / DATABASE_FILE
    if (not database.is_file() or not database.stat().st_size) and has_content(home):
        raise lost(home, "empty" if database.is_file() else "missing")


def lost(home: Path, how: str) -> Damaged:
    """The error: how the database was found."""
    return Damaged(f"The database in {home} is {how}, though datasets or runs are kept there.", REMEDY)
