import ast
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from dashboard.language import wordlist
from dashboard.language.words import tr, trn

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("pages", "dashboard/parts", "dashboard/charts", "dashboard/answers")
SCREENS = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
SPEAKING = {
    "button", "caption", "checkbox", "download_button", "error", "expander", "file_uploader", "form_submit_button",
    "header", "heading", "info", "markdown", "metric", "nothing_yet", "number_input", "pills", "popover", "section",
    "segmented_control", "selectbox", "spinner", "subheader", "success", "text_area", "text_input", "title", "toggle",
    "warning", "back", "link", "badge", "tabs", "toast", "write",
}  # fmt: skip
"""Calls whose first words a person reads."""


def literals(path: Path) -> list[str]:
    """Words that a call shows without asking `tr`."""
    found = []
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        name = getattr(getattr(call, "func", None), "attr", getattr(getattr(call, "func", None), "id", ""))
        if isinstance(call, ast.Call) and name in SPEAKING:
            shown = call.args[1:2] if name in ("link", "back") else call.args[:1]
            shown += [keyword.value for keyword in call.keywords if keyword.arg in ("help", "placeholder", "alt")]
            for argument in shown:
                parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
                texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
                found += [text for text in texts if _has_words(text)]
    return found


def _has_words(text: str) -> bool:
    import re

    spoken = re.sub(r":material/\w+:|:\w+\[|&\w+;", "", text)
    return bool(re.search(r"[A-Za-z]{3,} [A-Za-z]{2,}", spoken))


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_sentence_on_a_screen_goes_through_tr(path):
    assert literals(path) == []


def test_the_list_of_words_is_up_to_date():
    with wordlist.POT.open("rb") as file:
        written = {message.id for message in read_po(file) if message.id}
    collected = {message.id for message in wordlist.collect() if message.id}
    assert written == collected, "Write it again: python -m dashboard.language.wordlist"


def test_the_words_of_the_fields_and_metrics_can_be_translated():
    collected = {message.id for message in wordlist.collect()}
    assert "Epochs" in collected
    assert "Home" in collected


def test_names_are_filled_in_and_numbers_marked():
    assert tr("{n} rows of {name}", n=3, name="x") == "3 rows of x"
    assert trn("{n} row", "{n} rows", 1) == "1 row"
    assert trn("{n} row", "{n} rows", 12533) == "12,533 rows"
