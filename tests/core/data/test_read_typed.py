"""Files that know kinds of values: JSON, Parquet, Excel. Texts stay texts; other values become text when used."""

import datetime
import json

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data import read
from core.data.rows.values import as_text, cells


def test_json_lines_keep_texts_and_kinds(tmp_path):
    rows = [{"text": "café 很好", "n": 7, "ok": True, "id": "007"}, {"text": "b", "n": None, "ok": False, "id": "8"}]
    (tmp_path / "f").write_text("\n\n".join(json.dumps(row) for row in rows))
    table = read(tmp_path / "f", "rows.jsonl")
    assert table.notes == ("Read as JSON Lines: UTF-8.",)
    assert cells(table.frame["n"]) == ["7", None]
    assert cells(table.frame["ok"]) == ["true", "false"]
    assert cells(table.frame["id"]) == ["007", "8"]


def test_json_is_known_by_its_contents_whatever_its_name(tmp_path):
    (tmp_path / "f").write_text('{"text": "a, b", "label": "x"}\n{"text": "c", "label": "y"}\n')
    assert read(tmp_path / "f", "rows.csv").frame.shape == (2, 2)


def test_a_csv_that_opens_with_a_bracket_is_no_json(tmp_path):
    (tmp_path / "f").write_text("[text],label\n[deleted],x\n")
    assert list(read(tmp_path / "f", "rows.csv").frame.columns) == ["[text]", "label"]


@pytest.mark.parametrize(
    "content",
    [
        '[{"text": "a", "label": "x"}, {"text": "b", "label": "y"}]',
        '{"version": 1, "rows": [{"text": "a", "label": "x"}, {"text": "b", "label": "y"}]}',
        '[\n  {\n    "text": "a",\n    "label": "x"\n  },\n  {"text": "b", "label": "y"}\n]\n',
    ],
)
def test_a_json_array_of_objects_is_rows(tmp_path, content):
    (tmp_path / "f").write_text(content)
    frame = read(tmp_path / "f", "rows.json").frame
    assert frame.to_dict("list") == {"text": ["a", "b"], "label": ["x", "y"]}


def test_keys_that_some_objects_lack_are_empty_and_noted(tmp_path):
    (tmp_path / "f").write_text('{"text": "a"}\n{"text": "b", "label": "x", "tags": ["p", 1]}\n')
    table = read(tmp_path / "f", "rows.jsonl")
    assert cells(table.frame["label"]) == [None, "x"]
    assert cells(table.frame["tags"]) == [None, '["p", 1]']
    assert "Not every row has 'label', 'tags'; the missing cells are empty." in table.notes


def test_json_that_no_file_could_hold_as_text_is_made_whole(tmp_path):
    (tmp_path / "f").write_text('{"text": "half \\ud83d pair"}\n{"text": "b"}\n')
    assert cells(read(tmp_path / "f", "rows.jsonl").frame["text"]) == ["half \ufffd pair", "b"]


def test_half_characters_inside_nested_values_are_made_whole_too(tmp_path):
    (tmp_path / "file").write_bytes(rb'[{"text": ["\ud800"], "n": {"\udfff": 1}}]')
    assert read(tmp_path / "file", "rows.json").frame.loc[0, "text"] == "\ufffd"


def test_numbers_of_many_kinds_in_one_json_column_become_text(tmp_path):
    (tmp_path / "f").write_text('{"n": 7}\n{"n": 7.5}\n{"n": "x"}\n{"n": 12345678901234567890}\n{"n": true}\n')
    assert cells(read(tmp_path / "f", "rows.jsonl").frame["n"]) == ["7", "7.5", "x", "12345678901234567890", "true"]


def test_parquet_keeps_whole_numbers_whole_beside_missing_cells(tmp_path):
    table = pa.table(
        {
            "text": ["a", None, ""],
            "n": pa.array([7, None, 2**60 + 1]),
            "part": pa.array(["x", "y", None]).dictionary_encode(),
            "when": pa.array([datetime.datetime(2024, 1, 5), None, datetime.datetime(2024, 1, 5, 13, 30)]),
            "tags": [["p"], None, []],
            "score": [0.5, float("nan"), 3.0],
        }
    )
    pq.write_table(table, tmp_path / "f")
    frame = read(tmp_path / "f", "rows.csv").frame
    assert {name: cells(frame[name]) for name in frame} == {
        "text": ["a", None, None],
        "n": ["7", None, str(2**60 + 1)],
        "part": ["x", "y", None],
        "when": ["2024-01-05", None, "2024-01-05 13:30:00"],
        "tags": ["p", None, None],
        "score": ["0.5", None, "3"],
    }


def test_numbered_classes_of_a_hub_dataset_get_their_names(tmp_path):
    feature = {"names": ["negative", "positive"], "_type": "ClassLabel"}
    info = {"info": {"features": {"text": {"dtype": "string", "_type": "Value"}, "label": feature}}}
    table = pa.table({"text": ["a", "b", "c"], "label": [1, 0, -1]})
    pq.write_table(table.replace_schema_metadata({"huggingface": json.dumps(info)}), tmp_path / "f")
    read_back = read(tmp_path / "f", "train-00000-of-00001.parquet")
    assert cells(read_back.frame["label"]) == ["positive", "negative", None]
    assert "The numbers in 'label' were given their names, such as 'negative'." in read_back.notes


def test_pictures_in_parquet_are_left_out_and_noted(tmp_path):
    pq.write_table(pa.table({"text": ["a"], "image": [{"bytes": b"\x89PNG", "path": "x"}]}), tmp_path / "f")
    table = read(tmp_path / "f", "rows.parquet")
    assert list(table.frame.columns) == ["text"]
    assert "Columns that hold no text or numbers were left out: 'image'." in table.notes


def workbook(path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


ROWS = [
    ["text", "code", "amount", "when", "mixed", "ok"],
    ["good", "007", 7, datetime.datetime(2024, 1, 5), 3, True],
    ["bad", "NA", 8, datetime.datetime(2024, 1, 6), "x", False],
    [None, None, None, None, None, None],
    ["late", None, None, datetime.datetime(2024, 1, 6, 8, 30), 2.5, None],
]


@pytest.mark.parametrize("name", ["rows.xlsx", "rows.csv", "rows"])
def test_an_excel_file_is_read_whatever_its_name(tmp_path, name):
    path = workbook(tmp_path / "f", Rows=ROWS)
    frame = read(path, name).frame
    assert {column: cells(frame[column]) for column in frame} == {
        "text": ["good", "bad", "late"],
        "code": ["007", "NA", None],
        "amount": ["7", "8", None],
        "when": ["2024-01-05", "2024-01-06", "2024-01-06 08:30:00"],
        "mixed": ["3", "x", "2.5"],
        "ok": ["true", "false", None],
    }


def test_an_excel_file_called_csv_says_so(tmp_path):
    path = workbook(tmp_path / "f", Rows=ROWS)
    assert read(path, "reviews.csv").notes[0] == (
        "Read as an Excel workbook: sheet 'Rows'. Its name ends in '.csv', but it is not such a file."
    )


def test_the_fullest_sheet_is_read_and_the_others_are_named(tmp_path):
    path = workbook(tmp_path / "f", Cover=[["Reviews of 2026"], ["made by Anna"]], Rows=ROWS, Old=[["a"], ["b"]])
    assert read(path, "reviews.xlsx").notes[0] == "Read as an Excel workbook: sheet 'Rows', not 'Cover', 'Old'."


def test_the_same_rows_are_the_same_text_from_every_kind_of_file(tmp_path):
    frame = pd.DataFrame({"text": ["a", "b"], "n": [7, 8], "share": [0.5, 2.0]})
    frame.to_parquet(tmp_path / "p")
    frame.to_json(tmp_path / "j", orient="records", lines=True)
    frame.to_excel(tmp_path / "x.xlsx", index=False)
    (tmp_path / "c").write_text("text,n,share\na,7,0.5\nb,8,2\n")
    frames = [read(tmp_path / name, name).frame for name in ("p", "j", "x.xlsx", "c")]
    assert all([cells(found[name]) for name in found] == [["a", "b"], ["7", "8"], ["0.5", "2"]] for found in frames)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (pd.Series([1, 2]), ["1", "2"]),
        (pd.Series([1.0, np.nan, 1e300, np.inf]), ["1", None, "1e+300", "inf"]),
        (pd.Series([True, False]), ["true", "false"]),
        (pd.Series(["x", None, "y"]).astype("category"), ["x", None, "y"]),
        (pd.Series([1, None, "x", 2.5, pd.NaT, b"caf\xc3\xa9"], dtype=object), ["1", None, "x", "2.5", None, "café"]),
        (pd.to_datetime(pd.Series(["2024-01-05 00:00", None])), ["2024-01-05", None]),
        (pd.Series([datetime.date(2024, 1, 5), datetime.time(8, 30)], dtype=object), ["2024-01-05", "08:30:00"]),
        (pd.Series([{"b": 1, "a": [None]}], dtype=object), ['{"a": [null], "b": 1}']),
    ],
)
def test_every_value_has_one_text(values, words):
    assert cells(values) == words
    assert as_text(values).isna().tolist() == [word is None for word in words]
