"""What is kept has been proven: read rightly, or refused in a sentence and nothing of it is kept."""

import io
import json
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data import read_apart
from core.errors import DatasetError
from core.preparation import proof
from dashboard.command_line import main
from dashboard.intake.rows import add_file, snapshot
from storage import Store

ROWS = 40
YEAR_ONE_US = -62_135_596_800_000_000


def not_utf8() -> pa.Array:
    places = b"".join((2 * n).to_bytes(4, "little") for n in range(ROWS + 1))
    return pa.Array.from_buffers(pa.string(), ROWS, [None, pa.py_buffer(places), pa.py_buffer(b"\xff\xfe" * ROWS)])


def times(value: int, unit: str, zone: str | None = None) -> Callable[[], pa.Array]:
    return lambda: pa.array([value] * ROWS, pa.timestamp(unit, zone))


ODD: dict[str, tuple[Callable[[], pa.Array], str]] = {
    "year one in New York": (times(YEAR_ONE_US, "us", "America/New_York"), "outside of the years 1 to 9999, in row 1"),
    "before year one": (times(4 * YEAR_ONE_US, "us"), "outside of the years 1 to 9999"),
    "after 9999": (times(2**50, "s", "UTC"), "outside of the years 1 to 9999"),
    "a day of no calendar": (lambda: pa.array([-(10**8)] * ROWS, pa.date32()), "outside of the years 1 to 9999"),
    "an unknown zone": (times(0, "s", "Mars/Olympus"), "the time zone 'Mars/Olympus', which is not known"),
    "no UTF-8": (not_utf8, "holds texts that are not UTF-8"),
    "year two": (times(YEAR_ONE_US + 400 * 86_400_000_000, "us", "America/New_York"), ""),
    "decimals": (lambda: pa.array([Decimal("1.25")] * ROWS, pa.decimal128(10, 2)), ""),
    "wide decimals": (lambda: pa.array([Decimal("1.25")] * ROWS, pa.decimal256(60, 2)), ""),
    "durations": (lambda: pa.array([2**40] * ROWS, pa.duration("ms")), ""),
    "a list of decimals": (lambda: pa.array([[Decimal("1.2")]] * ROWS), ""),
    "nothing": (lambda: pa.nulls(ROWS), ""),
}


def parquet(path: Path, odd: pa.Array) -> Path:
    texts, labels = [f"hello number {n}" for n in range(ROWS)], ["a", "b"] * (ROWS // 2)
    when = pa.array(range(ROWS), pa.timestamp("s", "UTC"))
    pq.write_table(pa.table({"text": texts, "label": labels, "when": when, "odd": odd}), path)
    return path


def command(*words: str) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON document of a command."""
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed):
        patch.setattr(sys, "argv", ["tuneboard", *words, "--json"])
        with pytest.raises(SystemExit) as ended:
            main()
    return int(str(ended.value.code)), json.loads(printed.getvalue())


@pytest.mark.parametrize("name", ODD)
def test_odd_columns_are_read_rightly_or_refused_and_nothing_is_kept(name: str, tmp_path: Path) -> None:
    column, refused = ODD[name]
    path = parquet(tmp_path / "odd.parquet", column())
    code, told = command("datasets", "add", str(path))
    with Store.open() as store:
        assert len(store.datasets.list()) == (0 if refused else 1)
        assert bool(list((store.home / "files").glob("??/*"))) == (not refused)
    if refused:
        assert (code, refused in told["error"]["message"]) == (2, True), told
        return
    assert (code, told["rows"]) == (0, ROWS)
    assert command("datasets", "show", told["id"])[1]["dataset"]["first"][0]["text"] == "hello number 0"


def test_rows_that_break_what_runs_over_rows_at_rest_are_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = parquet(tmp_path / "odd.parquet", pa.nulls(ROWS))
    monkeypatch.setattr("core.data.files.read_apart.PROVER", "tests.test_rows_at_rest:broken_proof")
    with Store.open() as store:
        with pytest.raises(DatasetError, match="breaks the program that reads such files"):
            add_file(store, path, "odd")
        assert store.datasets.list() == []
    assert read_apart(path, path.name, numbered=True).frame.shape == (ROWS, 4)


def broken_proof(**request: Any) -> dict[str, Any]:
    """The proof with a check that breaks on these rows."""

    def broken(*_: object) -> list[object]:
        raise NotImplementedError

    proof.check = broken  # type: ignore[assignment]
    return proof.write_proven_rows(**request)


def test_a_wrong_option_is_said_before_anything_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("text,label\n" + "".join(f"hello {n},{'ab'[n % 2]}\n" for n in range(ROWS)))
    code, told = command("datasets", "add", str(path), "--target", "label", "--split-by", "nonsense")
    assert (code, "error" in told) == (2, True)
    assert command("datasets", "list")[1]["datasets"] == []


def test_a_dataset_is_shown_renamed_and_deleted_by_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("text,label\n" + "".join(f"hello {n},{'ab'[n % 2]}\n" for n in range(ROWS)))
    dataset = command("datasets", "add", str(path))[1]["id"]
    assert command("datasets", "rename", "rows", "letters")[1] == {"id": dataset, "name": "letters"}
    assert command("datasets", "rename", dataset, "  ")[0] == 2
    shown = command("datasets", "show", "letters", "--first", "2")[1]["dataset"]
    assert [row["label"] for row in shown["first"]] == ["a", "b"]
    assert command("datasets", "delete", "letters") == (0, {"deleted": dataset})
    assert command("datasets", "list")[1]["datasets"] == []


def test_what_is_kept_is_what_was_read_though_the_file_changes_in_between(tmp_path: Path) -> None:
    rows, written = tmp_path / "rows.csv", "text,label\nmine,a\nyours,b\n"
    rows.write_text(written)
    store = Store.open(tmp_path / "home")
    with snapshot(store, rows) as copy:
        read = read_apart(copy, rows.name)
        rows.write_text("text,label\nother,c\n")
        kept = store.datasets.add(read, name="rows", source=rows.name, original=copy)
    original = store.datasets.original(kept.id)
    assert original is not None
    assert original.read_text() == written
    assert store.datasets.frame(kept.id)["text"].tolist() == ["mine", "yours"]
    store.close()
