"""The engine's sentences in Chinese: each that an error, a finding or an event may hold is known, and is told whole."""

import ast
import re

import pytest

from dashboard.language import wordlist
from dashboard.language.engine import CONTEXT, said
from dashboard.language.engine_words import (
    ERRORS,
    FORMS,
    GRAMMAR,
    ROOMS,
    _is_unspoken,
    _outermost,
    _template,
    _unspoken,
)
from dashboard.language.words import catalogue, of_context, speaking

PLACE = re.compile(r"\{(\w+)\}")
WORD = re.compile("[A-Za-z]{3,}")
SAYS = ERRORS | {"info", "warning", "error", "Finding", "StageBegan", "LogEvent", "Failure"}
"""What carries a sentence to a screen."""
ASIDE = {"code", "stage", "name", "severity", "columns", "rows", "readings", "sheets"}
"""Arguments that hold no sentence."""
UNTOLD = {"chmod -R go= {home}", "Value error,"}
"""A command, and what is cut off from pydantic's messages."""


def filled(template):
    """A sentence of the template, and the values that stand in it."""
    values = {}

    def value(found):
        name = found[1]
        said_here = "12" if name == "number" else "is" if name in GRAMMAR else f"q{len(values)}z"
        return values.setdefault(name, said_here)

    return PLACE.sub(value, template), values


def test_a_sentence_of_each_template_is_told_whole_with_its_values():
    known = of_context("zh", CONTEXT)
    assert len(known) > 1000
    with speaking("zh"):
        for template, translated in known.items():
            sentence, values = filled(template)
            told = said(sentence)
            shown = [values[name] for name in PLACE.findall(translated) if name not in GRAMMAR]
            assert [one for one in shown if one not in told] == [], template
            words = set(WORD.findall(re.sub(r"q\d+z", " ", told))) - set(WORD.findall(translated))
            assert words == set(), template


def spoken_by(tree):
    """Literals of the calls that carry a sentence, each as a template; what only counts a noun is left out."""
    skipped = set(_unspoken(tree))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    counted = {one for call in calls if getattr(call.func, "id", "") == "counted" for one in ast.walk(call)}
    for call in calls:
        name = getattr(call.func, "id", "")
        if name not in SAYS or call in skipped or _is_unspoken(call.func):
            continue
        values = [*call.args, *(one.value for one in call.keywords if one.arg not in ASIDE)]
        for value in values[1:] if name in ("info", "warning", "error") else values:
            yield from (_template(one).strip() for one in _outermost(value, skipped) if one not in counted)


@pytest.mark.parametrize("room", ROOMS)
def test_every_sentence_that_an_error_a_finding_or_an_event_holds_is_known(room):
    known = {*of_context("zh", CONTEXT), *UNTOLD, *FORMS}
    unknown = set()
    for path in sorted((wordlist.ROOT / room).rglob("*.py")):
        for template in spoken_by(ast.parse(path.read_text(encoding="utf-8"))):
            words = re.findall("[A-Za-z]{2,}", PLACE.sub("", template))
            if len(words) >= 2 and template not in known and catalogue("zh").gettext(template) == template:
                unknown.add(template)
    assert unknown == set()


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        (
            "3 texts stand with different answers: 'a' is 'x' and 'y'.",
            "3 条文本有不同的答案：'a' 的答案有 'x' 和 'y'。",
        ),
        (
            "2 of the 6 classes ('a', 'b') have one row only: they cannot be both learnt and judged.",
            "6 个类别中有 2 个（'a', 'b'）只有一行：无法既用于学习，又用于评判。",
        ),
        (
            "Lines 14, 27 repeat the column names; these 2 lines were left out.",
            "第 14, 27 行重复了列名；这 2 行已排除。",
        ),
        (
            "12 rows are hidden in the workbook, as a filter does; they were left out.",
            "12 行在工作簿中被隐藏（例如被筛选）；已排除。",
        ),
        (
            "Read as TSV: separated by tabs, quotes are part of the text, UTF-8.",
            "已按 TSV 读取：以制表符分隔，引号属于文本、UTF-8。",
        ),
    ],
)
def test_a_sentence_of_several_pieces_is_told_whole(sentence, told):
    with speaking("zh"):
        assert said(sentence) == told
