"""Pictures on the command line: one file, a folder of them, a ZIP archive or Parquet."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.data import ReadOptions, Table, read_apart
from core.data.files.options import AS_FOUND
from core.data.pictures.archive import is_picture_name
from core.data.pictures.places import is_debris
from core.data.pictures.read import read_pictures_apart
from core.errors import ConfigError, DatasetError, UserError, did_you_mean
from core.inputs.base import Brought
from core.inputs.picture import shelf
from core.inputs.picture.columns import picture_columns
from core.tasks import input_columns
from dashboard.inputs.asked import AskedRows
from storage import Run

PACKED = {".zip", ".parquet"}


@contextmanager
def asked(
    run: Run, text: str | None, file: Path | None, column: str | None, _options: ReadOptions = AS_FOUND
) -> Iterator[AskedRows]:
    """Context in which the pictures can be read. Raises ConfigError without a file, DatasetError for a bad one."""
    if text is not None or file is None:
        raise ConfigError("This model reads pictures.", "Give --file: a picture, a folder of them, or a ZIP archive.")
    table = _table(file)
    name = _column(table, column, input_columns(run.config)[0], file)
    pictures = tuple(one if isinstance(one, str) else None for one in table.frame[name])
    files = table.frame["file"].astype(str) if "file" in table.frame else map(str, range(1, len(pictures) + 1))
    with shelf.holding(table.pictures):
        left_out = tuple(note for note in table.notes if note.startswith("Left out"))
        yield AskedRows(Brought(pictures, ("",) * len(pictures)), tuple(files), left_out)


def _table(file: Path) -> Table:
    if file.is_dir():
        return read_pictures_apart(_pictures_in(file))
    if not file.is_file():
        raise UserError(f"There is no file {file}.", "Is the path right?")
    if file.suffix.casefold() in PACKED:
        return read_apart(file, file.name)
    return read_pictures_apart([(file, file.name)])


def _pictures_in(folder: Path) -> list[tuple[Path, str]]:
    """Picture files of a folder, recursively, with their paths relative to it."""
    every = ((path, path.relative_to(folder).as_posix()) for path in sorted(folder.rglob("*")) if path.is_file())
    found = [(path, name) for path, name in every if is_picture_name(name) and not is_debris(name)]
    if not found:
        raise DatasetError(f"There is no picture in {folder}.", "PNG, JPEG, GIF, BMP, TIFF and WebP pictures are read.")
    return found


def _column(table: Table, column: str | None, usual: str, file: Path) -> str:
    columns = picture_columns(table.frame)
    if not columns or table.pictures is None:
        raise DatasetError(f"{file.name} holds no pictures.", "Give a picture, a folder of them, or a ZIP archive.")
    if column is not None and column not in columns:
        raise DatasetError(
            f"The column '{column}' of {file.name} holds no pictures.",
            did_you_mean(column, columns) or f"These do: {', '.join(columns)}.",
        )
    return column or (usual if usual in columns else columns[0])
