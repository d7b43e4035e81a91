"""Texts on the command line: one as an argument, or a column of a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.data import read_apart
from core.errors import ConfigError, DatasetError, did_you_mean
from core.inputs.base import Brought
from core.tasks import input_column
from dashboard.inputs.asked import AskedRows
from storage import Run


@contextmanager
def asked(run: Run, text: str | None, file: Path | None, column: str | None) -> Iterator[AskedRows]:
    """Context in which the texts can be read. Raises ConfigError unless exactly one of `text` and `file` is given."""
    if (text is None) == (file is None):
        raise ConfigError("Say what to ask about.", "Give either --text TEXT or --file FILE.")
    texts = [str(text)] if file is None else _texts(file, column or input_column(run.config))
    yield AskedRows(Brought(tuple(texts), ("",) * len(texts)))


def _texts(file: Path, column: str) -> list[str]:
    frame = read_apart(file, file.name).frame
    if column not in frame and len(frame.columns) == 1:
        column = str(frame.columns[0])
    if column not in frame:
        columns = ", ".join(map(str, frame.columns))
        raise DatasetError(
            f"The column '{column}' is not in {file.name}. Its columns are: {columns}.",
            did_you_mean(column, map(str, frame.columns)) or "Name the text column with --column.",
        )
    return [str(value) for value in frame[column].fillna("")]
