"""A cell of megabytes is refused with its row and column, and nothing tries to read it as a date."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from core.data import read_apart
from core.data.files.limits import MAX_CELL_CHARACTERS
from core.data.rows import times
from core.data.rows.times import moments, other_order
from core.errors import DatasetError

LONG = "word " * 2_000_000
QUOTED = "\n".join(["a line of words"] * 700_000)
"""Ten million characters in lines of their own, as a quote that is not closed for long makes of them."""


def as_csv(path: Path) -> None:
    rows = "".join(f"hello {n},{'ab'[n % 2]}\n" for n in range(40))
    path.write_text(f'text,label\n{rows}"{QUOTED}",a\n{rows}')


def as_json_lines(path: Path) -> None:
    rows = [{"text": f"hello {n}", "label": "ab"[n % 2]} for n in range(40)]
    path.write_text("\n".join(json.dumps(row) for row in [*rows, {"text": LONG, "label": "a"}]))


def as_parquet(path: Path) -> None:
    frame = pd.DataFrame({"text": [f"hello {n}" for n in range(40)] + [LONG], "label": ["a", "b"] * 20 + ["a"]})
    frame.to_parquet(path)


@pytest.mark.parametrize("write", [as_csv, as_json_lines, as_parquet])
def test_a_cell_of_megabytes_is_refused_with_its_row_and_column(write: Any, tmp_path: Path) -> None:
    path = tmp_path / {"as_csv": "r.csv", "as_json_lines": "r.jsonl", "as_parquet": "r.parquet"}[write.__name__]
    write(path)
    with pytest.raises(DatasetError, match=r"Row 41 of r\.\w+ has [\d,]+ characters in the column 'text'") as error:
        read_apart(path, path.name)
    assert f"{MAX_CELL_CHARACTERS:,}" in error.value.message
    assert len(str(error.value)) < 500


def test_a_long_cell_within_the_limit_is_read(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    rows = "".join(f"hello {n},{'ab'[n % 2]}\n" for n in range(40))
    path.write_text(f'text,label\n{rows}"{"x" * 900_000}",a\n')
    assert read_apart(path, path.name).frame["text"].str.len().max() == 900_000


def test_no_cell_longer_than_64_characters_is_tried_as_a_date(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []
    parse = times.parsed

    def noting(values: pd.Series, written: str) -> pd.Series:
        tried.append(int(values.str.len().max()))
        return parse(values, written)

    monkeypatch.setattr(times, "parsed", noting)
    column = pd.Series(["2024-01-31", "2024-02-01", "2024-02-01" + " " * 60, "x" * 1000])
    assert list(moments(column).notna()) == [True, True, False, False]
    other_order(column)
    assert max(tried) <= 64
