"""Proof of rows before they are kept: what is run over stored rows runs once, in the sandbox."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pyarrow as pa
import sklearn.feature_extraction.text  # noqa: F401  # each sandbox that is forked would load it anew

from core.config import make_config
from core.data.checks.suggest import Suggestion, suggest
from core.data.files.read_apart import write_rows
from core.data.pictures.pack import read_frame, read_head, write_table
from core.data.rows.identity import row_ids
from core.data.rows.stored import as_arrow
from core.errors import UserError
from core.preparation.check import check
from core.preparation.prepare import prepare
from core.tasks import TASKS, fitting, inputs_suggested, suggested_settings

FIRST, LAST = 1_000, 500
"""Rows from each end of the file that are tried; the readers hold every row to the same few types."""
_READY = [(task.inputs, task.targets) for task in TASKS.values()]
"""Loaded before a sandbox is forked, which would load them anew."""


def write_proven_rows(rows: str, pictures: str, **request: Any) -> dict[str, Any]:
    """As `write_rows`, and then `prove` on rows of both ends. Runs in the sandbox."""
    told = write_rows(rows=rows, pictures=pictures, **request)
    if Path(pictures).exists():
        prove(read_head(Path(pictures), FIRST))
        return told
    with pa.memory_map(rows) as file:
        table = pa.ipc.open_file(file).read_all()
        ends = [table.slice(0, FIRST), table.slice(max(FIRST, len(table) - LAST))]
        prove(pa.concat_tables(ends).to_pandas())
    return told


def prove(frame: pd.DataFrame) -> None:
    """Stores the rows and reads them again, infers roles, checks, splits and shows them: an error is the caller's.

    Rows that nothing can be learned from pass: why not is a finding.
    """
    with TemporaryDirectory() as folder:
        write_table(as_arrow(frame), Path(folder) / "rows.parquet")
        kept = read_frame(Path(folder) / "rows.parquet")
    row_ids(kept)
    pa.Table.from_pandas(kept)
    suggested = suggest(kept)
    inputs_suggested(kept, suggested)
    for settings in _settings(kept, suggested):
        with suppress(UserError):
            config = make_config(**settings)
            check(kept, config)
            prepare(kept, config)


def _settings(frame: pd.DataFrame, suggested: Suggestion) -> Iterator[dict[str, Any]]:
    """Settings of a run on these rows, one for each way to split them."""
    if suggested.target is None:
        return
    fitting(frame, suggested, suggested.target)
    columns = suggested_settings(frame, suggested)
    yield columns
    for way, column in (("time", suggested.time), ("group", suggested.group), ("given", suggested.split)):
        if column is not None:
            yield {**columns, "split.by": way, "split.column": column}
