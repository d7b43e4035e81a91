"""Records on the command line: one as JSON, or the rows of a file."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.config import ReadsTable
from core.data import ReadOptions, read_apart
from core.data.files.options import AS_FOUND
from core.errors import ConfigError
from core.inputs.table.asked import asked_cells
from core.inputs.table.tables import as_brought
from core.tasks import task_of
from dashboard.inputs.asked import AskedRows
from dashboard.language.words import listed, tr
from storage import Run


@contextmanager
def asked(
    run: Run, text: str | None, file: Path | None, _column: str | None, options: ReadOptions = AS_FOUND
) -> Iterator[AskedRows]:
    """Context in which the records can be read. Raises ConfigError unless exactly one of `text` and `file` is given."""
    if (text is None) == (file is None):
        raise ConfigError(
            "Say what to ask about.", 'Give either --file FILE, or --text with the values as JSON: {"age": 34}.'
        )
    settings = run.config.task
    assert isinstance(settings, ReadsTable)  # noqa: S101  # its task says that it reads tables
    if file is None:
        yield AskedRows(as_brought([task_of(run.config).inputs.sent(_record(text or ""), settings)]))
        return
    table = read_apart(file, file.name, options.changed(names=tuple(settings.columns)), numbered=True)
    found = asked_cells(table.frame, settings.columns)
    said = [f"{finding.message} {finding.hint}".strip() for finding in table.findings]
    if found.lacking:
        said.append(tr("The file has no column {names}; it counts as missing.", names=listed(found.lacking)))
    lines = () if table.lines is None else tuple(table.lines.tolist())
    yield AskedRows(as_brought(found.cells), notes=tuple(said), lines=lines)


def _record(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ConfigError("The record is no JSON object.", 'Write it as in {"age": 34, "place": "Lyon"}.')
    return {str(name): value for name, value in found.items() if not isinstance(value, dict | list)}
