"""Model card and data sheet in Chinese: no English sentence is left in them, and names, labels and code stay."""

import re

import pytest

from core.cards import data_sheet, model_card
from core.config import make_config
from core.tasks import task_of
from dashboard.language.words import speaking
from dashboard.report.cards import in_our_language
from dashboard.server.html_page import isolated
from tests.dashboard import seed, seed_numbers

ENGLISH = re.compile(r"[A-Za-z]{2,}( [A-Za-z]{2,}){2,}")
NAMES = ("machine", "money")
"""Labels that are words of the catalogue too."""


@pytest.fixture(scope="module")
def cards(tmp_path_factory):
    """Cards and sheets of a scenario, of rows of one's own and of numbers, in both languages."""
    store = seed.Store.open(tmp_path_factory.mktemp("cards") / "home")
    news, own = seed.newsdesk(store, 60, "Newsdesk", scenario="finance-newsdesk"), seed.newsdesk(store, 60, "own.csv")
    rated = seed_numbers.rated(store, 300)
    runs = [
        seed.finished(store, news, rows=60, quickly=True),
        seed.finished(store, own, rows=60, quickly=True, preset="balanced", rows_per_class=10),
        seed_numbers.finished(store, rated),
    ]
    english = []
    for run in runs:
        kept, frame = store.datasets.get(run.dataset_id), store.datasets.frame(run.dataset_id)
        target = task_of(run.config).targets.opened({"labels": NAMES})
        about = {"name": "A name of mine", "data_name": "rows of mine", "versions": {"torch": "2"}}
        english.append(model_card(run.config, target, run.evaluation, facts={"temperature": 1.2}, **about))
        english.append(data_sheet(frame, run.config, name=kept.name, source=kept.source, sha256="ab", notes=kept.notes))
    store.close()
    with speaking("zh"):
        return [(card, in_our_language(card)) for card in english]


def test_a_card_has_no_english_sentence(cards):
    for _, card in cards:
        text = re.sub(r"```.*?```|`[^`]*`", "", card.split("---\n", 2)[2], flags=re.DOTALL)
        text = re.sub(r"^# .*$|^\| (?!\*\*).*$|A name of mine|rows of mine", "", text, flags=re.MULTILINE)
        assert not [found[0] for found in ENGLISH.finditer(text)]


def test_what_is_no_sentence_stays_as_it_is(cards):
    for english, card in cards:
        assert card.split("---\n", 2)[1] == english.split("---\n", 2)[1]
        assert re.findall(r"```.*?```", card, flags=re.DOTALL) == re.findall(r"```.*?```", english, flags=re.DOTALL)
        assert len(card.split("\n")) == len(english.split("\n"))
    told = next(card for english, card in cards if "one of 2 classes" in english)
    assert "machine, money" in told
    assert in_our_language(cards[0][0]) == cards[0][0]


def test_the_first_column_of_a_table_of_classes_is_not_translated():
    card = "| class | rows | share |\n| --- | --- | --- |\n| money | 2 | 50% |"
    with speaking("zh"):
        assert in_our_language(card).split("\n")[2] == "| money | 2 | 50% |"
        assert in_our_language(card).split("\n")[0] == "| 类别 | 行数 | 占比 |"


def test_a_split_is_told_in_the_card(cards):
    config = make_config(dataset="d1", **{"task.target": "desk", "split.by": "group", "split.column": "author"})
    with speaking("zh"):
        sheet = in_our_language(
            data_sheet(seed.pd.DataFrame({"text": ["a"], "desk": ["x"]}), config, name="n", source="s", sha256="ab")
        )
    assert "“author”" in sheet


def test_a_label_from_right_to_left_does_not_turn_its_line():
    line = "| \u05d4\u05d7\u05d6\u05e8\u05d4 \u05d0\u05d7\u05ea | 8 | <b> |"
    assert isolated(line) == "| <bdi>\u05d4\u05d7\u05d6\u05e8\u05d4 \u05d0\u05d7\u05ea</bdi> | 8 | &lt;b&gt; |"
