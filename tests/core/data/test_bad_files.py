"""Every file that cannot be read gets one exact sentence, with the place and what to do."""

import csv
import pickle
import time
import zipfile

import openpyxl
import pandas as pd
import pytest

from core.data import read
from core.data.files.limits import MAX_BYTES, MAX_LINE_BYTES
from core.errors import DatasetError


def refusal(path, name: str = "reviews.csv") -> DatasetError:
    with pytest.raises(DatasetError) as caught:
        read(path, name)
    assert caught.value.hint.endswith(".") or caught.value.hint.endswith("}.")
    return caught.value


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "reviews.csv is empty: it has 0 bytes."),
        (b"\n \n\r\n", "reviews.csv holds nothing but blank lines."),
        (b"\xef\xbb\xbf", "reviews.csv holds nothing but blank lines."),
        (b"text,label\n", "reviews.csv has a header (text, label) and no rows."),
        (b"text,label\r\n\r\n", "reviews.csv has a header (text, label) and no rows."),
        (
            b"text,label\ngood\0film,pos\n",
            "reviews.csv has a NUL byte at position 15, in line 2; text never holds one.",
        ),
        (
            b'text,label\nfine,pos\n"bad film,neg\nlong,neg\n',
            'In line 3 of reviews.csv a quote opens and is never closed: "bad film,neg',
        ),
        (
            b'text,label\nfine,pos\n"bad film,neg\n"long, too",neg\n"last, one",pos\n',
            'In line 3 of reviews.csv a quote opens and is never closed: "bad film,neg',
        ),
        (
            b"text,label\nfine,pos\nbad, really,neg\n",
            "Line 3 of reviews.csv has 3 cells, but the header has 2 columns (text, label).",
        ),
        (
            b'text,label\n"two\nlines",pos\nbad, really,neg\n',
            "Line 4 of reviews.csv has 3 cells, but the header has 2 columns (text, label).",
        ),
        (
            b"PK\x03\x04" + b"x" * 50,
            "reviews.csv is a damaged ZIP archive or Excel workbook.",
        ),
        (
            pickle.dumps({"a": 1}),
            "reviews.csv is a Python pickle, which can run code when it is opened, so it is not opened.",
        ),
        (b"\x1f\x8b\x08\x00rest", "reviews.csv is a gzip archive, not a table."),
        (b"%PDF-1.7 rest", "reviews.csv is a PDF document, not a table."),
        (b"\x89PNG\r\n\x1a\n", "reviews.csv is a PNG picture, not a table."),
        (b"<!DOCTYPE html><html><table>", "reviews.csv is a web page (HTML), not a table."),
        (bytes(range(256)) * 100 + b"\0" * 9_000, "reviews.csv is not a text file: it is full of NUL bytes."),
    ],
)
def test_a_broken_file_is_refused_with_one_exact_sentence(tmp_path, content, message):
    (tmp_path / "file").write_bytes(content)
    assert refusal(tmp_path / "file").message == message


def test_a_file_that_is_not_there_is_named(tmp_path):
    assert refusal(tmp_path / "gone").message == "There is no file called reviews.csv."


def test_a_file_of_300_mb_is_refused_before_it_is_read(tmp_path):
    with (tmp_path / "file").open("wb") as file:
        file.truncate(300 * 1024 * 1024)
    began = time.monotonic()
    assert refusal(tmp_path / "file").message == "reviews.csv has 300 MB; the limit is 200 MB."
    assert time.monotonic() - began < 0.5


def test_a_file_one_byte_too_large_does_not_read_as_the_limit(tmp_path):
    with (tmp_path / "file").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert refusal(tmp_path / "file").message == "reviews.csv has 201 MB; the limit is 200 MB."


def test_a_line_that_no_row_could_be_is_named(tmp_path):
    (tmp_path / "file").write_bytes(b"text,label\nfine,pos\n" + b"x" * (MAX_LINE_BYTES + 1) + b"\n")
    assert refusal(tmp_path / "file").message == (
        "Line 3 of reviews.csv has 5,000,001 bytes; the limit for one line is 5,000,000."
    )


def test_too_many_columns_are_counted(tmp_path):
    (tmp_path / "file").write_text(",".join(f"c{number}" for number in range(2_001)) + "\n1\n")
    assert refusal(tmp_path / "file").message == "reviews.csv has 2,001 columns; the limit is 2,000."


def test_a_line_number_counts_lines_as_an_editor_does(tmp_path):
    (tmp_path / "file").write_bytes(b'text,label\r\n"one\r\ntwo",x\r\n\r\na,b,c\r\n')
    assert refusal(tmp_path / "file").message.startswith("Line 5 of reviews.csv has 3 cells")


def test_a_line_number_counts_the_line_that_names_the_separator(tmp_path):
    (tmp_path / "file").write_bytes(b"sep=;\ntext;label\na;b\nc;d;e\n")
    assert refusal(tmp_path / "file").message.startswith("Line 4 of reviews.csv has 3 cells")


def test_a_zip_archive_says_what_is_in_it(tmp_path):
    with zipfile.ZipFile(tmp_path / "file", "w") as archive:
        archive.writestr("rows.csv", "text,label\na,b\n")
    error = refusal(tmp_path / "file", "reviews.zip")
    assert error.message == "reviews.zip is a ZIP archive, not a table. It holds rows.csv."
    assert error.hint == "Unpack it, then add the file with the rows."


def test_a_model_file_is_not_opened(tmp_path):
    with zipfile.ZipFile(tmp_path / "file", "w") as archive:
        archive.writestr("model/data.pkl", b"\x80\x04.")
    assert "Python pickle" in refusal(tmp_path / "file", "model.pt").message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b'{"text": "a"}\n{"text": "b"\n{"text": "c"}\n',
            "Line 2 of rows.jsonl is not valid JSON: Expecting ',' delimiter at character 13.",
        ),
        (b'{"text": "a"}\n["b"]\n', "Line 2 of rows.jsonl is a list, not an object."),
        (b'{"text": "a"}\n7\n', "Line 2 of rows.jsonl is a number, not an object."),
        (b'[{"text": "a"},\n"b"]', "Entry 2 of the array in rows.jsonl is a text, not an object."),
        (b'[{"text": "a"},\n{"text": }]', "Line 2 of rows.jsonl is not valid JSON: Expecting value at character 10."),
        (b"[]", "rows.jsonl holds no rows."),
        (b"[{}, {}]", "rows.jsonl holds no rows."),
        (b"[" * 100_000, "Line 1 of rows.jsonl is nested too deeply, or holds a number too long, to be a row."),
        (
            b'{"text": "a"}\n{"n": ' + b"9" * 5_000 + b"}\n",
            "Line 2 of rows.jsonl is nested too deeply, or holds a number too long, to be a row.",
        ),
    ],
)
def test_broken_json_is_refused_with_its_line(tmp_path, content, message):
    (tmp_path / "file").write_bytes(content)
    assert refusal(tmp_path / "file", "rows.jsonl").message == message


def test_a_cut_parquet_file_is_called_damaged(tmp_path):
    pd.DataFrame({"text": ["a"] * 100}).to_parquet(tmp_path / "whole")
    (tmp_path / "file").write_bytes((tmp_path / "whole").read_bytes()[:-20])
    assert refusal(tmp_path / "file", "rows.parquet").message.startswith("rows.parquet is a damaged Parquet file: ")


def test_a_parquet_file_without_rows_is_named(tmp_path):
    pd.DataFrame({"text": pd.Series([], dtype="str")}).to_parquet(tmp_path / "file")
    assert refusal(tmp_path / "file", "rows.parquet").message == "rows.parquet has columns (text) and no rows."


def workbook(path, *rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_an_excel_file_with_a_header_only_is_refused(tmp_path):
    path = workbook(tmp_path / "file", ["text", "label"])
    assert refusal(path, "rows.xlsx").message == "rows.xlsx has a header (text, label) and no rows."


def test_an_empty_excel_file_is_refused(tmp_path):
    path = workbook(tmp_path / "file")
    assert refusal(path, "rows.xlsx").message == "rows.xlsx is an Excel workbook whose sheets are all empty."


def test_a_damaged_excel_file_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "file", "w") as archive:
        archive.writestr("xl/workbook.xml", "<not closed")
    assert refusal(tmp_path / "file", "rows.xlsx").message.startswith("rows.xlsx is a damaged Excel workbook: ")


def test_a_workbook_that_unpacks_to_more_than_the_limit_is_refused_unopened(tmp_path, monkeypatch):
    monkeypatch.setattr("core.data.files.excel.MAX_UNPACKED_BYTES", 3 * 1024 * 1024)
    with zipfile.ZipFile(tmp_path / "file", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 5 * 1024 * 1024)
    assert refusal(tmp_path / "file", "rows.xlsx").message == "rows.xlsx unpacks to 5 MB; the limit is 3 MB."


def test_an_ole_file_that_is_no_workbook_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000)
    assert "damaged Excel workbook" in refusal(tmp_path / "file", "rows.xls").message


def test_broken_utf16_is_refused_with_its_line(tmp_path):
    content = "text,label\nfine,pos\n".encode("utf-16") + b"\x00\xdc" + "x,y\n".encode("utf-16-le")
    (tmp_path / "file").write_bytes(content)
    assert refusal(tmp_path / "file").message == "Line 3 of reviews.csv holds bytes that are not UTF-16 text (0x00)."


def test_nothing_of_the_file_is_changed_by_reading(tmp_path):
    content = b'text,label\n"open,pos\n'
    (tmp_path / "file").write_bytes(content)
    refusal(tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == content
    assert csv.field_size_limit() > 0
