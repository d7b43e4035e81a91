"""Members of a backup's zip archive: which there may be, their hashes in a manifest, and damage in words."""

import hashlib
import json
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from core.errors import UserError
from storage.database import DATABASE_FILE

FOLDERS = ("files", "runs", "models", "shares")
HEAD, MANIFEST = "backup.json", "manifest.json"
FORMAT = 2
"""Since 2 there is a manifest: the SHA-256 of each member, and its own in the head."""
CHUNK_BYTES = 1 << 20
LONGEST_PART, LONGEST_NAME = 255, 3000
"""Bytes of a file's name, and of the path in the home, that every file system here takes."""
MOST_TOLD_BYTES = 500_000_000
ANOTHER = "Use another backup; nothing was changed."
_KEPT = re.compile(r"files/[0-9a-f]{2}/([0-9a-f]{64})")
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    KeyError,
)


class Sink(Protocol):
    """File that bytes are written to."""

    def write(self, content: bytes, /) -> Any:
        """Writes the bytes."""
        ...


def copied(source: Any, target: Sink | None = None) -> str:
    """Reads `source` to its end, into `target` where there is one; returns the SHA-256."""
    digest = hashlib.sha256()
    while chunk := source.read(CHUNK_BYTES):
        digest.update(chunk)
        if target is not None:
            target.write(chunk)
    return digest.hexdigest()


def is_kept(name: str) -> bool:
    """Whether the member is a content-addressed file of a dataset."""
    return _KEPT.fullmatch(name) is not None


def write_manifest(archive: zipfile.ZipFile, hashes: Mapping[str, str]) -> None:
    """Adds the manifest and the head, which holds the manifest's own hash."""
    manifest = json.dumps(hashes).encode()
    archive.writestr(MANIFEST, manifest)
    sums = hashlib.sha256(manifest).hexdigest()
    archive.writestr(HEAD, json.dumps({"format": FORMAT, "files": len(hashes), "manifest": sums}))


@contextmanager
def damage_in_words(file: str) -> Iterator[None]:
    """Raises UserError for whatever a damaged archive makes of its reader; bit rot, encryption, unknown methods."""
    try:
        yield
    except UserError:
        raise
    except _BROKEN as error:
        raise UserError(f"{file} cannot be read as a backup: it is damaged, or not whole.", ANOTHER) from error


def listed(archive: zipfile.ZipFile, file: str) -> list[zipfile.ZipInfo]:
    """Members of the backup but for its head and manifest. Raises UserError where one is not as a backup has it."""
    found = archive.infolist()
    names = {one.filename for one in found}
    if not {HEAD, DATABASE_FILE} <= names:
        raise UserError(f"{file} is no backup of Tuneboard.", "Choose a file made by 'tuneboard backup'.")
    for one in found:
        _refuse_odd(one, file)
    folders = {one.filename[:at] for one in found for at, sign in enumerate(one.filename) if sign == "/"}
    twice = [name for name, times in Counter(one.filename for one in found).items() if times > 1 or name in folders]
    if twice:
        raise UserError(f"{file} names '{_short(twice[0])}' twice.", ANOTHER)
    return [one for one in found if one.filename not in (HEAD, MANIFEST)]


def _refuse_odd(member: zipfile.ZipInfo, file: str) -> None:
    """Raises UserError for a member that no backup has: by its name, its kind, or how it is packed."""
    name, shown = member.filename, _short(member.filename)
    parts = name.split("/")
    if name.startswith("/") or "\\" in name or "\0" in name or {"..", ".", ""} & set(parts):
        raise UserError(f"The backup names a file outside the store: '{shown}'.", "It was not made by Tuneboard.")
    if name not in (HEAD, MANIFEST, DATABASE_FILE) and (len(parts) < 2 or parts[0] not in FOLDERS):
        raise UserError(f"{file} holds '{shown}', which no backup holds.", "It was not made by Tuneboard.")
    if (
        len(name.encode("utf-8", "replace")) > LONGEST_NAME
        or max(len(one.encode("utf-8", "replace")) for one in parts) > LONGEST_PART
    ):
        raise UserError(f"{file} holds a name that is too long: '{shown}'.", ANOTHER)
    if (member.external_attr >> 16) & 0o170000 not in (0, 0o100000):
        raise UserError(f"{file} holds '{shown}', which is no plain file.", "It was not made by Tuneboard.")
    if member.flag_bits & 0x1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UserError(f"{file} is damaged at '{shown}': no backup is packed so.", ANOTHER)


def verify(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], file: str) -> None:
    """Reads every member: its sum, its hash in the manifest, and of a content-addressed file that in its name.

    Raises UserError for the first that differs, or stands in one list only. A backup of format 1 has no manifest.
    """
    hashes = _hashes(archive, file)
    names = {one.filename for one in members}
    if hashes is not None and (odd := sorted(names ^ set(hashes))):
        told = "is missing" if odd[0] in hashes else "is not in its manifest"
        raise UserError(f"{file} is damaged: '{_short(odd[0])}' {told}.", ANOTHER)
    for one in members:
        try:
            with archive.open(one) as content:
                sha256 = copied(content)
        except _BROKEN as error:
            raise UserError(f"{file} is damaged at '{_short(one.filename)}'.", ANOTHER) from error
        kept = _KEPT.fullmatch(one.filename)
        if (hashes is not None and hashes[one.filename] != sha256) or (kept and kept[1] != sha256):
            raise UserError(f"{file} is damaged at '{_short(one.filename)}': its hash differs.", ANOTHER)


def of_newer_program(file: str) -> UserError:
    """Refusal of a backup whose format or schema this program does not know."""
    return UserError(f"{file} was written by a newer Tuneboard.", "Restore it with that version or a later one.")


def _hashes(archive: zipfile.ZipFile, file: str) -> dict[str, str] | None:
    """SHA-256 of each member, by the manifest; None for a backup of format 1. Raises UserError for a damaged one."""
    head = json.loads(_told(archive, HEAD))
    if not isinstance(head, dict) or not isinstance(head.get("format"), int):
        raise UserError(f"{file} is damaged at '{HEAD}'.", ANOTHER)
    if head["format"] > FORMAT:
        raise of_newer_program(file)
    if head["format"] == 1:
        return None
    manifest = _told(archive, MANIFEST)
    if hashlib.sha256(manifest).hexdigest() != head.get("manifest"):
        raise UserError(f"{file} is damaged at '{MANIFEST}'.", ANOTHER)
    return {str(name): str(sha256) for name, sha256 in json.loads(manifest).items()}


def _told(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > MOST_TOLD_BYTES:
        raise zipfile.BadZipFile(name)
    return archive.read(name)


def _short(name: str) -> str:
    shown = name.encode("utf-8", "backslashreplace").decode()
    return shown if len(shown) <= 80 else f"{shown[:77]}…"
