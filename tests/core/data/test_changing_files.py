"""A file that somebody still writes to, replaces or removes while it is read: said, and nothing of it is kept."""

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from core.data import read_apart
from core.data.files.read_apart import unchanged
from core.errors import DatasetError, ModelError
from core.models import add_local
from tests.tiny import make_tiny

ROWS = "text,label\n" + "".join(f"row {n},{'ab'[n % 2]}\n" for n in range(200))


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "rows.csv"
    path.write_text(ROWS)
    return path


def test_a_file_that_is_written_to_while_the_sandbox_reads_it_is_refused(rows: Path) -> None:
    over = threading.Event()

    def write() -> None:
        with rows.open("a") as file:
            while not over.wait(0.01):
                file.write("one more,a\n")
                file.flush()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        with pytest.raises(DatasetError, match="rows.csv changed while it was read"):
            read_apart(rows, "rows.csv")
    finally:
        over.set()
        writer.join()


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_text("text,label\n"),
        lambda path: path.unlink(),
        lambda path: (path.with_name("new.csv").write_text(ROWS), path.with_name("new.csv").replace(path)),
    ],
    ids=["cut", "removed", "replaced"],
)
@pytest.mark.parametrize("breaks", [False, True])
def test_cut_removed_or_replaced_it_is_said_whatever_the_reader_made_of_it(
    rows: Path, change: Callable[[Path], object], breaks: bool
) -> None:
    with pytest.raises(DatasetError, match="changed while"), unchanged(rows, "rows.csv"):  # noqa: PT012
        change(rows)
        if breaks:
            raise DatasetError("Line 3 has 1 cell, and the others have 2.")


def test_a_fault_of_a_file_that_stood_still_is_the_files_own(rows: Path) -> None:
    with pytest.raises(DatasetError, match="Line 3"), unchanged(rows, "rows.csv"):
        raise DatasetError("Line 3 has 1 cell, and the others have 2.")


def test_a_models_folder_that_is_written_to_while_it_is_copied_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real copy, and behind it somebody else's writing to the same file."""
    source, copy = tmp_path / "source", shutil.copyfile
    make_tiny(source, tmp_path / "models")

    def copied(one: Path, to: Path, **more: bool) -> Path:
        copy(one, to, **more)
        os.utime(one, (0, 0))
        return to

    monkeypatch.setattr(shutil, "copyfile", copied)
    with pytest.raises(ModelError, match="changed while it was read"):
        add_local(source, "again", tmp_path / "models")
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["local--tiny"]
