import pytest
from streamlit.testing.v1 import AppTest

from dashboard.language.plain import apart, distinct, plain, plain_in_chart, safe_cell, shortened

LIVE = [
    "[me](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "<script>alert(1)</script>",
    ":red[hot]",
    "# Title",
    "$x^2$",
    "**bold** _it_ `code`",
    "https://evil.example",
    "me@evil.example",
]


@pytest.mark.parametrize("text", LIVE)
def test_every_sign_that_markdown_knows_is_escaped(text):
    written = plain(text)
    assert written.replace("\\", "").replace("\u2060", "") == text
    for i, sign in enumerate(written):
        if sign in "[]()<>!*_`$#:@./~|":
            assert written[i - 1] == "\\"


@pytest.mark.parametrize("text", [":tada:", ":material/home:", "a :smile: b"])
def test_short_codes_stay_as_they_were_written(text):
    assert f"{text[text.index(':') + 1 : text.rindex(':')]}\\:" in plain(text).replace("\\/", "/")
    assert "\u2060" in plain(text)


def test_line_breaks_cannot_start_a_block():
    assert "\n" not in plain("a\n\n# b")


@pytest.mark.parametrize("shown", [plain, plain_in_chart])
def test_marks_that_turn_the_writing_turn_nothing_around_them(shown):
    assert shown("\u202eabc") == "\u2068\u202eabc\u2069"
    assert shown("a\u2069\u202eb") == "\u2068a\u202eb\u2069"
    assert shown("abc") == "abc"


def test_labels_of_charts_hold_no_html():
    assert plain_in_chart("<b>x</b> & y") == "&lt;b&gt;x&lt;/b&gt; &amp; y"


def test_long_texts_are_cut_with_an_ellipsis():
    assert shortened("a" * 100, 10) == "a" * 9 + "…"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1+1", "@SUM(A1)", " =1", "\t=1", "\r=1", "\n=1"])
def test_no_cell_is_run_as_a_formula(cell):
    assert safe_cell(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["plain", "a=b", "", 3, -2.5, None])
def test_other_cells_stay_as_they_are(cell):
    assert safe_cell(cell) == cell


def test_user_text_that_looks_like_markup_is_shown_escaped_on_a_page(visitor, store):
    from tests.dashboard import seed

    run = seed.failed(store, seed.newsdesk(store), "It broke.", name="<img src=x onerror=alert(1)> :red[x]")
    app: AppTest = visitor.open("runs", run=run.id)
    assert app.title[0].value == plain(run.name)


def test_options_that_read_alike_are_numbered_and_each_keeps_its_own():
    names = {"a": "Ratings · just now", "b": "Ratings · just now", "c": "Other"}
    say = apart(names, names.__getitem__)
    assert [say(one) for one in names] == ["Ratings · just now", "Ratings · just now (2)", "Other"]
    assert distinct(["X", "X", "X (2)"]) == ["X", "X (2)", "X (2) (2)"]
    assert [say(one) for one in reversed(names)] == ["Other", "Ratings · just now (2)", "Ratings · just now"]
    assert apart(["x" * 99 + "a", "x" * 99 + "b"], shortened)("x" * 99 + "b") == shortened("x" * 99) + " (2)"
