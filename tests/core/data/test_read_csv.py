"""What csv.writer writes is read back equal, and what people write by hand is read as they meant it."""

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.data import read
from core.data.files.csv_rows import DelimitedFile
from core.data.files.dialect import DELIMITERS, Dialect

NAMES = st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True), min_size=2, max_size=5, unique=True)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
PUNCTUATION = st.sampled_from(
    [",", ";", "\t", "|", '"', '""', "'", "\n", "\r\n", " ", "\\", '\\"', "007", "NA", "null"]
)
WESTERN = st.sampled_from(
    ["café", "naïve", "Größe", "señor", "“quoted”", "5€", "voilà…", "Ångström", "hello", "the", "of"]
)
CHINESE = st.sampled_from(
    ["这家餐厅的服务非常好", "我们还会再来", "很差", "快递太慢了", "质量也不好", "，。！", "hello", "手机"]
)
WORDS = {
    "utf-8": ANY_TEXT,
    "utf-8-sig": ANY_TEXT,
    "utf-16": ANY_TEXT,
    "utf-16-le": st.one_of(WESTERN, CHINESE),
    "utf-16-be": st.one_of(WESTERN, CHINESE),
    "cp1252": WESTERN,
    "gb18030": CHINESE,
}


def written(rows: list[list[str]], path: Path, encoding: str, **how: str) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, **how).writerows(rows)
    return path


def back(frame: pd.DataFrame) -> list[list[str]]:
    return [list(frame.columns), *([cell if isinstance(cell, str) else "" for cell in row] for row in frame.to_numpy())]


@st.composite
def tables(draw: st.DrawFn, words: st.SearchStrategy[str]) -> list[list[str]]:
    names = draw(NAMES)
    cells = st.lists(st.one_of(words, PUNCTUATION), max_size=4).map(" ".join)
    return [names, *draw(st.lists(st.lists(cells, min_size=len(names), max_size=len(names)), min_size=1, max_size=12))]


@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("encoding", WORDS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_csv_writer_writes_is_read_back_equal(tmp_path, encoding, delimiter, data):
    rows = data.draw(tables(WORDS[encoding]))
    if encoding in {"cp1252", "gb18030"}:
        rows.append([rows[0][0], *("café" if encoding == "cp1252" else "很好" for _ in rows[0][1:])])
    path = written(rows, tmp_path / "rows", encoding, delimiter=delimiter)
    assert back(read(path, "rows.csv").frame) == rows


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(rows=[["a", "a0"], [":", ":"], ["", "0"], ["0", "0"], ["0", "0"]], delimiter="\t", quoting=csv.QUOTE_ALL)
@example(
    rows=[["a", "a0"], ["", ""], [":", ":"], ["", "0"], ["0", "0"], ["0", "0"]], delimiter="\t", quoting=csv.QUOTE_ALL
)
@example(
    rows=[["a", "a0"], ["", ""], ["b", "c"], ["", "0"], ["0", "0"], ["0", "0"]], delimiter="\t", quoting=csv.QUOTE_ALL
)
@given(rows=tables(ANY_TEXT), delimiter=st.sampled_from(DELIMITERS), quoting=st.sampled_from([csv.QUOTE_ALL]))
def test_quotes_around_every_cell_are_taken_off(tmp_path, rows, delimiter, quoting):
    path = written(rows, tmp_path / "rows", "utf-8", delimiter=delimiter, quoting=quoting)
    assert back(read(path, "rows.csv").frame) == rows


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from('ab,"\n \\;'), max_size=60))
def test_the_fast_and_the_careful_way_read_the_same(body):
    content = f"x,y\n{body}".encode()
    fast, careful = (DelimitedFile(content, Dialect(","), "x.csv") for _ in range(2))
    fast.names = careful.names = ["x", "y"]
    try:
        quick = fast.fast(4)
    except ValueError:  # ArrowInvalid: rows of uneven length are what the careful way is for
        return
    assert quick.to_pydict() == careful.careful(4, 1).to_pydict()


@pytest.mark.parametrize(
    ("content", "row", "words"),
    [
        ("text;label\n1,5 kg;007\n", ["1,5 kg", "007"], "separated by semicolons"),
        ("text\tlabel\na, b\tNA\n", ["a, b", "NA"], "Read as TSV: separated by tabs"),
        ("text|label\nnull|None\n", ["null", "None"], "separated by vertical bars"),
        ("sep=;\ntext;label\na,b;c\n", ["a,b", "c"], "separated by semicolons"),
        ("'text','label'\n'a, b','it''s'\n", ["a, b", "it's"], "single quotes"),
        ("text,label\n'a, b',x\n'it''s, c',y\n", ["a, b", "x"], "single quotes"),
        ('text, label\n"a, b", "c, d"\n', ["a, b", "c, d"], "separated by commas"),
        ('text,label\n"a \\"b\\", c",d\n', ['a "b", c', "d"], "backslash before quotes"),
        ('text\tlabel\n"Hello" he said\tpos\n"Bye\tneg\n', ['"Hello" he said', "pos"], "quotes are part of the text"),
        ('text,label\n5" nail,x\n"a, 6"" nail",y\n', ['5" nail', "x"], "separated by commas"),
        ("text,label\rold,mac\r", ["old", "mac"], "separated by commas"),
        ("\n\ntext,label\n\na,b\n\n", ["a", "b"], "separated by commas"),
        ("text,label,\na,b,\nc,d,\n", ["a", "b"], "separated by commas"),
        ("text,label\na,b,\nc,d\n", ["a", "b"], "separated by commas"),
    ],
)
def test_what_people_write_by_hand_is_read_as_they_meant_it(tmp_path, content, row, words):
    (tmp_path / "rows").write_bytes(content.encode())
    table = read(tmp_path / "rows", "rows.csv")
    assert list(table.frame.columns) == ["text", "label"]
    assert list(table.frame.iloc[0]) == row
    assert words in table.notes[0]


def test_a_list_of_lines_is_one_column(tmp_path):
    (tmp_path / "rows").write_text('text\nhello, world\n""\nbye\n')
    frame = read(tmp_path / "rows", "rows.txt").frame
    assert list(frame.columns) == ["text"]
    assert frame["text"].isna().tolist() == [False, True, False]


def test_cells_that_are_missing_at_a_rows_end_are_empty_and_noted(tmp_path):
    (tmp_path / "rows").write_text("text,label\na,b\nc\nd,e\nf\n")
    table = read(tmp_path / "rows", "rows.csv")
    assert table.frame["label"].isna().tolist() == [False, True, False, True]
    assert table.notes[1] == (
        "2 rows have fewer cells than the header has columns, the first in line 3; the missing cells are empty."
    )


def test_columns_of_one_name_get_numbers_and_a_note(tmp_path):
    (tmp_path / "rows").write_text("text,text,,text (2)\na,b,c,d\n")
    table = read(tmp_path / "rows", "rows.csv")
    assert list(table.frame.columns) == ["text", "text (3)", "column 3", "text (2)"]
    assert "More than one column is called 'text'; later ones got a number." in table.notes
    assert "Columns without a name were called 'column 3'." in table.notes


def test_every_value_stays_the_text_it_was(tmp_path):
    values = ["007", "1e5", "NA", "null", "None", "NaN", "TRUE", "2024-01-05", " spaced ", "1.50"]
    path = written([["text", "label"], *[[value, "x"] for value in values]], tmp_path / "rows", "utf-8")
    assert read(path, "rows.csv").frame["text"].tolist() == values


def test_a_large_cell_over_many_lines_is_read(tmp_path):
    letter = "\n".join(["Dear Sir,", 'he said "no".'] * 50_000)
    path = written([["text", "label"], [letter, "x"], ["short", "y"]], tmp_path / "rows", "utf-8")
    assert read(path, "rows.csv").frame["text"].tolist() == [letter, "short"]


def test_reading_leaves_pythons_csv_module_able_to_read_the_same(tmp_path):
    (tmp_path / "rows").write_text("text,label\na\n")
    assert read(tmp_path / "rows", "rows.csv").frame.shape == (1, 2)
    assert list(csv.reader(io.StringIO("a,b"))) == [["a", "b"]]
