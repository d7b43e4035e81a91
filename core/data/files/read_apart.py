"""Sandboxed reading: rows from an untrusted file, in a process of its own."""

import tempfile
from pathlib import Path

import pyarrow as pa

from core.apart import apart
from core.data.files.read import read, refuse_size
from core.data.files.table import Table
from core.data.pictures.read import COMPUTING_S, packed, unpacked
from core.errors import DatasetError

READER = f"{__name__}:write_rows"


def read_apart(path: Path, name: str) -> Table:
    """As `core.data.files.read`, in the sandbox: within 1 GB of memory and ten seconds of CPU time.

    Reads archives and Parquet files of pictures too, which may take a few minutes.
    """
    refuse_size(path, name)
    holder = tempfile.TemporaryDirectory(prefix="rows-")
    rows, pictures = Path(holder.name) / "rows.arrow", Path(holder.name) / "pictures.parquet"
    request = {"path": str(path.absolute()), "name": name, "rows": str(rows), "pictures": str(pictures)}
    try:
        notes = apart(READER, request, what=name, error=DatasetError, at_most_s=COMPUTING_S)
    except DatasetError:
        holder.cleanup()
        raise
    if pictures.exists():
        return unpacked(pictures, notes, holder)
    with holder, pa.OSFile(str(rows)) as file:
        frame = pa.ipc.open_file(file).read_all().to_pandas(split_blocks=True, self_destruct=True)
    return Table(frame, tuple(notes))


def write_rows(path: str, name: str, rows: str, pictures: str) -> list[str]:
    """Reads the file and leaves its rows as an Arrow file, or as Parquet with pictures; gives the notes.

    Runs in the sandbox.
    """
    pa.set_cpu_count(2)
    pa.set_io_thread_count(1)
    if (notes := packed(Path(path), name, Path(pictures))) is not None:
        return notes
    found = read(Path(path), name)
    table = pa.Table.from_pandas(found.frame, preserve_index=False)
    with pa.OSFile(rows, "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table, max_chunksize=100_000)
    return list(found.notes)
