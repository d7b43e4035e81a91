"""What a workbook says beside its cells: hidden rows and sheets, merged cells, formulas, and cells of many kinds."""

import datetime
import zipfile
from pathlib import Path

import openpyxl
import pytest

from core.data import ReadOptions, Table, read
from core.data.files.excel_findings import about_hidden
from core.data.files.sheet_xml import sheet_state
from core.data.rows.times import moments
from core.data.rows.values import cells
from core.errors import DatasetError

LABELS = ["damage", "silence", "payment"]
ROWS = [[f"Letter number {number} about what went wrong", LABELS[number % 3]] for number in range(12)]


@pytest.fixture
def book() -> openpyxl.Workbook:
    """A workbook with one sheet of twelve rows."""
    made = openpyxl.Workbook()
    made.active.title = "Letters"
    for row in [["comment", "topic"], *ROWS]:
        made.active.append(row)
    return made


def opened(book: openpyxl.Workbook, tmp_path: Path, **options) -> Table:
    book.save(tmp_path / "f.xlsx")
    return read(tmp_path / "f.xlsx", "f.xlsx", ReadOptions(**options))


def codes(table: Table) -> list[str]:
    return [finding.code for finding in table.findings]


def test_rows_that_are_hidden_are_counted_read_and_left_out_where_that_is_asked(book, tmp_path):
    for number in (3, 4, 9):
        book.active.row_dimensions[number].hidden = True
    table = opened(book, tmp_path)
    assert (len(table.frame), codes(table), table.findings[0].rows) == (12, ["hidden_rows"], 3)
    assert len(read(tmp_path / "f.xlsx", "f.xlsx", table.findings[0].readings[0]).frame) == 9


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_not_read_unless_it_is_named(book, tmp_path, state):
    other = book.create_sheet("Old & gone")
    other.sheet_state = state
    for row in [["comment", "topic"], *ROWS * 4]:
        other.append(row)
    other.row_dimensions[2].hidden = True
    table = opened(book, tmp_path)
    assert (len(table.frame), codes(table)) == (12, ["other_sheets"])
    table = opened(book, tmp_path, sheet="Old & gone")
    assert (len(table.frame), codes(table)) == (48, ["other_sheets", "hidden_rows"])
    assert [(one.name, one.is_hidden, one.is_read) for one in table.findings[0].sheets][1] == ("Old & gone", True, True)
    with pytest.raises(DatasetError, match="There is no sheet 'Lettres'"):
        opened(book, tmp_path, sheet="Lettres")


def test_merged_cells_are_filled_down_and_said(book, tmp_path):
    book.active.merge_cells("B2:B4")
    book.active.merge_cells("B7:B8")
    table = opened(book, tmp_path)
    assert cells(table.frame["topic"])[:3] == ["damage"] * 3
    assert (codes(table), table.findings[0].columns) == (["merged_cells"], ("topic",))
    left = read(tmp_path / "f.xlsx", "f.xlsx", table.findings[0].readings[0])
    assert cells(left.frame["topic"])[:3] == ["damage", None, None]


def test_a_merged_title_is_no_name(book, tmp_path):
    book.active.insert_rows(1)
    book.active["A1"] = "Letters of June"
    book.active.merge_cells("A1:B1")
    table = opened(book, tmp_path)
    assert (list(table.frame.columns), codes(table)) == (["comment", "topic"], ["header_below"])


def test_formulas_without_a_stored_result_are_named(book, tmp_path):
    for number in range(2, 14):
        book.active[f"B{number}"] = f'=CHOOSE({number % 3 + 1},"a","b","c")'
    table = opened(book, tmp_path)
    (found,) = table.findings
    assert (found.code, found.columns, found.rows) == ("formulas_without_results", ("topic",), 12)
    assert "Open the workbook" in found.hint


def test_formulas_with_results_are_values(tmp_path, book):
    book.active["B2"] = '=CHOOSE(1,"a")'
    book.save(tmp_path / "made.xlsx")
    with zipfile.ZipFile(tmp_path / "made.xlsx") as old, zipfile.ZipFile(tmp_path / "f.xlsx", "w") as new:
        for name in old.namelist():
            content = old.read(name).replace(b"</f><v></v>", b"</f><v>7</v>").replace(b"</f><v/>", b"</f><v>7</v>")
            new.writestr(name, content.replace(b"</f><v />", b"</f><v>7</v>"))
    table = read(tmp_path / "f.xlsx", "f.xlsx")
    assert (cells(table.frame["topic"])[0], codes(table)) == ("7", [])


def test_carriage_returns_of_a_workbook_are_no_text(book, tmp_path):
    book.active["A2"], book.active["B2"] = "one_x000D_\ntwo", "damage_x000D_"
    table = opened(book, tmp_path)
    assert (cells(table.frame["comment"])[0], cells(table.frame["topic"])[0]) == ("one\ntwo", "damage")
    (tmp_path / "f.csv").write_text("comment,topic\na_x000D_,x_x000D_\n")
    assert cells(read(tmp_path / "f.csv", "f.csv").frame["topic"]) == ["x"]


def test_dates_among_codes_are_named_as_the_work_of_excel(book, tmp_path):
    for number, cell in enumerate(
        [1, "1", "01", True, datetime.date(2031, 4, 3), "#N/A", "5-6", 2, 3, 4, 5, 6], start=2
    ):
        book.active[f"B{number}"] = cell
    book.active["B7"].data_type = "e"
    table = opened(book, tmp_path)
    assert cells(table.frame["topic"])[:7] == ["1", "1", "01", "true", "2031-04-03", None, "5-6"]
    assert codes(table) == ["dates_among_codes"]


def test_days_in_many_forms_are_one_order_in_time(book, tmp_path):
    days = [datetime.date(2031, 4, 3), 47_942, "2031-04-05", "17/04/2031"] * 3
    book.active["C1"] = "received"
    for number, day in enumerate(days, start=2):
        book.active[f"C{number}"] = day
    table = opened(book, tmp_path)
    found = moments(table.frame["received"])
    assert found.notna().all()
    assert found[0] < found[1] < found[2] < found[3]
    assert codes(table) == ["serial_days"]


def test_numbers_of_days_among_dates_of_a_text_file_are_days(tmp_path):
    (tmp_path / "f").write_text("comment,received\na,2031-04-03\nb,47942\nc,05.04.2031\nd,2031-04-06\n")
    found = moments(read(tmp_path / "f", "f.csv").frame["received"])
    assert found.is_monotonic_increasing


def test_rows_of_a_sheet_have_their_numbers(book, tmp_path):
    book.active.insert_rows(5)
    book.save(tmp_path / "f.xlsx")
    table = read(tmp_path / "f.xlsx", "f.xlsx", numbered=True)
    assert table.lines.tolist() == list(range(2, 15))
    assert cells(table.frame["comment"])[3] is None


def open_document(path: Path, rows: str, title: str = "Letters") -> Path:
    """An OpenDocument workbook with an empty sheet before the one with these rows, as LibreOffice writes it."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    sheets = f'<table:table table:name="Cover"/><table:table table:name="{title}">{rows}</table:table>'
    content = f"<office:document-content {spaces}><office:body><office:spreadsheet>{sheets}</office:spreadsheet>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", f"{content}</office:body></office:document-content>")
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return path


def open_document_row(comment: str, topic: str, about: str = "") -> str:
    """A row of two cells; a topic that begins with = is a formula without a result."""
    told = f'<table:table-cell office:value-type="string"><text:p>{comment}</text:p></table:table-cell>'
    if topic.startswith("="):
        return f'<table:table-row{about}>{told}<table:table-cell table:formula="{topic}"/></table:table-row>'
    other = f'<table:table-cell office:value-type="string"><text:p>{topic}</text:p></table:table-cell>'
    return f"<table:table-row{about}>{told}{other}</table:table-row>"


def test_rows_that_an_open_document_hides_are_counted_and_left_out_where_that_is_asked(tmp_path):
    hidden = {2: ' table:visibility="filter"', 7: ' table:visibility="collapse"'}
    rows = [open_document_row("comment", "topic")]
    rows += [open_document_row(*row, hidden.get(i, "")) for i, row in enumerate(ROWS)]
    rest = '<table:table-row table:number-rows-repeated="1048563" table:visibility="collapse"><table:table-cell/>'
    path = open_document(tmp_path / "f.ods", "".join(rows) + f"{rest}</table:table-row>")
    table = read(path, "f.ods")
    found = next(one for one in table.findings if one.code == "hidden_rows")
    assert (len(table.frame), found.rows) == (12, 2)
    left = read(path, "f.ods", found.readings[0]).frame
    assert list(left["comment"]) == [row[0] for i, row in enumerate(ROWS) if i not in hidden]


def test_formulas_of_an_open_document_without_a_result_are_named(tmp_path):
    rows = [open_document_row("comment", "topic"), *(open_document_row(*row) for row in ROWS)]
    rows[4] = open_document_row("The fourth letter", "=[.B2]")
    table = read(open_document(tmp_path / "f.ods", "".join(rows)), "f.ods")
    found = next(one for one in table.findings if one.code == "formulas_without_results")
    assert "1 cell in 'topic' holds a formula without a stored result, the first in row 5" in found.message


def test_a_format_that_does_not_tell_which_rows_are_hidden_says_so(tmp_path):
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    state = sheet_state(tmp_path / "old.xls", "Letters")
    (found,) = about_hidden(0, ReadOptions(), state)
    assert found.code == "hidden_rows_unknown"
    assert "cannot be seen which rows are hidden" in found.message
