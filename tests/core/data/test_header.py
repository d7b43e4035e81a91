"""The column names are found where they stand, no row is taken for them, and what is no row is named and left out."""

import openpyxl
import pytest

from core.data import ReadOptions, read
from core.data.files.header import find_header
from core.data.rows.values import cells
from core.data.sentences import listed

TEXTS = ["The lid of the jar came broken", "Nobody answered my second letter", "My card was charged two times over"]
LABELS = ["damage", "silence", "payment"]
ROWS = [[f"{text}, case {number}", LABELS[number % 3]] for number, text in enumerate(TEXTS * 6)]


def as_csv(*lines: str, rows: list[list[str]] = ROWS) -> bytes:
    return "\n".join([*lines, *(f'"{text}",{label}' for text, label in rows), ""]).encode()


def read_lines(tmp_path, *lines: str, options=None, **how):
    (tmp_path / "f.csv").write_bytes(as_csv(*lines, **how))
    return read(tmp_path / "f.csv", "f.csv", options or ReadOptions())


def codes(table) -> list[str]:
    return [finding.code for finding in table.findings]


def test_a_plain_header_is_taken_without_a_word(tmp_path):
    table = read_lines(tmp_path, "letter,matter")
    assert (list(table.frame.columns), len(table.frame), codes(table)) == (["letter", "matter"], 18, [])


@pytest.mark.parametrize(
    "titles",
    [
        ["Letters of 2031"],
        ["Letters of 2031", "from the counter", ""],
        ["Letters, all of 2031", ""],
        ["Letters, calls, visits", "made by the counter, in June", ""],
        ['"Letters, and more"', ""],
    ],
)
def test_title_lines_are_left_out_and_the_line_of_the_names_is_said(tmp_path, titles):
    table = read_lines(tmp_path, *titles, "comment,topic")
    assert list(table.frame.columns) == ["comment", "topic"]
    assert len(table.frame) == 18
    assert table.findings[0].code == "header_below"
    assert f"in line {len(titles) + 1}" in table.findings[0].message


def test_title_lines_stand_above_other_separators_too(tmp_path):
    rows = "".join(f"{text}\t{label}\n" for text, label in ROWS)
    (tmp_path / "f.tsv").write_text(f"Letters; June\ncomment\ttopic\n{rows}")
    table = read(tmp_path / "f.tsv", "f.tsv")
    assert (list(table.frame.columns), len(table.frame)) == (["comment", "topic"], 18)


def test_without_names_every_line_is_a_row(tmp_path):
    table = read_lines(tmp_path)
    assert (list(table.frame.columns), len(table.frame), codes(table)) == (["column 1", "column 2"], 18, ["no_header"])
    (other,) = table.findings[0].readings
    assert len(read(tmp_path / "f.csv", "f.csv", other).frame) == 17


def test_one_column_of_texts_without_a_name_keeps_its_first(tmp_path):
    (tmp_path / "f").write_text("".join(f'"{text}"\n' for text, _ in ROWS))
    assert cells(read(tmp_path / "f", "f.csv").frame["column 1"]) == [text for text, _ in ROWS]


def test_what_is_not_clear_is_said_and_can_be_read_otherwise(tmp_path):
    (tmp_path / "f").write_text("fine indeed,yes\nawful,no\nlovely,yes\nsad,no\n")
    table = read(tmp_path / "f", "f.csv")
    assert codes(table) == ["header_not_clear"]
    assert len(read(tmp_path / "f", "f.csv", table.findings[0].readings[0]).frame) == 4


def test_what_the_owner_says_counts(tmp_path):
    table = read_lines(tmp_path, "comment,topic", options=ReadOptions(header=False))
    assert len(table.frame) == 19
    table = read_lines(tmp_path, "x", "y,z", "comment,topic", options=ReadOptions(skip_lines=2, header=True))
    assert (list(table.frame.columns), len(table.frame)) == (["comment", "topic"], 18)


def test_a_name_that_is_asked_for_tells_the_header(tmp_path):
    (tmp_path / "f").write_text("zq\nzr\nzs\nzt\n")
    assert len(read(tmp_path / "f", "f.csv", ReadOptions(names=("ZQ",))).frame) == 3


def test_a_second_line_of_types_is_left_out_and_one_of_groups_makes_names_differ():
    named = [["letter", "matter"], ["string", "category"], *ROWS]
    assert find_header(named).depth == 2
    grouped = [["Sender", "", "Order", ""], ["name", "text", "name", "topic"]]
    body = [[f"P{number}", text, f"O{number}", label] for number, (text, label) in enumerate(ROWS)]
    assert find_header(grouped + body).cells == ("Sender name", "text", "Order name", "topic")


@pytest.mark.parametrize(("rows", "depth"), [(12, 2), (11, 1)])
def test_units_above_numbers_are_names_where_the_rows_are_enough_to_tell(rows, depth):
    found = find_header([["weight", "span"], ["kg", "cm"], *([str(number), f"{number}.5"] for number in range(rows))])
    assert (found.depth, found.second) == (depth, None if depth == 2 else 1)


def test_a_first_row_with_a_class_of_its_own_stays_a_row(tmp_path):
    table = read_lines(tmp_path, "comment,topic", rows=[["Odd", "seldom"], *ROWS])
    assert len(table.frame) == 19


@pytest.mark.parametrize(
    "total", ["Total: 18 letters,", "total,", "Grand total,18", "(18 rows),", "合计,18", "Summe: 18,"]
)
def test_names_again_and_totals_are_named_by_line_and_left_out(tmp_path, total):
    content = as_csv("comment,topic", rows=ROWS[:5]) + as_csv("comment,topic", rows=ROWS[5:]) + f"{total}\n".encode()
    (tmp_path / "f").write_bytes(content)
    table = read(tmp_path / "f", "f.csv")
    assert len(table.frame) == 18
    assert codes(table) == ["repeated_header", "total_lines"]
    assert [finding.message.split(" ")[1] for finding in table.findings] == ["7", "21"]
    assert set(cells(table.frame["topic"])) == set(LABELS)


def test_a_text_about_totals_is_a_row(tmp_path):
    rows = [*ROWS, ["Total nonsense was written on the bill", ""]]
    assert len(read_lines(tmp_path, "comment,topic", rows=rows).frame) == 19


def test_a_sheet_has_its_names_found_as_a_text_file_has(tmp_path):
    book = openpyxl.Workbook()
    for row in [["Letters of June"], [], ["comment", "topic"], *ROWS, ["comment", "topic"], ["Total", 18]]:
        book.active.append(row)
    book.save(tmp_path / "f.xlsx")
    table = read(tmp_path / "f.xlsx", "f.xlsx")
    assert (list(table.frame.columns), len(table.frame)) == (["comment", "topic"], 18)
    assert codes(table) == ["header_below", "repeated_header", "total_lines"]
    assert "row 3" in table.findings[0].message
    assert "Row 22" in table.findings[1].message


def test_signs_that_do_not_show_are_no_part_of_a_name(tmp_path):
    table = read_lines(tmp_path, "\ufeff\ufeff\u200ecom\u00adment,t\u043epic\u200b")
    assert list(table.frame.columns) == ["comment", "topic"]
    assert "'comment', 'topic'" in table.notes[1]


def test_blank_lines_keep_their_place_where_lines_are_asked_for(tmp_path):
    (tmp_path / "f").write_text('comment,topic\n\na,x\n\n\n"two\nlines",y\nb,x\n\n')
    table = read(tmp_path / "f", "f.csv", numbered=True)
    assert table.lines.tolist() == [2, 3, 4, 5, 6, 8]
    assert cells(table.frame["comment"]) == [None, "a", None, None, "two\nlines", "b"]


def test_a_list_of_names_is_short_however_long_the_names_are() -> None:
    assert listed(["a", "b", "c"]) == "a, b, c"
    assert listed([], 3) == ""
    assert listed(["a" * 60, "b"]) == f"{'a' * 60}, b"
    assert listed(["x" * 10_000, "b"]) == f"{'x' * 59}…, b"
    assert listed(map(str, range(30)), 20).endswith("18, 19 and 10 more")
    many = listed([f"{place:02} {'x' * 100}" for place in range(20)], 20)
    assert len(many) < 350
    assert many.endswith(" and 15 more")
