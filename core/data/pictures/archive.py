"""Reader of ZIP archives with pictures: which members are pictures, which are tables, and why others are refused.

Nothing is unpacked by its name: members are read into memory, one after the other.
"""

import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from core.data.files.limits import MAX_UNPACKED_BYTES
from core.data.pictures.picture import MAX_PICTURE_BYTES, BadPicture
from core.data.pictures.places import is_debris
from core.data.sentences import megabytes
from core.errors import DatasetError

MAX_PICTURES = 100_000
MAX_ENTRIES = 120_000
MOST_TABLES = 20
PICTURES = {
    ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".svg", ".heic", ".heif",
    ".avif",
}  # fmt: skip
TABLES = {".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".xlsx", ".xls", ".parquet"}
ARCHIVES = {".zip", ".tar", ".gz", ".tgz", ".7z", ".rar", ".xz", ".bz2", ".zst"}
LEADS_OUT = re.compile(r"^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)|\0")


@dataclass
class Members:
    """Members of an archive by kind. `refused` has the names by the reason, a phrase such as 'is a link'."""

    pictures: dict[str, Callable[[], bytes]] = field(default_factory=dict)
    tables: dict[str, Callable[[], bytes]] = field(default_factory=dict)
    refused: dict[str, list[str]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)

    def refuse(self, name: str, reason: str) -> None:
        """Leave a member out."""
        self.refused.setdefault(reason, []).append(name)


def is_picture_name(name: str) -> bool:
    """Whether a file of this name should be a picture."""
    return Path(name).suffix.casefold() in PICTURES


def holds_pictures(path: Path) -> bool:
    """Whether this is a ZIP archive of pictures: some are named so, and it is no document of an office program."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return False
    if any(name in {"[Content_Types].xml", "content.xml", "mimetype"} for name in names):
        return False
    return any(is_picture_name(name) and not is_debris(name) for name in names)


def members_of(archive: zipfile.ZipFile, file: str) -> Members:
    """The members, none of them read yet. Raises DatasetError for an archive that is too large in any way."""
    entries = archive.infolist()
    refuse_large(entries, file)
    found = Members()
    for entry in entries:
        name = entry.filename.replace("\\", "/").removeprefix("./")
        suffix = Path(name).suffix.casefold()
        if entry.is_dir() or name.endswith("/") or is_debris(name):
            continue
        read = partial(content_of, archive, entry)
        if reason := reason_against(entry):
            found.refuse(name, reason)
        elif suffix in PICTURES or not suffix:
            found.pictures[name] = read
        elif suffix in TABLES and len(found.tables) < MOST_TABLES:
            found.tables[name] = read
        elif suffix in ARCHIVES:
            found.refuse(name, "is an archive within the archive")
        else:
            found.others.append(name)
    return found


def refuse_large(entries: list[zipfile.ZipInfo], file: str) -> None:
    """Raises DatasetError for too many members, or too much in them."""
    files = sum(not entry.is_dir() for entry in entries)
    if len(entries) > MAX_ENTRIES or files > MAX_PICTURES + MOST_TABLES:
        raise DatasetError(
            f"{file} is a ZIP archive of {files:,} files; the limit is {MAX_PICTURES:,} pictures.",
            "Keep fewer of them.",
        )
    size = sum(entry.file_size for entry in entries)
    if size > MAX_UNPACKED_BYTES:
        raise DatasetError(
            f"{file} unpacks to {megabytes(size)}; the limit is {megabytes(MAX_UNPACKED_BYTES)}.",
            "Keep fewer pictures, or save them as JPEG.",
        )


def reason_against(entry: zipfile.ZipInfo) -> str:
    """Reason to reject a member unopened (path traversal, link, encryption), or nothing."""
    if LEADS_OUT.search(entry.filename) or LEADS_OUT.search(entry.orig_filename):
        return "has a name that leads out of the archive"
    if (entry.external_attr >> 16) & 0o170000 == 0o120000:
        return "is a link"
    if entry.flag_bits & 0x1:
        return "is locked with a password"
    return ""


def content_of(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Decompressed content of a member. Raises BadPicture where it is damaged or too large."""
    if entry.file_size > MAX_PICTURE_BYTES:
        raise BadPicture(f"has more than {megabytes(MAX_PICTURE_BYTES)}")
    try:
        with archive.open(entry) as member:
            return member.read(MAX_PICTURE_BYTES + 1)
    except NotImplementedError:
        raise BadPicture("is packed in a way that is not read") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError):
        raise BadPicture("is damaged in the archive") from None
