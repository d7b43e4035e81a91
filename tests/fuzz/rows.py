"""Cases of rows: made-up files, files whose cells are known, and real files that were damaged."""

import csv
import gzip
import io
import json
import random
import shutil
import zipfile
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from storage import Store
from tests.fuzz import parsers
from tests.fuzz.case import Came, command, need

SUFFIXES = {".csv": 40, ".jsonl": 20, ".json": 10, ".parquet": 20, ".xlsx": 10}
"""Kinds of file, and how many of a hundred cases each gets."""
WAYS = {"made up": 30, "known": 25, "damaged": 45}
PIECES = [
    "oil", "Bank", "ship", "ü", "日本", "\U0001f600", "\u202e", '"', "'", "\\", ",", ";", "|", "=1+1", "<b>", "{", "[",
    "#", "$", "%", "null", "NaN", "1e999", "-0", "true", "2026-01-02",
]  # fmt: skip
DELIMITERS = [",", ";", "\t", "|"]
MOST_ROWS = 60
"""Rows of a real table that are kept, so that a case is soon read."""


class RowCase(NamedTuple):
    """File of rows, how it came about, and its texts where they are known."""

    suffix: str
    way: str
    content: bytes
    texts: list[str] | None = None


class Rows:
    """Adds the files to one store by the command line, and deletes what was kept."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._files = home.parent / "given"
        self._files.mkdir(exist_ok=True)
        Store.open(home).close()

    def tried(self, number: int) -> Came:
        case = made(number)
        if any((self._home / "files").iterdir()):  # the case before was broken
            shutil.rmtree(self._home)
        path = self._files / f"rows{case.suffix}"
        path.write_bytes(case.content)
        code, told = command("datasets", "add", str(path), home=self._home)
        need(code in (0, 2), f"exit code {code}: {told}")
        if code == 0:
            self._check_kept(str(told["id"]), int(told["rows"]), case)
        need(not [one for one in (self._home / "files").rglob("*") if one.is_file()], "a file without a row is left")
        need(not list((self._home / "incoming").iterdir()), "something is left of the intake")
        need(code == 0 or case.texts is None, f"a good file was refused: {told}")
        return Came(case.suffix, code == 2)

    def _check_kept(self, dataset: str, rows: int, case: RowCase) -> None:
        with Store.open(self._home) as store:
            kept = store.datasets.get(dataset)
            frame = store.datasets.frame(dataset)
            need(len(frame) == kept.rows == rows, f"{len(frame)} rows are kept of {kept.rows}, told {rows}")
            need(
                tuple(map(str, frame.columns)) == tuple(kept.columns),
                f"columns {list(frame.columns)} of {kept.columns}",
            )
            if case.texts is not None:
                need(list(frame["text"]) == case.texts, f"read {list(frame['text'])} of {case.texts}")
        shown, told = command("datasets", "show", dataset, home=self._home)
        need(shown == 0, f"it cannot be shown: {told}")
        gone, told = command("datasets", "delete", dataset, home=self._home)
        need(gone == 0, f"it cannot be deleted: {told}")

    def about(self, number: int) -> str:
        case = made(number)
        return f"{case.way} {case.suffix}: {case.content[:2_000]!r}"


def made(number: int) -> RowCase:
    """The case of this number."""
    chance = random.Random(f"rows {number}")
    suffix = chance.choices(list(SUFFIXES), list(SUFFIXES.values()))[0]
    way = chance.choices(list(WAYS), list(WAYS.values()))[0]
    if way == "known":
        table = known_table(chance)
        return RowCase(suffix, way, WRITERS[suffix](table, chance), list(table["text"]))
    if way == "made up":
        maker = parsers.PARSERS[".jsonl" if suffix == ".json" else suffix][1]
        content = maker(chance)
        return RowCase(suffix, way, parsers.mutated(content, chance) if chance.random() < 0.5 else content)
    return RowCase(suffix, way, damaged(chance.choice(real_files()[suffix]), suffix, chance))


def known_table(chance: random.Random) -> pd.DataFrame:
    """Texts of odd pieces, each with a class and a number."""
    rows = range(chance.choice([8, 20, 40]))
    texts = [f"story {n} " + "".join(chance.choice([*PIECES, " "]) for _ in range(chance.randrange(9))) for n in rows]
    texts = [f"{text.strip()}." for text in texts]
    return pd.DataFrame({"text": texts, "label": ["ab"[n % 2] for n in rows], "amount": [n * 1.5 for n in rows]})


def _as_csv(table: pd.DataFrame, chance: random.Random) -> bytes:
    file = io.StringIO()
    end, quoting = chance.choice(["\n", "\r\n"]), chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    writer = csv.writer(file, delimiter=chance.choice(DELIMITERS), lineterminator=end, quoting=quoting)
    writer.writerows([list(table.columns), *table.itertuples(index=False)])
    return file.getvalue().encode(chance.choice(["utf-8", "utf-8-sig", "utf-16"]))


def _as_lines(table: pd.DataFrame, chance: random.Random) -> bytes:
    is_ascii = chance.random() < 0.5
    return "\n".join(json.dumps(row, ensure_ascii=is_ascii) for row in table.to_dict("records")).encode()


def _as_json(table: pd.DataFrame, chance: random.Random) -> bytes:
    rows = table.to_dict("records")
    told = chance.choice([rows, {"data": rows}, {"meta": {"version": 1}, "rows": rows}])
    return json.dumps(told, indent=chance.choice([None, 2])).encode()


def _as_parquet(table: pd.DataFrame, chance: random.Random) -> bytes:
    file = io.BytesIO()
    held = pa.Table.from_pandas(table, preserve_index=chance.random() < 0.3)
    pq.write_table(held, file, compression=chance.choice(["snappy", "zstd", "none"]), row_group_size=7)
    return file.getvalue()


def _as_excel(table: pd.DataFrame, chance: random.Random) -> bytes:
    book = openpyxl.Workbook()
    for row in [list(table.columns), *table.itertuples(index=False)]:
        book.active.append(list(row))
    for cell in book.active["A"]:
        cell.data_type = "s"  # a text that begins with "=" stays one
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


WRITERS: dict[str, Callable[[pd.DataFrame, random.Random], bytes]] = {
    ".csv": _as_csv,
    ".jsonl": _as_lines,
    ".json": _as_json,
    ".parquet": _as_parquet,
    ".xlsx": _as_excel,
}


@cache
def real_files() -> dict[str, list[bytes]]:
    """Real tables that libraries bring along, by kind: as they lie there, and written by pandas."""
    sklearn, plotly = files("sklearn.datasets.data"), files("plotly") / "package_data" / "datasets"
    found: dict[str, list[bytes]] = {suffix: [] for suffix in SUFFIXES}
    for name in ("iris", "wine_data", "linnerud_exercise", "breast_cancer"):
        found[".csv"].append(_head((sklearn / f"{name}.csv").read_bytes()))
    for name in ("tips", "election", "gapminder", "stocks", "medals", "experiment"):
        content = _head(gzip.decompress((plotly / f"{name}.csv.gz").read_bytes()))
        found[".csv"].append(content)
        table = pd.read_csv(io.BytesIO(content))
        found[".jsonl"].append(table.to_json(orient="records", lines=True).encode())
        found[".json"] += [table.to_json(orient=shape).encode() for shape in ("records", "columns", "split", "table")]
        for suffix in (".parquet", ".xlsx"):
            file = io.BytesIO()
            table.to_parquet(file) if suffix == ".parquet" else table.to_excel(file, index=False)
            found[suffix].append(file.getvalue())
    old = files("pyarrow") / "tests" / "data" / "parquet"
    found[".parquet"] += [path.read_bytes() for path in old.iterdir() if path.name.endswith(".parquet")]
    return found


def _head(content: bytes) -> bytes:
    return b"".join(content.splitlines(keepends=True)[:MOST_ROWS])


def damaged(content: bytes, suffix: str, chance: random.Random) -> bytes:
    """The file with some damage; of a workbook, mostly inside the packed files, where no checksum finds it."""
    if suffix == ".xlsx" and chance.random() < 0.8:
        return damaged_inside(content, chance)
    if suffix == ".parquet" and chance.random() < 0.5:  # the end, which says where everything lies
        at = len(content) - chance.randrange(8, min(len(content), 3_000))
        return content[:at] + parsers.mutated(content[at:], chance)
    if chance.random() < 0.2:  # two files in one
        other = chance.choice(real_files()[suffix])
        return content[: chance.randrange(len(content))] + other[chance.randrange(len(other)) :]
    return parsers.mutated(content, chance)


def damaged_inside(content: bytes, chance: random.Random) -> bytes:
    """The zip archive with one member damaged, and every checksum right."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as whole, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as copy:
        chosen = chance.choice(whole.namelist())
        for name in whole.namelist():
            held = whole.read(name)
            copy.writestr(name, parsers.mutated(held, chance) if name == chosen else held)
    return file.getvalue()
