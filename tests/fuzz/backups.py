"""Cases of backups: real archives that were damaged, or forged so that every hash in them is right."""

import hashlib
import io
import json
import random
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

from storage.archive_members import HEAD, MANIFEST
from storage.backup import back_up, restore
from storage.database import DATABASE_FILE
from tests.fuzz import parsers
from tests.fuzz.case import Came, command, need
from tests.golden import GOLDEN

Members = dict[str, bytes]
NAMES = [
    "predictor.json", ".bashrc", "../x", "/x", "files/../../x", "files\\x", "runs/" + "n" * 300, "runs/r1/x",
    "files/ab/x", "shares/x", "models/local--x/config.json", "cache/x", "", "runs//x", "runs/\ud800", "C:x",
    "runs/r1/", "RUNS/x",
]  # fmt: skip
ASKED = (("datasets", "list"), ("runs",), ("health", "--deep"), ("shares",), ("prune", "--dry-run"))
"""Commands that a restored store must bear, whatever lies in it."""


class Backups:
    """Restores the archives into new homes by the command line, and looks at what came back."""

    def __init__(self, home: Path) -> None:
        self._folder = home.parent / "restored"
        self._folder.mkdir()
        self._archive = home.parent / "backup.zip"
        earlier, today = GOLDEN / "backup.zip", home.parent / "today.zip"
        restore(earlier, home)
        command("datasets", "list", home=home)
        back_up(home, today)
        self._originals = (earlier.read_bytes(), today.read_bytes(), today.read_bytes())

    def tried(self, number: int) -> Came:
        kind, content, is_forged = self._made(number)
        self._archive.write_bytes(content)
        home = self._folder / "home"
        shutil.rmtree(home, ignore_errors=True)
        code, told = command("restore", str(self._archive), home=home)
        need(code in (0, 2), f"exit code {code}: {told}")
        left = [path.name for path in self._folder.iterdir()]
        need(left == (["home"] if code == 0 else []), f"beside the new home: {left}")
        if code == 0:
            for words in ASKED:
                asked, told = command(*words, home=home)
                need(asked in ((0, 1, 2) if is_forged else (0, 1)), f"then {words}: exit code {asked}: {told}")
        return Came(kind, code == 2)

    def _made(self, number: int) -> tuple[str, bytes, bool]:
        """How the archive of this number was made, its content, and whether its hashes were made anew."""
        chance = random.Random(f"backup {number}")
        original = chance.choice(self._originals)
        kind = chance.choices(list(TAMPERINGS), [weight for weight, _ in TAMPERINGS.values()])[0]
        if kind == "bytes":
            return kind, parsers.mutated(original, chance), False
        if kind == "flags":
            return kind, flagged(original, chance), False
        with zipfile.ZipFile(io.BytesIO(original)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        changed = TAMPERINGS[kind][1](members, chance)
        is_signed = (
            chance.random() < 0.7
        )  # of the earlier release's archive, nothing tells that its database is another
        return kind, packed(signed(changed) if is_signed else changed), is_signed or original is self._originals[0]

    def about(self, number: int) -> str:
        kind, content, is_forged = self._made(number)
        self._archive.write_bytes(content)
        return f"{kind}, {'with new hashes' if is_forged else 'as it is'}, in {self._archive}"


def signed(members: Members) -> Members:
    """The members with a manifest and a head that name them all by their hashes."""
    inside = {name: content for name, content in members.items() if name not in (HEAD, MANIFEST)}
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in inside.items()}
    manifest = json.dumps(hashes).encode()
    head = {"format": 2, "files": len(hashes), "manifest": hashlib.sha256(manifest).hexdigest()}
    return {**inside, MANIFEST: manifest, HEAD: json.dumps(head).encode()}


def packed(members: Members) -> bytes:
    """The members as a zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name.encode("utf-8", "replace").decode()), content)
    return file.getvalue()


def flagged(content: bytes, chance: random.Random) -> bytes:
    """The archive with a field of its headers changed: flags, method, sizes, checksums, offsets."""
    raw = bytearray(content)
    marks = [at for at in range(len(raw)) if raw[at : at + 4] in (b"PK\1\2", b"PK\3\4", b"PK\5\6")]
    for _ in range(chance.choice([1, 1, 3])):
        place = chance.choice(marks) + chance.randrange(4, 46)
        raw[place : place + 2] = chance.choice(parsers.INTERESTING).to_bytes(9, "little")[:2]
    return bytes(raw[: len(content)])


def tamper_member(members: Members, chance: random.Random) -> Members:
    """Changes the bytes of a member."""
    name = chance.choice(list(members))
    return {**members, name: parsers.mutated(members[name], chance)}


def tamper_database(members: Members, chance: random.Random) -> Members:
    """Changes a cell of the database, so that it is still a sound file of SQLite."""
    with sqlite3.connect(":memory:") as database:
        database.deserialize(members[DATABASE_FILE])
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        filled = [one for one in tables if database.execute(f'SELECT count(*) FROM "{one}"').fetchone()[0]]  # noqa: S608
        table = chance.choice(filled)
        columns = [row[1] for row in database.execute(f'PRAGMA table_info("{table}")')]
        value = chance.choice(
            [None, -1, 2**62, 0.5, "", "x" * 5_000, "{", "[]", "null", '{"a": 1}', b"\xff\x00", "../x"]
        )
        statement = chance.choice(
            [f'UPDATE OR IGNORE "{table}" SET "{chance.choice(columns)}" = ?', f'DROP TABLE "{table}" --?']  # noqa: S608
            if chance.random() < 0.15
            else [f'UPDATE OR IGNORE "{table}" SET "{chance.choice(columns)}" = ?']  # noqa: S608
        )
        try:
            database.execute(statement, () if statement.startswith("DROP") else (value,))
        except sqlite3.Error:
            return members
        database.commit()
        return {**members, DATABASE_FILE: database.serialize()}


def lose_member(members: Members, chance: random.Random) -> Members:
    """Leaves a member out, or empties it."""
    name = chance.choice(list(members))
    return {key: content for key, content in members.items() if key != name} | (
        {name: b""} if chance.random() < 0.3 else {}
    )


def bring_member(members: Members, chance: random.Random) -> Members:
    """Brings another member, under a name that may be strange."""
    name = chance.choice(NAMES) if chance.random() < 0.7 else chance.choice(list(members)) + "/x"
    return {**members, name: chance.randbytes(chance.choice([0, 10, 5_000]))}


def tamper_told(members: Members, chance: random.Random) -> Members:
    """Changes the head or the manifest."""
    name = chance.choice([HEAD, MANIFEST])
    told = chance.choice([parsers.value(chance), {"format": chance.choice(parsers.INTERESTING)}, {"format": 2}])
    return {**members, name: json.dumps(told).encode()}


TAMPERINGS: dict[str, tuple[int, Callable[[Members, random.Random], Members]]] = {
    "bytes": (30, tamper_member),
    "flags": (15, tamper_member),
    "a member's bytes": (15, tamper_member),
    "the database": (15, tamper_database),
    "a member lost": (5, lose_member),
    "another member": (10, bring_member),
    "head or manifest": (10, tamper_told),
}
"""What is done to an archive, and how many of a hundred cases each gets."""
