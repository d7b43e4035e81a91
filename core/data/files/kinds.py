"""File type detection by magic bytes; a file's name only helps to tell JSON from other text."""

import json
import zipfile
from pathlib import Path
from typing import Literal

from core.data.files.limits import MAX_MEMBERS
from core.errors import DatasetError

FileKind = Literal["parquet", "excel", "json", "text"]
HEAD = 1 << 16
EXPECTED = "Tuneboard reads CSV, TSV, JSON, JSON Lines, Parquet and Excel files."
PICTURES = "Bring pictures in a ZIP archive with a folder a class, or with a table that names them."
PACKED = {
    b"\x1f\x8b": "a gzip archive",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ\x00": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"7z\xbc\xaf\x27\x1c": "a 7-Zip archive",
    b"Rar!": "a RAR archive",
}
OTHERS = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"SQLite format 3\x00": "an SQLite database",
    b"ARROW1": "an Arrow file",
    b"ORC": "an ORC file",
    b"\x93NUMPY": "a NumPy array",
    b"\x89HDF": "an HDF5 file",
    b"{\\rtf": "an RTF document",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def kind_of(path: Path, file: str) -> FileKind:
    """Format of a file. Raises DatasetError, saying what it is, for one that holds no rows we can read."""
    with path.open("rb") as opened:
        head = opened.read(HEAD)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(OLE):
        return "excel"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return kind_of_zip(path, file)
    refuse_known(head, file)
    return "json" if is_json(head, Path(file).suffix.lower()) else "text"


def kind_of_zip(path: Path, file: str) -> FileKind:
    """Excel workbooks and many other things are ZIP archives; what is inside tells them apart."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise DatasetError(
            f"{file} is a damaged ZIP archive or Excel workbook.", "Download or save it again."
        ) from None
    if len(members) > MAX_MEMBERS:
        raise DatasetError(
            f"{file} is a ZIP archive of {len(members):,} files; a workbook never has more than {MAX_MEMBERS:,}.",
            EXPECTED,
        )
    if any(member.startswith("xl/") or member == "content.xml" for member in members):
        return "excel"
    if any(member.startswith("word/") for member in members):
        raise DatasetError(f"{file} is a Word document, not a table.", EXPECTED)
    if any(member.endswith("data.pkl") for member in members):
        raise refusal_of_pickle(file)
    inside = f" It holds {members[0]}." if len(members) == 1 else f" It holds {len(members):,} files."
    raise DatasetError(f"{file} is a ZIP archive, not a table.{inside}", "Unpack it, then add the file with the rows.")


def refuse_known(head: bytes, file: str) -> None:
    """Raises DatasetError for kinds that are known and are not rows of text."""
    for start, words in PACKED.items():
        if head.startswith(start):
            raise DatasetError(f"{file} is {words}, not a table.", "Unpack it, then add the file with the rows.")
    for start, words in OTHERS.items():
        if head.startswith(start):
            raise DatasetError(f"{file} is {words}, not a table.", PICTURES if "picture" in words else EXPECTED)
    if head[:1] == b"\x80" and head[1:2] in {b"\x02", b"\x03", b"\x04", b"\x05"}:
        raise refusal_of_pickle(file)
    opening = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:100].lower()
    if opening.startswith((b"<!doctype html", b"<html")):
        raise DatasetError(
            f"{file} is a web page (HTML), not a table.",
            "Some programs save web pages as .xls: open it in Excel and save it as a workbook or CSV.",
        )
    if opening.startswith(b"<svg"):
        raise DatasetError(f"{file} is an SVG picture, not a table.", PICTURES)
    if opening.startswith(b"<?xml"):
        raise DatasetError(f"{file} is an XML document, not a table.", EXPECTED)


def refusal_of_pickle(file: str) -> DatasetError:
    """Error for a pickle, which is never opened."""
    return DatasetError(
        f"{file} is a Python pickle, which can run code when it is opened, so it is not opened.",
        "Save the rows as CSV or Parquet instead.",
    )


def is_json(head: bytes, suffix: str) -> bool:
    """Whether this is JSON or JSON Lines: it opens as JSON, and is called so or its first line proves it."""
    opening = (
        head.removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    )
    opening = opening.lstrip()
    if not opening.startswith((b"{", b"[")):
        return False
    if suffix in {".json", ".jsonl", ".ndjson"}:
        return True
    if opening[1:].lstrip()[:1] in ({b"{", b"]"} if opening.startswith(b"[") else {b'"', b"}"}):
        return True
    try:
        return isinstance(json.loads(opening.split(b"\n")[0]), dict)
    except ValueError:
        return False
