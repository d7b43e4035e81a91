"""Texts on the command line: one as an argument, or a column of a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.data import ReadOptions, Table, read_apart
from core.data.files.name_keys import same_name
from core.data.files.options import AS_FOUND
from core.data.rows.values import cells
from core.errors import ConfigError, DatasetError, did_you_mean
from core.inputs.text.texts import as_brought
from core.tasks import input_columns
from dashboard.inputs.asked import AskedRows
from storage import Run


@contextmanager
def asked(
    run: Run, text: str | None, file: Path | None, column: str | None, options: ReadOptions = AS_FOUND
) -> Iterator[AskedRows]:
    """Context in which the texts can be read. Raises ConfigError unless exactly one of `text` and `file` is given."""
    if (text is None) == (file is None):
        raise ConfigError("Say what to ask about.", "Give either --text TEXT or --file FILE.")
    yield (
        AskedRows(as_brought([text])) if file is None else _rows(file, column or input_columns(run.config)[0], options)
    )


def _rows(file: Path, column: str, options: ReadOptions) -> AskedRows:
    """The texts of a file, each with its line; blank lines between them are texts with nothing in them."""
    table = read_apart(file, file.name, options.changed(names=(column,)), numbered=True)
    texts = cells(table.frame[_column(table, column, file.name)])
    said = tuple(f"{finding.message} {finding.hint}".strip() for finding in table.findings)
    lines = () if table.lines is None else tuple(table.lines.tolist())
    return AskedRows(as_brought(texts), notes=said, lines=lines)


def _column(table: Table, column: str, file: str) -> str:
    names = [str(name) for name in table.frame.columns]
    found = same_name(column, names) or (names[0] if len(names) == 1 else None)
    if found is None:
        raise DatasetError(
            f"The column '{column}' is not in {file}. Its columns are: {', '.join(names)}.",
            did_you_mean(column, names) or "Name the text column with --column.",
        )
    return found
