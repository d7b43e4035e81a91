"""Feeds made-up and damaged files to every parser: each must read them or refuse them in a sentence, soon.

`python -m tests.fuzz.parsers --inputs 100000` prints a table; a small run of it is in `make test`. An input is made
from a number alone, so a number that failed makes the same input again: `--only NUMBER`.
"""

import argparse
import collections
import faulthandler
import io
import json
import random
import signal
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.errors import UserError

LIMIT_S = 10
INTERESTING = (0, 1, 2, 127, 128, 255, 256, 1000, 4096, 65_535, 65_536, 2**31 - 1, 2**31, 2**32 - 1, 2**63 - 1, 2**63)
CELLS = [
    "", " ", "a", "ü", "日本", "\u202e", "\x00", '"', '""', "'", "\\", "\n", "\r", "\t", ",", ";", "|", "=1+1",
    "1e999", "NaN", "-0", "0x1", "1,5", "true", "null", "2026-01-02", "{", "[", "\ufeff", "\ud800", "\U0001f600",
    "x" * 300,
]  # fmt: skip
CODECS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "gb18030", "shift_jis", "koi8_r")


def text_file(chance: random.Random) -> bytes:
    delimiter = chance.choice([",", ";", "\t", "|", "x", ""])
    end = chance.choice(["\n", "\r\n", "\r", "\n\n", ""])
    rows = [
        delimiter.join(chance.choice(CELLS) for _ in range(chance.choice([1, 2, 3, 3, 3, 40])))
        for _ in range(chance.choice([0, 1, 2, 5, 30]))
    ]
    return end.join(rows).encode(chance.choice(CODECS), chance.choice(["replace", "ignore"]))


def value(chance: random.Random, depth: int = 0) -> Any:
    kind = chance.randrange(10 if depth < 4 else 7)
    simple = [None, True, chance.choice(CELLS), chance.uniform(-1e9, 1e9), chance.choice(INTERESTING), float("inf"), -1]
    if kind < 7:
        return simple[kind]
    if kind == 7:
        return [value(chance, depth + 1) for _ in range(chance.randrange(4))]
    return {chance.choice(CELLS): value(chance, depth + 1) for _ in range(chance.randrange(4))}


def json_file(chance: random.Random) -> bytes:
    rows = [value(chance, 1) if chance.random() < 0.1 else {c: value(chance, 2) for c in "abc"} for _ in range(5)]
    shape = chance.randrange(4)
    if shape == 0:
        return "\n".join(json.dumps(row) for row in rows).encode()
    told = rows if shape == 1 else {"rows": rows, "more": value(chance)} if shape == 2 else value(chance)
    return json.dumps(told, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")


def parquet_file(chance: random.Random) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = [
        pa.int64(), pa.string(), pa.bool_(), pa.float32(), pa.binary(), pa.timestamp("us"), pa.date32(), pa.null(),
        pa.list_(pa.int8()), pa.struct([("a", pa.string())]), pa.decimal128(9, 2), pa.duration("s"), pa.time64("us"),
        pa.map_(pa.string(), pa.int8()), pa.dictionary(pa.int8(), pa.string()), pa.large_string(),
    ]  # fmt: skip
    columns = {}
    for number in range(chance.randrange(1, 5)):
        kind = chance.choice(kinds)
        columns[chance.choice([f"c{number}", "", "a\x00", "ü", "__index_level_0__"])] = pa.nulls(3, kind)
    features = json.dumps({"info": {"features": value(chance)}}) if chance.random() < 0.3 else "{"
    table = pa.table(columns).replace_schema_metadata({"huggingface": features, "pandas": json.dumps(value(chance))})
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression=chance.choice(["snappy", "zstd", "gzip", "none"]))
    return buffer.getvalue()


def excel_file(chance: random.Random) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for _ in range(chance.randrange(5)):
        row = [chance.choice([*CELLS[:3], *CELLS[12:20], 1, 2.5, True, None]) for _ in range(3)]
        book.active.append([cell.replace("\x00", "") if isinstance(cell, str) else cell for cell in row])
    buffer = io.BytesIO()
    book.save(buffer)
    if chance.random() < 0.5:
        return buffer.getvalue()
    damaged = io.BytesIO()  # damage inside the packed files, where a flipped byte of the whole is only a wrong checksum
    with zipfile.ZipFile(buffer) as whole, zipfile.ZipFile(damaged, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in whole.namelist():
            content = whole.read(name)
            copy.writestr(name, mutated(content, chance) if chance.random() < 0.3 else content)
    return damaged.getvalue()


def mutated(content: bytes, chance: random.Random) -> bytes:
    raw = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 8])):
        place = chance.randrange(len(raw) + 1)
        other = chance.randrange(len(raw) + 1)
        match chance.randrange(7):
            case 0 if place < len(raw):
                raw[place] ^= 1 << chance.randrange(8)
            case 1:
                del raw[place : place + chance.choice([1, 4, 100])]
            case 2:
                raw[place:place] = raw[other : other + chance.choice([1, 8, 200])]
            case 3:
                raw[place : place + 8] = chance.choice(INTERESTING).to_bytes(9, chance.choice(["little", "big"]))[:8]
            case 4:
                raw[place:place] = chance.choice(CELLS).encode("utf-8", "surrogatepass") * chance.choice([1, 50])
            case 5:
                del raw[place:]
            case 6:
                raw[place : place + 4] = chance.randbytes(4)
    return bytes(raw)


def safetensors_file(chance: random.Random) -> bytes:
    told = {chance.choice("abc") * n: {"dtype": chance.choice(["F32", "BF16", "I8", "O", value(chance, 3)]),
                                       "shape": chance.choice([[1], [2, 2], [], [0], value(chance, 2)]),
                                       "data_offsets": chance.choice([[0, 4], [4, 20], value(chance, 2)])}
            for n in range(1, chance.randrange(1, 4))}  # fmt: skip
    text = json.dumps(told if chance.random() < 0.9 else value(chance)).encode()
    length = chance.choice([len(text)] * 8 + list(INTERESTING))
    return length.to_bytes(9, "little")[:8] + text + bytes(chance.choice([0, 4, 20]))


def settings_file(chance: random.Random) -> bytes:
    told = {"model_type": "bert", "hidden_size": 32, "vocab_size": 50, "num_hidden_layers": 1}
    for key in ("auto_map", "hidden_size", "id2label", "rope_parameters", "architectures", "model_type", "num_layers"):
        if chance.random() < 0.3:
            told[key] = value(chance)
    return json.dumps(told if chance.random() < 0.9 else value(chance)).encode()


def read_rows(path: Path, suffix: str) -> None:
    from core.data import read
    from core.data.checks.suggest import suggest
    from core.preparation import check

    table = read(path, f"rows{suffix}")
    if path.stat().st_size % 16:
        return  # trying every way of writing a time takes ten times as long as reading
    suggestion = suggest(table.frame)
    if suggestion.text and suggestion.target:
        from core.config import make_config

        fields = {"task.text": suggestion.text, "task.target": suggestion.target}
        check(table.frame, make_config(**fields))


def read_weights(path: Path, _: str) -> None:
    from core.models.weights import refuse_not_finite, tensors

    tensors(path)
    refuse_not_finite(path)


def read_settings(path: Path, _: str) -> None:
    from core.models.allowed import keep_allowed
    from core.models.contents import read_config
    from core.models.sizes import refuse_monster

    path.rename(path.with_name("config.json"))
    config = read_config(path.parent, "it")
    refuse_monster(config, "it")
    keep_allowed(path.parent)


Maker, Parser = Callable[[random.Random], bytes], Callable[[Path, str], None]
PARSERS: dict[str, tuple[int, Maker, Parser]] = {
    ".csv": (40, text_file, read_rows),
    ".jsonl": (20, json_file, read_rows),
    ".parquet": (12, parquet_file, read_rows),
    ".xlsx": (4, excel_file, read_rows),
    ".safetensors": (14, safetensors_file, read_weights),
    "config.json": (10, settings_file, read_settings),
}
"""How many of a hundred inputs each gets, how one is made, and who reads it."""


def made(number: int) -> tuple[str, bytes]:
    """The kind and the content of an input."""
    chance = random.Random(number)
    kinds = list(PARSERS)
    kind = chance.choices(kinds, [PARSERS[one][0] for one in kinds])[0]
    content = PARSERS[kind][1](chance)
    return kind, mutated(content, chance) if chance.random() < 0.5 else content


def tried(number: int, folder: Path) -> tuple[str, str]:
    """The kind of an input and what came of it: read, refused, or how it broke a parser."""
    kind, content = made(number)
    for left in folder.iterdir():
        left.unlink()
    path = folder / "input"
    path.write_bytes(content)
    signal.setitimer(signal.ITIMER_PROF, LIMIT_S)  # of computing, so that a busy machine makes no difference
    try:
        PARSERS[kind][2](path, kind)
    except UserError as error:
        return kind, "refused" if str(error).strip() else "refused without a word"
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        last = traceback.extract_tb(error.__traceback__)[-1]
        return kind, f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}: {str(error)[:100]}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return kind, "read"


def fuzz(first: int, inputs: int) -> tuple[collections.Counter[tuple[str, str]], dict[str, int], float]:
    """What came of the inputs, the first number that broke a parser in each way, and the slowest in seconds."""
    came: collections.Counter[tuple[str, str]] = collections.Counter()
    broken: dict[str, int] = {}
    slowest = 0.0
    signal.signal(signal.SIGPROF, _too_long)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(first, first + inputs):
            began = time.process_time()
            kind, outcome = tried(number, Path(folder))
            slowest = max(slowest, time.process_time() - began)
            fair = outcome in {"read", "refused"}
            came[kind, outcome if fair else "broken"] += 1
            if not fair:
                broken.setdefault(f"{kind}: {outcome}", number)
    return came, broken, slowest


def _too_long(*_: object) -> None:
    raise TimeoutError(f"more than {LIMIT_S} s")


def main() -> None:
    """Prints a table; ends with 1 where an input broke a parser."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--inputs", type=int, default=100_000)
    words.add_argument("--first", type=int, default=0)
    words.add_argument("--only", type=int)
    asked = words.parse_args()
    faulthandler.enable()
    if asked.only is not None:
        kind, content = made(asked.only)
        sys.stdout.write(f"{kind}\n{content[:2_000]!r}\n")
        asked.first, asked.inputs = asked.only, 1
    came, broken, slowest = fuzz(asked.first, asked.inputs)
    lines = ["| parser | read | refused | broken |", "|---|---|---|---|"]
    for kind in PARSERS:
        counts = " | ".join(f"{came[kind, outcome]:,}" for outcome in ("read", "refused", "broken"))
        lines.append(f"| {kind} | {counts} |")
    lines.append(f"\n{sum(came.values()):,} inputs, the slowest {slowest:.2f} s of computing.")
    lines += [f"BROKEN by input {number}: {what}" for what, number in broken.items()]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(bool(broken))


if __name__ == "__main__":
    main()
