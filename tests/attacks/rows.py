"""Hostile files of rows, each made here as a real file: what it is called, how it is written, what refuses it."""

import gzip
import io
import json
import os
import pickle
import struct
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.attacks.taken import Taken, taken

MB = 1_000_000
MEMORY = "takes more memory to read than"
TIME = "takes longer to read than"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass(frozen=True)
class Attack:
    """A hostile file and the words that refuse it; `None` where it is harmless once it is read as text."""

    name: str
    write: Callable[[Path], object]
    refused: str | None


class Marker:
    """A pickle of this makes the folder that MARKER names when it is opened."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return os.mkdir, (os.environ["MARKER"],)


def content(*parts: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with path.open("wb") as file:
            for part in parts:
                file.write(part)

    return write


def sparse(start: bytes, size: int) -> Callable[[Path], None]:
    """A file of `size` bytes that takes no room: NUL bytes after its start."""

    def write(path: Path) -> None:
        with path.open("wb") as file:
            file.write(start)
            file.truncate(size)

    return write


def zipped(members: dict[str, Iterable[bytes]]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, parts in members.items():
                with archive.open(name, "w", force_zip64=True) as member:
                    for part in parts:
                        member.write(part)

    return write


def workbook(sheet: Iterable[bytes], shared: Iterable[bytes] = (), head: bytes = b"") -> Callable[[Path], None]:
    """An xlsx whose one sheet is exactly these bytes of XML."""
    kinds = f'<Override PartName="/xl/workbook.xml" ContentType="{PACKAGE}/x"/>'
    links = f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    links += f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    first = f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    sheets = '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets>'
    members: dict[str, Iterable[bytes]] = {
        "[Content_Types].xml": [f'<Types xmlns="{PACKAGE}/content-types">{kinds}</Types>'.encode()],
        "_rels/.rels": [f'<Relationships xmlns="{PACKAGE}/relationships">{first}</Relationships>'.encode()],
        "xl/workbook.xml": [f'<workbook {NAMESPACE} xmlns:r="{OFFICE}">{sheets}</workbook>'.encode()],
        "xl/_rels/workbook.xml.rels": [
            f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'.encode()
        ],
        "xl/worksheets/sheet1.xml": [
            head,
            f"<worksheet {NAMESPACE}><sheetData>".encode(),
            *sheet,
            b"</sheetData></worksheet>",
        ],
    }
    if shared:
        members["xl/sharedStrings.xml"] = [f"<sst {NAMESPACE}><si><t>".encode(), *shared, b"</t></si></sst>"]
    return zipped(members)


def lying(path: Path) -> None:
    """A workbook whose directory says that its sheet of 200 MB has a thousand bytes."""
    workbook([b"<row><c><v>1</v></c></row>" * 40_000] * 200)(path)
    raw = bytearray(path.read_bytes())
    place = raw.find(b"PK\x01\x02")
    while place >= 0:
        length = struct.unpack_from("<H", raw, place + 28)[0]
        if raw[place + 46 : place + 46 + length] == b"xl/worksheets/sheet1.xml":
            struct.pack_into("<I", raw, place + 24, 1000)
        place = raw.find(b"PK\x01\x02", place + 4)
    path.write_bytes(raw)


def overlapping(path: Path) -> None:
    """A directory of 4,000 entries that all point at one and the same member."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/s", b" " * 10 * MB)
        one = archive.infolist()[0]
        archive.filelist.extend([one] * 3_999)
    path.write_bytes(buffer.getvalue())


def tarred(path: Path) -> None:
    with tarfile.open(path, "w") as archive:
        for name, target in {"../../outside": "", "rows.csv": "/etc/passwd"}.items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = (tarfile.SYMTYPE, target) if target else (tarfile.REGTYPE, "")
            archive.addfile(member)


def parquet(**columns: object) -> Callable[[Path], None]:
    return lambda path: pq.write_table(pa.table(columns), path, compression="zstd")


def nested(depth: int) -> pa.Array:
    inner = pa.array([1])
    for _ in range(depth):
        inner = pa.StructArray.from_arrays([inner], ["s"])
    return inner


def repeated(word: str, times: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(np.zeros(times, np.int32), [word])


def extension(path: Path) -> None:
    """The metadata with which PyArrow before 14.0.1 unpickled a type of the file's choice (CVE-2023-47248)."""
    told = {b"ARROW:extension:name": b"arrow.py_extension_type", b"ARROW:extension:metadata": pickle.dumps(Marker())}
    schema = pa.schema([pa.field("a", pa.int64(), metadata=told)])
    pq.write_table(pa.table({"a": [1, 2]}, schema=schema), path)


def bomb(kind: str, entity: str) -> bytes:
    """An XML head with entities of entities, or one that names a file of this machine."""
    if kind == "file":
        return b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    steps = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e0 "{entity}">{steps}]>'.encode()


def cell(place: str, inside: str) -> bytes:
    return f'<row><c r="{place}" t="inlineStr"><is><t>{inside}</t></is></c></row>'.encode()


def header(columns: int) -> bytes:
    return b",".join(b"c%d" % number for number in range(columns)) + b"\n"


ROW = b"<row><c><v>1</v></c></row>"
SHARED_ROW = b'<row><c t="s"><v>0</v></c></row>'
DEEP = 100_000
ATTACKS = [
    Attack("pickle.csv", lambda path: path.write_bytes(pickle.dumps(Marker())), "Python pickle"),
    Attack("torch.csv", zipped({"archive/data.pkl": [b"\x80\x04."]}), "Python pickle"),
    Attack("slip.zip", zipped({"../../outside.csv": [b"a,b\n1,2\n"], "C:\\outside.csv": [b"x"]}), "ZIP archive"),
    Attack("slip.xlsx", zipped({"xl/../../../outside": [b"x"]}), "damaged Excel workbook"),
    Attack("tar.csv", tarred, "full of NUL bytes"),
    Attack("gzip.csv", lambda path: path.write_bytes(gzip.compress(b"a,b\n" * 5 * MB, 1)), "gzip archive"),
    Attack("zstd.csv", content(b"\x28\xb5\x2f\xfd rest"), "Zstandard archive"),
    Attack("members.xlsx", zipped({f"xl/{n}": [b""] for n in range(66_000)}), "a ZIP archive of 66,000 files"),
    Attack("overlapping.xlsx", overlapping, "unpacks to"),
    Attack("packed.xlsx", workbook([ROW * 40_000] * 500), MEMORY),
    Attack("unpacks.xlsx", workbook([b" " * MB] * 1_100), "unpacks to"),
    Attack("lying.xlsx", lying, "damaged Excel workbook"),
    Attack("far.xlsx", workbook([cell("A1", "a"), cell("XFD1048576", "a")]), MEMORY),
    Attack("shared.xlsx", workbook([SHARED_ROW * 2], [b"a" * MB] * 800), MEMORY),
    Attack("amplified.xlsx", workbook([SHARED_ROW * 10_000] * 20, [b"a" * 30_000]), MEMORY),
    Attack("entities.xlsx", workbook([cell("A1", "&e9;"), ROW], head=bomb("laughs", "ha")), "unrecognized entity"),
    Attack("outside.xlsx", workbook([cell("A1", "&x;"), ROW], head=bomb("file", "")), "unrecognized entity"),
    Attack("extension.parquet", extension, None),
    Attack("zeros.parquet", parquet(a=np.zeros(120 * MB, np.int64)), MEMORY),
    Attack("repeated.parquet", parquet(a=repeated("x" * 1000, 4 * MB)), MEMORY),
    Attack("deep.parquet", parquet(a=nested(200)), "too deeply nested"),
    Attack("wide.parquet", parquet(**{f"c{n}": [1] for n in range(100_000)}), "100,000 columns; the limit is 2,000"),
    Attack("large.csv", sparse(b"text,label\n", 1_000 * MB), "the limit is 200 MB"),
    Attack("one-line.csv", content(b"text,label\n", *[b"a" * MB] * 190), "the limit for one line is 5,000,000"),
    Attack("open-quote.csv", content(b'text,label\n"', b"a,b\n" * 10 * MB), "a quote opens and is never closed"),
    Attack("quotes.csv", content(b"text,label\n", b'"' * 100 * MB), "the limit for one line is 5,000,000"),
    Attack("nul.csv", content(b"text,label\n", b"\0" * 50 * MB), "full of NUL bytes"),
    Attack("columns.csv", content(header(100_000), b"1\n"), "100,000 columns; the limit is 2,000"),
    Attack("short.csv", content(header(2000), b"1\n" * MB), MEMORY),
    Attack("same-name.csv", content(b",".join([b"c"] * 2000), b"\n1\n"), None),
    Attack("mixed.csv", content("text,label\nü,x\n".encode("latin-1"), "ü,x\n".encode() * 100_000), None),
    Attack("formula.csv", content(b"text,label\n=cmd|' /C calc'!A0,a\n@SUM(1),b\n"), None),
    Attack("deep.json", content(b'[{"a":', b"[" * DEEP, b"]" * DEEP, b"}]"), "nested too deeply"),
    Attack("deep.jsonl", content((b'{"a":' + b"[" * 900 + b"]" * 900 + b"}\n") * 16_000), MEMORY),
    Attack("keys.json", content(b"[{", b",".join(b'"k%d":1' % n for n in range(300_000)), b"}]"), "300,000 columns"),
    Attack("keys.jsonl", content(*(b'{"k%d":1}\n' % n for n in range(200_000))), MEMORY),
    Attack("lists.json", content(b'[{"a":[', b"[]," * 15 * MB, b"1]}]"), MEMORY),
    Attack("integers.json", content(b'[{"a":' + b"9" * 5_000 + b"}]"), "a number too long"),
    Attack("odd.json", content(rb'[{"\ud800":"\udfff","a":NaN,"a":1e999,"__proto__":' + b"9" * 4_000 + b"}]"), None),
    Attack("object.yaml", content(b"!!python/object/apply:os.mkdir [marker]\n- a\n- b\n"), None),
    Attack("picture.svg", content(b"<svg onload='alert(1)'><script>alert(1)</script></svg>"), "SVG picture"),
    Attack("picture.csv", content(b"\x89PNG\r\n\x1a\n", b"\0" * 100), "PNG picture"),
    Attack("polyglot.csv", content(b"GIF89a/*<script>alert(1)</script>*/=1;"), "GIF picture"),
]  # fmt: skip


def write_all(folder: Path) -> None:
    """Writes every file, in a process of its own: what that takes is not what reading takes."""
    for attack in ATTACKS:
        attack.write(folder / attack.name)


def read_all(folder: Path) -> None:
    """Reads each file as the product does; prints what came of it, and the seconds and MB that its sandbox took."""
    from core.data import read_apart
    from core.errors import UserError

    for attack in ATTACKS:
        path = folder / attack.name
        with taken() as found:
            try:
                said = f"read {len(read_apart(path, attack.name).frame):,} rows"
            except UserError as error:
                said = str(error)
        path.unlink()
        took = found[0] if found else Taken(0.0, 0)  # refused before a sandbox began
        print(json.dumps({"name": attack.name, "said": said, **took._asdict()}), flush=True)  # noqa: T201  # the test that started this reads it


if __name__ == "__main__":
    {"write": write_all, "read": read_all}[sys.argv[1]](Path(sys.argv[2]))
