"""Predictions for pictures: an upload, a photograph, the run's own test rows, or many at once.

An upload is decoded in a sandbox before anything here looks at it; nothing of it is kept.
"""

import html
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import streamlit as st

from core.data import Table, read_apart
from core.data.pictures.archive import is_picture_name
from core.data.pictures.pack import REFERENCE, PictureFile
from core.data.pictures.read import read_pictures_apart
from core.data.pictures.sent import Sent, read_sent
from core.errors import DatasetError, UserError
from core.inputs.picture.brought import MAX_BYTES, as_cell
from core.inputs.picture.columns import measure_columns, picture_columns
from core.tasks import input_columns
from dashboard.access.store import store
from dashboard.access.uploads import reading
from dashboard.answers.summary import summarised
from dashboard.faults import show_error
from dashboard.inputs.picture.examples import examples_of
from dashboard.inputs.picture.gallery import Tile, gallery
from dashboard.inputs.picture.thumbnails import as_uri, pictures_of, small, thumbnails
from dashboard.intake.arrivals import PICTURES, max_mb
from dashboard.language.engine import said
from dashboard.language.formats import count, share
from dashboard.language.plain import plain, shortened
from dashboard.language.words import joined, tr
from dashboard.predictor.answering import answer, answer_all, hand_over, with_answers
from storage import Run

UPLOAD, CAMERA = "upload", "camera"
SIDE = 320
EXAMPLE_WIDTH = 78
"""Width of an example, in pixels."""
BATCH_ROWS, BATCH_BYTES = 256, 12_000_000
"""Batch size: the most pictures, and bytes of them, in one request to the predictor."""
SHOWN = 48


def titles() -> tuple[str, str]:
    """Titles of the two tabs: one row, and many."""
    return tr("One picture"), tr("Many pictures")


def one(run: Run) -> tuple[str, Any]:
    """A picture and the replies to it, shown; None for the replies where there are none yet."""
    asked, answered = st.columns(2, gap="large")
    key = f"picture-{run.id}"
    with asked:
        cell, thumbnail = _chosen(run, key)
        _examples(run, key)
    with answered:
        if not cell:
            st.caption(tr("The answer appears here."))
            return "", None
        words = html.escape(tr("The picture that was asked about"))
        st.html(f'<img class="asked" src="{html.escape(thumbnail)}" alt="{words}">')
        return cell, answer(run, cell)


def _chosen(run: Run, key: str) -> tuple[str, str]:
    """Input cell and thumbnail of the picture that was uploaded, taken or chosen last; both empty for none."""
    brought, taken = _uploaded(key)
    picked = st.session_state.get(key)
    if picked and REFERENCE.fullmatch(picked):
        content = _own(run, picked)
        return (picked, as_uri(small(content, SIDE))) if content else ("", "")
    file = taken if picked == CAMERA else brought
    if file is None:
        return "", ""
    try:
        found = _clean(file.file_id, file)
    except UserError as error:
        show_error(error)
        return "", ""
    if found.problem:
        st.error(said(found.problem), icon=":material/error:")
        return "", ""
    return as_cell(found.content), as_uri(small(found.content, SIDE))


def _uploaded(key: str) -> tuple[Any, Any]:
    """Upload and photograph, None where there is none."""
    brought = st.file_uploader(
        tr("Drop a picture, up to {n} MB", n=MAX_BYTES // 1024**2),
        type=PICTURES,
        max_upload_size=MAX_BYTES // 1024**2,
        key=f"{key}:{UPLOAD}",
        on_change=_pick,
        args=(key, UPLOAD),
    )
    if not st.toggle(tr("Use the camera"), key=f"{key}:on"):
        return brought, None
    taken = st.camera_input(tr("Take a picture"), key=f"{key}:{CAMERA}", on_change=_pick, args=(key, CAMERA))
    return brought, taken


def _pick(key: str, what: str) -> None:
    st.session_state[key] = what


def _own(run: Run, picture: str) -> bytes | None:
    pictures = pictures_of(run.dataset_id)
    return pictures.read(picture) if pictures and picture in pictures else None


def _examples(run: Run, key: str) -> None:
    """Test pictures of the run, one button each."""
    found = examples_of(run)
    if not found:
        return
    st.caption(tr("Or one that it has never seen:"))
    shown = thumbnails(run.dataset_id, [example.picture for example in found])
    with st.container(horizontal=True, gap="small"):
        for example, thumbnail in zip(found, shown, strict=True):
            with st.container(width=EXAMPLE_WIDTH, gap="xxsmall"):
                gallery([Tile(thumbnail, alt=example.answer)], small=True)
                st.button(
                    plain(shortened(example.answer, 14)),
                    key=f"example-{run.id}-{example.picture}",
                    help=tr("A person says: {answer}", answer=plain(example.answer))
                    + (f" ({plain(example.note)})" if example.note else ""),
                    on_click=_pick,
                    args=(key, example.picture),
                    type="tertiary",
                )


@st.cache_data(show_spinner=False, max_entries=20, ttl="10m")
def _clean(file_id: str, _file: Any) -> Sent:  # noqa: ARG001  # it is the key
    """Uploaded picture, validated and re-encoded."""
    with reading():
        return read_sent([_file.getvalue()])[0]


def many(run: Run) -> None:
    """Batch prediction: several pictures or an archive of them, an answer for each, and a table to download."""
    uploads = st.file_uploader(
        tr("Several pictures, a ZIP archive or Parquet, up to {n} MB together", n=max_mb(store())),
        type=[*PICTURES, "zip", "parquet"],
        max_upload_size=max_mb(store()),
        accept_multiple_files=True,
        key=f"predict-pictures-{run.id}",
    )
    if not uploads:
        return
    named = tuple(one.file_id for one in uploads)
    try:
        table = _read(named, uploads)
    except UserError as error:
        show_error(error)
        return
    st.caption(plain(joined(map(said, table.notes))))
    column = _column(run, table.frame)
    key = f"answers:{run.id}:{hash(named)}:{column}:{hash(run.decision)}"
    rows = len(table.frame)
    if st.button(tr("Answer {n} pictures", n=count(rows)), type="primary", icon=":material/play_arrow:"):
        pictures = table.frame[column].fillna("").astype(str).tolist()
        assert table.pictures is not None  # noqa: S101  # `_read` looked
        parts = answer_all(run, in_batches(pictures, table.pictures), rows)
        blank = [not picture for picture in pictures]
        answered = with_answers(_beside(table.frame), parts) if parts else None
        st.session_state[key] = (answered, summarised(parts, blank)) if parts else None
    if found := st.session_state.get(key):
        _gallery(table, column, found[0])
        hand_over(run, *found)


def _column(run: Run, frame: pd.DataFrame) -> str:
    """The column with the pictures; asked for where there are several."""
    columns, usual = picture_columns(frame), input_columns(run.config)[0]
    if len(columns) == 1:
        return columns[0]
    return st.selectbox(
        tr("Which column holds the pictures?"), columns, index=columns.index(usual) if usual in columns else 0
    )


@st.cache_resource(show_spinner=False, max_entries=4, ttl="30m")
def _read(named: tuple[str, ...], _uploads: Sequence[Any]) -> Table:  # noqa: ARG001  # they are the key
    """The pictures of uploaded files; read once, and let go after a while. Raises DatasetError."""
    with reading(), TemporaryDirectory(prefix="tuneboard-") as folder:
        files = []
        for number, upload in enumerate(_uploads):
            path = Path(folder) / str(number)
            path.write_bytes(upload.getvalue())
            files.append((path, upload.name))
        if all(is_picture_name(name) for _, name in files):
            return read_pictures_apart(files)
        if len(files) > 1:
            raise DatasetError(
                f"These are {len(files)} files, and not all are pictures.", "Bring pictures, or one archive of them."
            )
        table = read_apart(*files[0])
    if table.pictures is None:
        raise DatasetError(f"{files[0][1]} holds no pictures.", "Bring pictures, or an archive of them.")
    return table


def in_batches(pictures: Sequence[str], known: PictureFile) -> Iterator[list[str]]:
    """Batches of pictures' input cells, each small enough for one request."""
    batch: list[str] = []
    size = 0
    for picture in pictures:
        cell = as_cell(known.read(picture)) if picture else ""
        if batch and (len(batch) == BATCH_ROWS or size + len(cell) > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(cell)
        size += len(cell)
    if batch:
        yield batch


def _beside(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns beside the answers: names and what else the files say, without pictures and what was measured."""
    measures = measure_columns(frame).values()
    return frame.drop(columns=[*picture_columns(frame), *measures])


def _gallery(table: Table, column: str, answered: pd.DataFrame) -> None:
    """The first pictures, each with its answer."""
    added = [name for name in answered.columns if name not in table.frame.columns][:2]
    some = answered.head(SHOWN)
    assert table.pictures is not None  # noqa: S101  # `_read` looked
    found = [as_uri(small(table.pictures.read(one))) if one else "" for one in table.frame[column].head(len(some))]
    lines = [[_said(name, value) for name, value in row.items()] for row in some[added].to_dict("records")]
    gallery([Tile(one, tuple(line)) for one, line in zip(found, lines, strict=True)])
    if len(answered) > SHOWN:
        st.caption(tr("{n} of {rows} are shown.", n=count(SHOWN), rows=count(len(answered))))


def _said(name: object, value: object) -> str:
    return share(value) if isinstance(value, float) and str(name).startswith(tr("probability")) else str(value)
