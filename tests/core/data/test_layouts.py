"""Rows as other programs write them: dumps, lines of fastText, JSON by column and nested, odd separators."""

import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data import ReadOptions, read, suggest
from core.data.rows.values import cells

LABELS = ["damage", "silence", "payment"]
ROWS = [{"comment": f"Letter number {n} about something that went wrong", "topic": LABELS[n % 3]} for n in range(12)]


def table_of(tmp_path, content: str | bytes, name: str, **options):
    (tmp_path / "f").write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(tmp_path / "f", name, ReadOptions(**options))


def texts(table, column: str) -> list[str | None]:
    return cells(table.frame[column])


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_dump_of_mysql_has_missing_cells_and_escapes(tmp_path, end):
    content = f"comment\ttopic{end}one\\\ttab\tx{end}two\\{end}lines\t\\N{end}back\\\\slash\ty{end}"
    table = table_of(tmp_path, content, "f.tsv")
    assert texts(table, "comment") == ["one\ttab", "two\nlines", "back\\slash"]
    assert texts(table, "topic") == ["x", None, "y"]
    assert "1 cell of \\N was read as missing." in table.notes


def test_a_dump_of_postgres_writes_its_escapes_as_letters(tmp_path):
    table = table_of(tmp_path, "comment\ttopic\na\\tb\\nc\tx\nd\t\\N\n", "f.tsv")
    assert texts(table, "comment") == ["a\tb\nc", "d"]


def test_missing_cells_of_a_dump_in_commas_are_missing(tmp_path):
    table = table_of(tmp_path, 'comment,topic\n"a, b",\\N\n"c",x\n\\N,y\n', "f.csv")
    assert (texts(table, "comment"), texts(table, "topic")) == (["a, b", "c", None], [None, "x", "y"])


def test_paths_with_backslashes_are_no_escapes(tmp_path):
    table = table_of(tmp_path, "comment\ttopic\nC:\\temp\\new\tx\nD:\\\ty\n", "f.tsv")
    assert texts(table, "comment") == ["C:\\temp\\new", "D:\\"]


@pytest.mark.parametrize(
    "mark", ['pipe 5" wide\tx\n', '"5 inch" pipe\tx\n', 'a "quoted" word\tx\n', '"opens and stays\tx\n']
)
def test_lone_quotes_in_tabs_swallow_no_row(tmp_path, mark):
    content = "comment\ttopic\n" + "".join(f"plain {n}\ty\n{mark}" for n in range(6))
    table = table_of(tmp_path, content, "f.tsv")
    assert len(table.frame) == 12
    assert texts(table, "comment")[1] == mark.split("\t")[0]


def test_lines_of_fasttext_are_labels_and_texts(tmp_path):
    content = "__label__a first text, with a comma\n__label__b second\n\n__label__a __label__b third one\n"
    table = table_of(tmp_path, content, "f.txt")
    assert texts(table, "label") == ["a", "b", "a; b"]
    assert texts(table, "text") == ["first text, with a comma", "second", "third one"]
    assert [finding.code for finding in table.findings] == ["lists"]


def test_a_text_that_names_a_label_of_fasttext_is_no_such_file(tmp_path):
    content = "comment,topic\n__label__x is what fastText writes,a\nand this is not,b\n"
    assert list(table_of(tmp_path, content, "f.csv").frame.columns) == ["comment", "topic"]


@pytest.mark.parametrize("sign", ["||", "::", "^", "~", "\x01"])
def test_unusual_separators_are_found_where_every_line_has_them(tmp_path, sign):
    content = "".join(
        f"{one}{sign}{other}\n" for one, other in [("comment", "topic"), *((r["comment"], r["topic"]) for r in ROWS)]
    )
    table = table_of(tmp_path, content, "f.txt")
    assert (list(table.frame.columns), len(table.frame)) == (["comment", "topic"], 12)


def test_a_whole_line_in_one_column_is_named_with_the_sign_that_may_divide_it(tmp_path):
    content = "comment#topic\n" + "".join(f"{row['comment']}#{row['topic']}\n" for row in ROWS)
    table = table_of(tmp_path, content, "f.txt")
    (found,) = [one for one in table.findings if one.code == "one_column"]
    assert list(read(tmp_path / "f", "f.txt", found.readings[0]).frame.columns) == ["comment", "topic"]


def test_marks_inside_a_file_that_was_put_together_are_no_text(tmp_path):
    table = table_of(tmp_path, "\ufeffcomment,topic\na,x\n\ufeffb,x\n\ufeff\ufeffc,y\n", "f.csv")
    assert texts(table, "comment") == ["a", "b", "c"]
    assert len(table_of(tmp_path, '\ufeff{"a": 1}\n\ufeff{"a": 2}\n', "f.jsonl").frame) == 2


@pytest.mark.parametrize("orient", ["columns", "index", "split", "records", "table", "values"])
def test_every_layout_of_pandas_gives_the_same_rows(tmp_path, orient):
    frame = pd.DataFrame(ROWS)
    table = table_of(tmp_path, frame.to_json(orient=orient), "f.json")
    named = table.frame if orient != "values" else table.frame.set_axis(["comment", "topic"], axis=1)
    assert cells(named["comment"]) == list(frame["comment"])
    assert cells(named["topic"]) == list(frame["topic"])


@pytest.mark.parametrize(
    "value",
    [
        {"comment": ["a", "b"], "topic": ["x", "y"]},
        {"train": [{"comment": "a", "topic": "x"}], "test": [{"comment": "b", "topic": "y"}]},
        [["comment", "topic"], ["a", "x"], ["b", "y"]],
    ],
)
def test_other_layouts_are_rows_too(tmp_path, value):
    table = table_of(tmp_path, json.dumps(value), "f.json")
    assert (texts(table, "comment"), texts(table, "topic")) == (["a", "b"], ["x", "y"])


def label_studio(number: int) -> dict:
    result = [{"from_name": "desk", "type": "choices", "value": {"choices": [LABELS[number % 3]]}}]
    done = {"was_cancelled": number == 4, "result": [] if number == 4 else result}
    return {"id": number, "data": {"comment": ROWS[number]["comment"]}, "annotations": [done]}


def argilla(number: int) -> dict:
    return {"fields": {"comment": ROWS[number]["comment"]}, "responses": {"topic": [{"value": LABELS[number % 3]}]}}


def doccano(number: int) -> dict:
    return {"id": number, "text": ROWS[number]["comment"], "label": [LABELS[number % 3]]}


@pytest.mark.parametrize(
    ("export", "text", "target"),
    [(label_studio, "comment", "choices"), (argilla, "comment", "value"), (doccano, "text", "label")],
)
@pytest.mark.parametrize("lines", [True, False])
def test_exports_of_annotation_tools_give_text_and_choice(tmp_path, export, text, target, lines):
    rows = [export(number) for number in range(12)]
    content = "\n".join(map(json.dumps, rows)) if lines else json.dumps(rows, indent=1)
    table = table_of(tmp_path, content, "f.json")
    suggested = suggest(table.frame)
    assert (len(table.frame), suggested.text, suggested.target) == (12, text, target)


def test_columns_inside_are_left_alone_where_text_and_target_stand_beside_them(tmp_path):
    rows = [{**row, "seen": {"by": ["desk"], "on": "2031-02-03"}} for row in ROWS]
    assert list(table_of(tmp_path, json.dumps(rows), "f.json").frame.columns) == ["comment", "topic", "seen"]


def test_line_separators_inside_strings_end_no_line(tmp_path):
    rows = [{"comment": f"one\u2028two\x85{n}\u2029", "topic": LABELS[n % 3]} for n in range(6)]
    content = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    assert len(table_of(tmp_path, content, "f.jsonl").frame) == 6


def test_parquet_lists_of_one_are_values_and_of_several_are_said(tmp_path):
    frame = pd.DataFrame(ROWS).assign(
        tags=[["a"], ["a", "b"], None, []] * 3, body=[{"lang": "en", "n": n} for n in range(12)]
    )
    frame["topic"] = frame["topic"].astype("category")
    frame.index = range(100, 112)
    pq.write_table(pa.Table.from_pandas(frame), tmp_path / "f")
    table = read(tmp_path / "f", "f.parquet")
    assert texts(table, "tags")[:4] == ["a", "a; b", None, None]
    assert [finding.rows for finding in table.findings] == [3]
    assert (suggest(table.frame).text, suggest(table.frame).target) == ("comment", "topic")
    assert "100" not in {cell for name in table.frame for cell in cells(table.frame[name])}
