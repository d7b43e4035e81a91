"""Files of rows that a page asks about: read once a way, with the other ways to read them as choices, and answered."""

from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import streamlit as st

from core.data import ReadOptions, Table, read_apart
from dashboard.access.store import store
from dashboard.access.uploads import reading
from dashboard.answers.columns import free
from dashboard.answers.summary import summarised
from dashboard.faults import sentences
from dashboard.intake.arrivals import KINDS, max_mb
from dashboard.language.formats import count
from dashboard.language.words import tr
from dashboard.parts.reading import reading_label, sheet_chosen
from dashboard.predictor.answering import answer_all, hand_over, with_answers
from dashboard.predictor.ask import in_batches
from storage import Run


def file_for(run: Run) -> Any:
    """The file whose rows a run's model is to answer; None until one is uploaded."""
    return st.file_uploader(
        tr("CSV, TSV, JSON, JSONL, Parquet or Excel, up to {n} MB", n=max_mb(store())),
        type=KINDS,
        max_upload_size=max_mb(store()),
        key=f"predict-file-{run.id}",
    )


def answer_rows(run: Run, read: str, table: Table, asked: Callable[[], tuple[Sequence[str], Sequence[bool]]]) -> None:
    """A button that answers every row, then the answers: an overview, and a table to download.

    `read` names what is read of the table, so that answers to something else are not shown; `asked` gives the inputs,
    and of each whether there is nothing in it.
    """
    key = f"answers:{run.id}:{read}:{table.options.flags()}:{hash(run.decision)}"
    if st.button(tr("Answer {n} rows", n=count(len(table.frame))), type="primary", icon=":material/play_arrow:"):
        inputs, blank = asked()
        parts = answer_all(run, in_batches(inputs), len(inputs))
        st.session_state[key] = (with_answers(numbered_rows(table), parts), summarised(parts, blank)) if parts else None
    if found := st.session_state.get(key):
        hand_over(run, *found)


def as_wanted(upload: Any, options: ReadOptions) -> Table:
    """The rows of an uploaded file, with what was found in reading and the other ways to read it as choices."""
    ways = f"ways-{upload.file_id}"
    taken: ReadOptions | None = st.session_state.get(ways)
    table = _rows(upload.file_id, (taken or options).model_dump_json(), upload)
    for number, found in enumerate(table.findings):
        st.caption(f":material/info: {sentences(found.message, found.hint)}")
        for place, other in enumerate(() if found.sheets else found.readings):
            _way(reading_label(other, table.options), f"{ways}-{number}-{place}", ways, other)
    if (sheet := sheet_chosen(table.findings, f"{ways}-sheet")) is not None:
        _keep_way(ways, table.options.changed(sheet=sheet, skip_lines=None, header=None))
        st.rerun()
    if taken is not None:
        _way(tr("Read it as it was found"), f"{ways}-back", ways, None)
    return table


def _way(label: str, key: str, ways: str, options: ReadOptions | None) -> None:
    """Button that reads the file in another way."""
    icon = ":material/restart_alt:"
    st.button(label, key=key, type="tertiary", icon=icon, on_click=_keep_way, args=(ways, options))


def _keep_way(ways: str, options: ReadOptions | None) -> None:
    st.session_state[ways] = options


def numbered_rows(table: Table) -> pd.DataFrame:
    """The rows with the line of the file in which each begins before them."""
    frame = table.frame.copy()
    frame.insert(0, free(tr("line"), frame), table.lines)
    return frame


@st.cache_data(show_spinner=False, max_entries=4)
def _rows(file_id: str, options: str, _upload: Any) -> Table:  # noqa: ARG001  # it is the key
    """The rows of an uploaded file, blank lines between them too; read once a way."""
    with reading(), TemporaryDirectory(prefix="tuneboard-") as folder:  # nothing of it is kept
        path = Path(folder) / "upload"
        path.write_bytes(_upload.getvalue())
        return read_apart(path, _upload.name, ReadOptions.model_validate_json(options), numbered=True)
