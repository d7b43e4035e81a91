"""Languages: every message has its translation, with the same places; what the engine said is told in it too."""

import re

import pytest

from core.baselines import BASELINES
from core.errors import NotFound
from dashboard.command_line import wanted_language
from dashboard.language import wordlist
from dashboard.language.engine import CONTEXT, pattern_of, said
from dashboard.language.engine_words import GRAMMAR, templates
from dashboard.language.extract import messages
from dashboard.language.scenarios import scenarios, texts
from dashboard.language.words import NAMES, catalogue, first_known, joined, languages, listed, speaking, tr, trn
from dashboard.sentences.baselines import called
from tests.dashboard import seed

LANGUAGES = [name for name in languages() if name != "en"]
PLACE = re.compile(r"%?\{[^{}]*\}")


def translated(name):
    return {(one.context, one.id): one.string for one in wordlist.translations(wordlist.FOLDER / name / wordlist.PO)}


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request):
    return request.param


def test_a_language_is_called_by_its_own_name(language):
    assert language in NAMES


def test_every_message_is_translated_and_no_other_is_kept(language):
    known = translated(language)
    wanted = {(one.context, one.id) for one in wordlist.collect() if one.id}
    assert {
        key for key, text in known.items() if key[1] and not any([text] if isinstance(text, str) else text)
    } == set()
    assert {key for key in known if key[1]} == wanted, "Write it again: python -m dashboard.language.wordlist"


def test_a_translation_has_the_places_of_its_message(language):
    grammar = {"{" + name + "}" for name in GRAMMAR}
    for (context, message), text in translated(language).items():
        source = message if isinstance(message, str) else message[1]
        for one in [text] if isinstance(text, str) else text:
            lacking = set(PLACE.findall(source)) - set(PLACE.findall(one))
            assert set(PLACE.findall(one)) <= set(PLACE.findall(source)), source
            assert lacking <= (grammar if context == CONTEXT else set()), source
            assert one.count("**") == source.count("**"), source


def test_the_compiled_catalogue_is_that_of_the_words(language):
    for (context, message), text in translated(language).items():
        if message and context is None and isinstance(message, str):
            assert catalogue(language).gettext(message) == text


def test_messages_within_f_strings_and_conditions_are_found():
    source = 'a = f"**{tr(\'In it\')}**"\nb = tr("One" if x else "Other")\ntrn("{n} row", "{n} rows", 2)\ntr(NAMES[x])'
    assert set(messages(source)) == {"In it", "One", "Other", ("{n} row", "{n} rows")}


def test_sentences_and_lists_are_joined_as_the_language_does():
    assert joined(["One.", "", "Two."]) == "One. Two."
    assert listed(["a", "b"]) == "a, b"
    with speaking("zh"):
        assert joined(["一。", "二。"]) == "一。二。"
        assert listed(["甲", "乙"]) == "甲、乙"
        assert trn("{n} row", "{n} rows", 12533) == "12,533 行"
    assert tr("Home") == "Home"


def test_a_browser_gets_its_language_where_there_is_one():
    assert first_known(["zh-CN"]) == "zh"
    assert first_known(["zh_TW.UTF-8"]) == "zh"
    assert first_known([None, "", "xx", "C.UTF-8"]) == "en"
    assert first_known(["en-GB", "zh"]) == "en"


def test_the_command_line_speaks_as_it_is_told_to():
    assert wanted_language(["tuneboard", "--lang", "zh"], {"LANG": "en_US.UTF-8"}) == "zh"
    assert wanted_language(["tuneboard", "--lang=zh"], {}) == "zh"
    assert wanted_language(["tuneboard"], {"LANG": "zh_CN.UTF-8"}) == "zh"
    assert wanted_language(["tuneboard"], {"LANG": "C"}) == "en"


def test_a_template_is_known_again_with_its_values():
    found = pattern_of("There is no column '{name}' in {file}; {name} was asked for.").fullmatch(
        "There is no column 'a (b)' in x.csv; a (b) was asked for."
    )
    assert found is not None
    assert found.groupdict() == {"name": "a (b)", "file": "x.csv"}
    assert pattern_of("{number} rows").fullmatch("many rows") is None


def test_what_the_engine_says_is_found_as_it_is_written():
    known = {template for _, template in templates(wordlist.ROOT)}
    assert "The run '{name}' is {status}; it has no model to use." in known
    assert "{number} rows" in known
    assert not any(template.startswith("SELECT") for template in known)


def test_an_error_of_the_engine_is_told_in_the_language(store):
    with pytest.raises(NotFound) as told:
        store.runs.get("r00")
    assert said(told.value.message) == "There is no run 'r00'."
    with speaking("zh"):
        assert said(told.value.message) == tr_of("There is no run '{run_id}'.").replace("{run_id}", "r00")
        assert "r00" in said(f"{told.value.message} {told.value.hint}")
        assert said("What no template knows: 7") == "What no template knows: 7"


def test_a_name_in_quotes_is_never_translated():
    with speaking("zh"):
        assert "'a list'" in said("There is no run 'a list'.") or "“a list”" in said("There is no run 'a list'.")


def tr_of(template):
    return catalogue("zh").pgettext(CONTEXT, template)


def test_a_scenario_is_told_in_the_language_and_its_rows_stay():
    with speaking("zh"):
        told = scenarios()["finance-newsdesk"]
        title = tr(scenarios_in_english().title)
    assert told.title == title != scenarios_in_english().title
    assert told.examples == scenarios_in_english().examples
    assert told.data.classes == scenarios_in_english().data.classes
    assert scenarios_in_english().story in set(texts())


def scenarios_in_english():
    return scenarios()["finance-newsdesk"]


def test_the_names_of_baselines_are_the_language_s():
    with speaking("zh"):
        assert {called(one) for one in BASELINES}.isdisjoint({one.title for one in BASELINES.values()})


@pytest.mark.parametrize("page", ["home", "data", "train", "runs", "settings", "scenarios"])
def test_a_page_speaks_chinese_where_it_is_asked_to(visitor, store, page):
    seed.finished(store, seed.newsdesk(store, 60), quickly=True, rows=60)
    visitor.open(page, lang="zh")
    assert not visitor.app.exception
    assert re.search("[\u4e00-\u9fff]", visitor.words())
