"""Intake of pictures: archives, Parquet files and loose files become one Parquet file of proven pictures.

Runs in the sandbox, one picture at a time; what it writes is read by `core.data.pictures.pack`.
"""

import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.files.names import free_name, tidy_names
from core.data.files.parquet import class_names, frame_of, named, refuse_empty, refuse_large
from core.data.pictures.archive import MAX_PICTURES, members_of
from core.data.pictures.named import joined_tables
from core.data.pictures.pack import PICTURE, Packer, reference
from core.data.pictures.picture import CHANGES, BadPicture, Picture, read_picture
from core.data.pictures.places import placed
from core.data.sentences import counted, quoted
from core.errors import DatasetError

MOST_PIXELS = 6_000_000_000
"""In all pictures of a file together: about a minute of decoding."""
AT_ONCE = 64
MEASURES: dict[str, pa.DataType] = {
    "width": pa.int64(),
    "height": pa.int64(),
    "brightness": pa.float64(),
    "contrast": pa.float64(),
    "size_kb": pa.float64(),
    "perceptual_hash": pa.string(),
}
"""Columns of measures, taken of each picture and kept beside it."""
HEADS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF")
"""Magic bytes with which files of pictures begin."""

Content = Callable[[], bytes]


class Packing:
    """Conversion of pictures into a Parquet file, and what there is to say of them."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.changes: dict[str, int] = {}
        self.refused: dict[str, list[str]] = {}
        self.pixels = 0

    def pack(
        self, frame: pd.DataFrame, names: Sequence[str], contents: Iterator[Content], into: Path, column: str
    ) -> int:
        """Writes the rows whose picture is sound; returns how many. `contents` has one entry a row."""
        light = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
        measures = {name: free_name(name, {column, *frame.columns}) for name in MEASURES}
        with Packer(into) as packer:
            for start in range(0, len(frame), AT_ONCE):
                some = range(start, min(start + AT_ONCE, len(frame)))
                good = [(row, one) for row in some if (one := self.sound(names[row], next(contents)))]
                if good:
                    rows = light.take([row for row, _ in good])
                    packer.add(table_of([one for _, one in good], rows, column, measures))
        return packer.rows

    def sound(self, name: str, content: Content) -> Picture | None:
        """The picture, or None where it cannot be used, which is noted. Raises DatasetError for too much work."""
        try:
            picture = read_picture(content())
        except BadPicture as error:
            self.refused.setdefault(str(error), []).append(name)
            return None
        for change in picture.changes:
            self.changes[change] = self.changes.get(change, 0) + 1
        self.pixels += picture.width * picture.height
        if self.pixels > MOST_PIXELS:
            raise DatasetError(
                f"The pictures in {self.file} have more than {MOST_PIXELS // 1_000_000:,} million pixels together.",
                "Keep fewer pictures, or shrink them first: 512 pixels at the longest side are used.",
            )
        return picture

    def notes(self, rows: int) -> list[str]:
        """Notes on what was done to pictures and which were left out. Raises DatasetError where none is left."""
        if not rows:
            raise self.nothing()
        said = [f"Read {counted(rows, 'picture')}."]
        for change, words in CHANGES.items():
            if number := self.changes.get(change, 0):
                said.append(f"{counted(number, 'picture')} {words[number > 1]}.")
        for reason, names in self.refused.items():
            said.append(f"Left out {counted(len(names), 'file')}: {examples(reason, names)}.")
        return said

    def nothing(self) -> DatasetError:
        """The error for a file without one sound picture."""
        reasons = "; ".join(examples(reason, names) for reason, names in list(self.refused.items())[:3])
        return DatasetError(
            f"{self.file} holds no picture that can be used{': ' if reasons else ''}{reasons}.",
            "PNG, JPEG, GIF, BMP, TIFF and WebP pictures are read.",
        )


def examples(reason: str, names: Sequence[str]) -> str:
    """Phrase such as "'a.png' is a link", "'a.png', 'b.png' and 7 more: each is a link"."""
    return f"{quoted(names)} {reason}" if len(names) == 1 else f"{quoted(names, 3)}: each {reason}"


def table_of(pictures: list[Picture], rows: pa.Table, column: str, measures: dict[str, str]) -> pa.Table:
    """The rows with their pictures before them and what was measured behind them."""
    cells = [{"bytes": one.content, "path": reference(one.content, one.suffix)} for one in pictures]
    columns: dict[str, pa.Array] = {column: pa.array(cells, PICTURE)}
    columns |= {name: rows.column(name) for name in rows.column_names}
    sizes = [round(len(one.content) / 1024, 2) for one in pictures]
    for measure, name in measures.items():
        values = sizes if measure == "size_kb" else [getattr(one, measure) for one in pictures]
        columns[name] = pa.array(values, MEASURES[measure])
    return pa.table(columns)


def from_zip(path: Path, file: str, into: Path) -> list[str]:
    """Pictures out of a ZIP archive: classes by folder, or rows of a table that names them. Returns notes."""
    with zipfile.ZipFile(path) as archive:
        members = members_of(archive, file)
        packing = Packing(file)
        packing.refused |= members.refused
        if not members.pictures:
            raise packing.nothing()
        names = sorted(members.pictures)
        notes: list[str] = []
        frame = placed(names)
        if found := joined_tables(members.tables, names):
            places = frame.set_index("file")
            frame, rows_of, notes = found
            unnamed = sorted(set(names) - set(rows_of))
            names = rows_of
            if "part" in places and "part" not in frame:
                frame["part"] = places["part"].loc[names].to_numpy()
            if unnamed:
                notes.append(f"Left out {counted(len(unnamed), 'picture')} that no row names: {quoted(unnamed, 3)}.")
        elif members.tables:
            members.others += members.tables
        if members.others:
            others = members.others
            notes.append(f"Left out {counted(len(others), 'file')} of another kind: {quoted(others, 3)}.")
        contents = (members.pictures[name] for name in names)
        rows = packing.pack(frame, names, contents, into, free_name("picture", frame.columns))
    return ["Read as a ZIP archive of pictures.", *packing.notes(rows), *notes]


def from_files(files: Sequence[tuple[Path, str]], into: Path) -> list[str]:
    """Several files of one picture each, with the names that their owner gave them. Returns notes."""
    if len(files) > MAX_PICTURES:
        raise DatasetError(f"These are {len(files):,} files; the limit is {MAX_PICTURES:,} pictures.", "Take fewer.")
    names = [name.replace("\\", "/").removeprefix("./") for _, name in files]
    packing = Packing(names[0] if len(names) == 1 else counted(len(names), "file"))
    contents = (path.read_bytes for path, _ in files)
    rows = packing.pack(placed(names), names, contents, into, "picture")
    return packing.notes(rows)


def picture_column(path: Path) -> str | None:
    """The first column of a Parquet file that holds pictures, in the Hub's layout or as plain bytes."""
    try:
        with pq.ParquetFile(path) as opened:
            for field in opened.schema_arrow:
                leaf = leaf_of(field)
                if leaf and begins_like_a_picture(opened, leaf):
                    return str(field.name)
    except (pa.ArrowException, OSError, UnicodeDecodeError, OverflowError):
        return None
    return None


def leaf_of(field: pa.Field) -> str | None:
    """The name of the bytes in a column, where it has any."""
    if pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type):
        return str(field.name)
    if pa.types.is_struct(field.type) and field.type.get_field_index("bytes") >= 0:
        inner = field.type.field("bytes").type
        return f"{field.name}.bytes" if pa.types.is_binary(inner) or pa.types.is_large_binary(inner) else None
    return None


def begins_like_a_picture(opened: Any, leaf: str) -> bool:
    """Whether one of the first cells with bytes is a picture."""
    for batch in opened.iter_batches(batch_size=AT_ONCE, columns=[leaf]):
        heads = [cell[:12] for cell in bytes_of(batch.column(0)).to_pylist() if cell]
        if heads:
            return any(head.startswith(HEADS) or b"ftyp" in head for head in heads)
    return False


def bytes_of(cells: Any) -> Any:
    """The bytes of a column of pictures."""
    return cells.field("bytes") if pa.types.is_struct(cells.type) else cells


def from_parquet(path: Path, file: str, column: str, into: Path) -> list[str]:
    """Pictures out of a Parquet file, with its other columns. Returns notes."""
    with pq.ParquetFile(path) as opened:
        refuse_large(opened.metadata, file)
        refuse_empty(opened, file)
        if opened.metadata.num_rows > MAX_PICTURES:
            raise DatasetError(
                f"{file} has {opened.metadata.num_rows:,} rows; the limit is {MAX_PICTURES:,} pictures.",
                "Keep fewer of them.",
            )
        schema = opened.schema_arrow
        heavy = [field.name for field in schema if field.name != column and leaf_of(field)]
        others = [n for n in schema.names if n != column and n not in heavy and not n.startswith("__index_level_")]
        names, notes = tidy_names(others, file)
        frame = frame_of(opened.read(columns=others).rename_columns(names)) if others else pd.DataFrame()
        frame = frame if others else pd.DataFrame(index=range(opened.metadata.num_rows))
        for name, words in class_names(schema.metadata).items():
            if name in frame and named(frame, name, words):
                notes.append(f"The numbers in '{name}' were given their names, such as '{words[0]}'.")
        if heavy:
            notes.append(f"Columns that hold no text or numbers were left out: {quoted(heavy)}.")
        packing = Packing(file)
        called = paths_of(opened, column)
        if any(called) and "file" not in frame:
            frame["file"] = pd.Series(called, dtype="str")
        cells = (cell for batch in heavy_batches(opened, column) for cell in batch)
        contents = (lambda cell=cell: cell or b"" for cell in cells)
        ids = [name or f"row {number:,}" for number, name in enumerate(called, start=1)]
        rows = packing.pack(frame, ids, contents, into, free_name(column, frame.columns))
    return ["Read as Parquet.", *packing.notes(rows), *notes]


def heavy_batches(opened: Any, column: str) -> Iterator[list[bytes | None]]:
    """The pictures' bytes, a few rows at a time."""
    leaf = leaf_of(opened.schema_arrow.field(column))
    for batch in opened.iter_batches(batch_size=16, columns=[leaf]):
        yield bytes_of(batch.column(0)).to_pylist()


def paths_of(opened: Any, column: str) -> list[str | None]:
    """File name of each picture by the Parquet file, where it says so."""
    kind = opened.schema_arrow.field(column).type
    if not pa.types.is_struct(kind) or kind.get_field_index("path") < 0:
        return [None] * opened.metadata.num_rows
    found = opened.read(columns=[f"{column}.path"]).column(0).combine_chunks().field("path").to_pylist()
    return [str(one) if one else None for one in found]
