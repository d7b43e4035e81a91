import csv
import datetime
import io
import re
import tomllib
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from dashboard.downloads import EXCEL_LETTERS, as_csv, as_excel, safe_name

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    " =1",
    "\t=1",
    "\u200f=1+1",
    "\ufeff=1+1",
    "\u202e=1+1",
    "＝1+1",
    "＠SUM(A1)",
    "\x00=1",
]
HARMLESS = ["a=b", "<script>alert(1)</script>", "\u202etxt.exe", "x" * 10_240, "two\nlines", 'with "quotes"', "ü 日本"]


def csv_rows(frame: pd.DataFrame) -> list[list[str]]:
    return list(csv.reader(io.StringIO(as_csv(frame).decode("utf-8-sig"))))


def excel_cells(frame: pd.DataFrame) -> list[openpyxl.cell.Cell]:
    (sheet,) = openpyxl.load_workbook(io.BytesIO(as_excel(frame))).worksheets
    return [row[0] for row in sheet.iter_rows()]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_text_of_a_csv_is_run_as_a_formula(text):
    assert csv_rows(pd.DataFrame({"text": [text]}))[1][0] == "'" + text


@pytest.mark.parametrize("text", HARMLESS, ids=lambda text: ascii(text[:12]))
def test_other_texts_of_a_csv_stay_as_they_were_written(text):
    assert csv_rows(pd.DataFrame({"text": [text]}))[1][0] == text


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_no_column_name_is_run_as_a_formula(name):
    assert csv_rows(pd.DataFrame({name: ["x"]}))[0][0] == "'" + name
    assert excel_cells(pd.DataFrame({name: ["x"]}))[0].data_type == "s"


@pytest.mark.parametrize("text", [*HOSTILE, *HARMLESS], ids=lambda text: ascii(text[:12]))
def test_every_text_of_a_workbook_is_text_as_it_was_written(text):
    _, cell = excel_cells(pd.DataFrame({"text": [text]}))
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert cell.value == text.replace("\x00", "\ufffd")


def test_numbers_stay_numbers_so_that_they_can_be_added_up():
    frame = pd.DataFrame({"n": [-1.5, np.nan, 2.0]})
    assert csv_rows(frame) == [["n"], ["-1.5"], [""], ["2.0"]]
    assert [cell.value for cell in excel_cells(frame)] == ["n", -1.5, None, 2]


def test_times_lists_and_odd_values_are_written_as_text():
    frame = pd.DataFrame({"x": [datetime.date(2026, 1, 2), ["=1"], float("inf"), 10**30]}, dtype=object)
    assert [cell.value for cell in excel_cells(frame)][1:] == ["2026-01-02", "['=1']", "inf", str(10**30)]


def test_a_text_that_is_too_long_for_a_cell_is_cut():
    assert len(excel_cells(pd.DataFrame({"x": ["a" * 40_000]}))[1].value) == EXCEL_LETTERS


def test_lone_surrogates_do_not_stop_a_download():
    frame = pd.DataFrame({"x": pd.Series(["a\ud800b", 1], dtype=object)})
    assert csv_rows(frame)[1] == ["a?b"]
    assert excel_cells(frame)[1].value == "a?b"


def test_a_file_that_is_read_back_by_tuneboard_holds_the_same_rows(tmp_path):
    from core.data import read

    frame = pd.DataFrame({"text": ["one, two", "three"], "n": [1, 2]})
    for name, content in {"a.csv": as_csv(frame), "a.xlsx": as_excel(frame)}.items():
        (tmp_path / name).write_bytes(content)
        assert (
            read(tmp_path / name, name).frame.astype(str).to_numpy().tolist() == frame.astype(str).to_numpy().tolist()
        )


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("../../etc/passwd.csv", "etc-passwd.csv"),
        ("=cmd|x.csv", "cmd-x.csv"),
        ("\u202e.csv", "table.csv"),
        ("日本.csv", "日本.csv"),
    ],
)
def test_file_names_hold_nothing_that_a_system_would_follow(name, file):
    assert safe_name(name) == file


def test_spreadsheets_are_written_in_one_place_and_tables_offer_no_download_of_their_own():
    writers = r"\.to_csv\(|\.to_excel\(|csv\.(writer|DictWriter)\(|Workbook\(write_only|import xlsxwriter"
    rooms = [ROOT / room for room in ("core", "storage", "worker", "dashboard", "pages")]
    found = {path for room in rooms for path in room.rglob("*.py") if re.search(writers, path.read_text("utf-8"))}
    assert found == {ROOT / "dashboard" / "downloads.py"}
    (config,) = (ROOT / "dashboard").rglob(".streamlit/config.toml")
    assert tomllib.loads(config.read_text("utf-8"))["client"]["disableDataExport"] is True
