"""Sandboxed reading: rows from an untrusted file, in a process of its own."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.apart import apart
from core.data.checks.findings import Finding
from core.data.files.options import AS_FOUND, ReadOptions
from core.data.files.read import read, refuse_size
from core.data.files.table import Table
from core.data.pictures.read import COMPUTING_S, packed, unpacked
from core.durable import stamp
from core.errors import DatasetError, UserError
from core.shortage import machine_for

READER = f"{__name__}:write_rows"
PROVER = "core.preparation.proof:write_proven_rows"
"""Functions that run in the sandbox, as "module:name"."""
LINE = "line\n"
"""Column of line numbers on the way out of the sandbox; no name of a file's own has a line end."""


def read_apart(path: Path, name: str, options: ReadOptions = AS_FOUND, *, numbered: bool = False) -> Table:
    """As `core.data.files.read`, in the sandbox: within 1 GB of memory and ten seconds of CPU time.

    What may be kept, rows that are not `numbered`, is proven there (`core.preparation.proof`). Reads archives and
    Parquet files of pictures too, which may take a few minutes and which no option changes. Raises DatasetError where
    somebody writes to the file meanwhile, whatever came of it.
    """
    refuse_size(path, name)
    with unchanged(path, name):
        return _read_apart(path, name, options, numbered=numbered)


@contextmanager
def unchanged(path: Path, name: str) -> Iterator[None]:
    """Raises DatasetError where the file is written to, replaced or removed while the block reads it."""
    before = stamp(path)
    try:
        yield
    except (UserError, OSError):
        if _stamp(path) == before:
            raise
    else:
        if _stamp(path) == before:
            return
    raise DatasetError(f"{name} changed while it was read.", "Wait until it is whole, and bring it again.")


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        return stamp(path)
    except FileNotFoundError:
        return None


def _read_apart(path: Path, name: str, options: ReadOptions, *, numbered: bool) -> Table:
    with machine_for(name):
        holder = tempfile.TemporaryDirectory(prefix="rows-")
    rows, pictures = Path(holder.name) / "rows.arrow", Path(holder.name) / "pictures.parquet"
    places = {"path": str(path.absolute()), "rows": str(rows), "pictures": str(pictures)}
    request = {**places, "name": name, "options": options.model_dump(mode="json"), "numbered": numbered}
    try:
        told = apart(READER if numbered else PROVER, request, what=name, error=DatasetError, at_most_s=COMPUTING_S)
    except UserError:
        holder.cleanup()
        raise
    if pictures.exists():
        return unpacked(pictures, told["notes"], holder)
    with holder, pa.OSFile(str(rows)) as file:
        frame = pa.ipc.open_file(file).read_all().to_pandas(split_blocks=True, self_destruct=True)
    lines = frame.pop(LINE).to_numpy() if numbered else None
    findings = tuple(Finding.model_validate(one) for one in told["findings"])
    taken = ReadOptions.model_validate(told["options"])
    return Table(frame, tuple(told["notes"]), findings=findings, options=taken, lines=lines)


def write_rows(
    path: str, name: str, rows: str, pictures: str, options: dict[str, Any], numbered: bool
) -> dict[str, Any]:
    """Reads the file and leaves its rows as an Arrow file, or as Parquet with pictures; gives notes and findings.

    Runs in the sandbox.
    """
    pa.set_cpu_count(2)
    pa.set_io_thread_count(1)
    if (notes := packed(Path(path), name, Path(pictures))) is not None:
        return {"notes": notes}
    found = read(Path(path), name, ReadOptions.model_validate(options), numbered=numbered)
    table = pa.Table.from_pandas(found.frame, preserve_index=False)
    if numbered:
        table = table.append_column(LINE, pa.array(found.lines))
    with pa.OSFile(rows, "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table, max_chunksize=100_000)
    return {
        "notes": list(found.notes),
        "findings": [finding.model_dump(mode="json") for finding in found.findings],
        "options": found.options.model_dump(mode="json"),
    }
