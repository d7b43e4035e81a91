"""Parquet files of rows with pictures: frames hold references, bytes are read when asked for. Knows no task.

A column of type struct<bytes, path> (the Hub's layout) is a column of pictures; `path` is the picture's reference:
the SHA-256 of its bytes and its suffix, so that equal pictures have equal references. Such a column appears in a frame
as text, and `Pictures` gives the bytes. Any other file is read as pandas reads it. See
docs/adr/0020-pictures-in-parquet.md.
"""

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

PICTURE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
REFERENCE = re.compile(r"[0-9a-f]{64}\.(png|jpg)")
MEDIA_TYPES = {"png": "image/png", "jpg": "image/jpeg"}
GROUP_BYTES, GROUP_ROWS = 4_000_000, 4_096
"""Row group size, in bytes of pictures or in rows: what is read at least to see one picture."""
HELD_GROUPS = 4


def reference(content: bytes, suffix: str) -> str:
    """Reference to a picture, by which a frame holds it: the SHA-256 of its bytes and its suffix."""
    return f"{hashlib.sha256(content).hexdigest()}.{suffix}"


def media_type(picture: str) -> str:
    """MIME type of a picture: 'image/png' or 'image/jpeg'."""
    return MEDIA_TYPES[picture.rsplit(".", 1)[-1]]


def is_picture_type(kind: pa.DataType) -> bool:
    """Whether a column of this type is one of pictures."""
    names = {field.name for field in kind} if pa.types.is_struct(kind) else set()
    return names == {"bytes", "path"} and pa.types.is_binary(kind.field("bytes").type)


def picture_columns(schema: pa.Schema) -> tuple[str, ...]:
    """The names of the columns of pictures."""
    return tuple(field.name for field in schema if is_picture_type(field.type))


def has_pictures(path: Path) -> bool:
    """Whether a Parquet file has a column of pictures."""
    return bool(picture_columns(pq.read_schema(path)))


def read_frame(path: Path) -> pd.DataFrame:
    """All rows; pictures by reference."""
    with pq.ParquetFile(path) as file:
        if not picture_columns(file.schema_arrow):
            frame: pd.DataFrame = pd.read_parquet(path)
            return frame
        light: pd.DataFrame = _light(file.read(columns=_leaves(file.schema_arrow)), file.schema_arrow).to_pandas()
        return light


def read_head(path: Path, rows: int) -> pd.DataFrame:
    """The first rows, without reading the rest; pictures by reference."""
    with pq.ParquetFile(path) as file:
        first = next(file.iter_batches(batch_size=rows, columns=_leaves(file.schema_arrow)), None)
        table = pa.Table.from_batches([first]) if first else file.schema_arrow.empty_table()
        head: pd.DataFrame = _light(table, file.schema_arrow).to_pandas()
        return head


def _leaves(schema: pa.Schema) -> list[str]:
    pictures = picture_columns(schema)
    return [f"{name}.path" if name in pictures else name for name in schema.names]


def _light(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table with references in place of pictures."""
    for name in picture_columns(schema):
        place = table.schema.get_field_index(name)
        chunks = [chunk.field("path") for chunk in table.column(place).chunks]
        table = table.set_column(place, name, pa.chunked_array(chunks, pa.string()))
    return table


class PictureFile:
    """The pictures of a Parquet file, by reference. Opens no more than a few row groups at a time; safe for threads.

    `held` is kept for as long as this object, such as a temporary folder in which the file lies.
    """

    def __init__(self, path: Path, held: object = None) -> None:
        self.path = path
        self._held = held
        self._file = pq.ParquetFile(path, memory_map=True)
        self.columns = picture_columns(self._file.schema_arrow)
        metadata = self._file.metadata
        rows = [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)]
        self._starts = np.concatenate([[0], np.cumsum(rows)]).astype(int)
        self._places = self._found()
        self._groups: OrderedDict[tuple[str, int], pa.Array] = OrderedDict()
        self._lock = threading.Lock()

    def _found(self) -> dict[str, tuple[str, int]]:
        places: dict[str, tuple[str, int]] = {}
        for name in self.columns:
            for row, cell in enumerate(self._file.read(columns=[f"{name}.path"]).column(0).to_pylist()):
                if cell and cell["path"]:
                    places.setdefault(cell["path"], (name, row))
        return places

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, picture: object) -> bool:
        return picture in self._places

    def read(self, picture: str) -> bytes:
        """The file of one picture, PNG or JPEG. Raises KeyError for a reference that is not here."""
        name, row = self._places[picture]
        with self._lock:
            group = int(np.searchsorted(self._starts, row, side="right")) - 1
            content: bytes = self._group(name, group)[row - int(self._starts[group])].as_py()
        return content

    def each(self, pictures: Iterable[str]) -> Iterator[bytes]:
        """The files of these pictures, in this order; quickest in the order in which they stand in the file."""
        return map(self.read, pictures)

    def in_order(self, pictures: Sequence[str]) -> list[int]:
        """The positions of these references, in the order in which the pictures stand in the file."""
        return sorted(range(len(pictures)), key=lambda position: self._places[pictures[position]])

    def _group(self, name: str, group: int) -> pa.Array:
        if (name, group) in self._groups:
            self._groups.move_to_end((name, group))
        else:
            column = self._file.read_row_group(group, columns=[f"{name}.bytes"]).column(0).combine_chunks()
            self._groups[name, group] = column.field("bytes") if pa.types.is_struct(column.type) else column
            while len(self._groups) > HELD_GROUPS:
                self._groups.popitem(last=False)
        return self._groups[name, group]


def write_table(table: pa.Table, path: Path, pictures: PictureFile | None = None) -> None:
    """Keeps rows as Parquet; text columns named in `pictures.columns` get their pictures. Equal rows give equal files.

    Raises KeyError for a reference that `pictures` does not have.
    """
    named = [name for name in table.column_names if pictures and name in pictures.columns]
    if not pictures or not named:
        pq.write_table(table, path, compression="zstd")
        return
    with Packer(path) as packer:
        for batch in table.to_batches(max_chunksize=256):
            columns = dict(zip(batch.schema.names, batch.columns, strict=True))
            for name in named:
                wanted = columns[name].to_pylist()
                found = [None if one is None else {"bytes": pictures.read(one), "path": one} for one in wanted]
                columns[name] = pa.array(found, PICTURE)
            packer.add(pa.table(columns))


class Packer:
    """Streaming writer of a Parquet file: rows with pictures come in pieces, row groups stay small."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.Table] = []
        self._bytes = 0
        self.rows = 0

    def __enter__(self) -> "Packer":
        return self

    def __exit__(self, *_: object) -> None:
        self._flush()
        if self._writer:
            self._writer.close()

    def add(self, table: pa.Table) -> None:
        """Appends rows, with the columns of those before."""
        for start in range(0, len(table), 64):
            piece = table.slice(start, 64)
            self._waiting.append(piece)
            self._bytes += piece.nbytes
            self.rows += len(piece)
            if self._bytes >= GROUP_BYTES or sum(map(len, self._waiting)) >= GROUP_ROWS:
                self._flush()

    def _flush(self) -> None:
        if not self._waiting:
            return
        table = pa.concat_tables(self._waiting)
        if self._writer is None:
            heavy = {f"{name}.bytes" for name in picture_columns(table.schema)}
            leaves = [
                leaf
                for field in table.schema
                for leaf in (
                    [f"{field.name}.bytes", f"{field.name}.path"] if is_picture_type(field.type) else [field.name]
                )
            ]
            self._writer = pq.ParquetWriter(
                self._path,
                table.schema,
                compression={leaf: "NONE" if leaf in heavy else "zstd" for leaf in leaves},
                use_dictionary=[leaf for leaf in leaves if leaf not in heavy and not leaf.endswith(".path")],
                write_statistics=False,
            )
        self._writer.write_table(table, row_group_size=GROUP_ROWS)
        self._waiting, self._bytes = [], 0
