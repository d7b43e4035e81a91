import pytest
from filelock import FileLock

from core.archives import Archive
from core.debian import DebianPackage
from core.errors import DatasetError
from core.evaluation import MEANINGS
from core.scenarios import SCENARIOS, available, load
from core.scenarios.scenario import HubRows, NumberPayoff
from core.tasks import inputs_in, task_of

PRESETS = ("quick", "balanced", "best")
AT_HAND = {key: one for key, one in SCENARIOS.items() if not isinstance(one.data.archive, DebianPackage | HubRows)}
"""Those whose rows come from the package registry, which every test may ask; the others' recipes have tests apart."""
EVERY = pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
HERE = pytest.mark.parametrize("scenario", AT_HAND.values(), ids=AT_HAND)


@pytest.fixture(scope="session")
def rows(assets):
    """Each scenario's rows by its key, loaded once."""
    with FileLock(assets / "scenarios.lock"):
        return {key: load(scenario, assets) for key, scenario in AT_HAND.items()}


@EVERY
def test_a_story_is_whole(scenario):
    assert scenario.question.endswith("?")
    assert len(scenario.examples) >= 4
    assert len({example.answer for example in scenario.examples}) >= 3 or len(scenario.data.classes) == 2
    assert scenario.misuse
    assert scenario.data.licence.strip()
    if isinstance(scenario.payoff, NumberPayoff):
        assert scenario.payoff.too_high.amount > 0 < scenario.payoff.too_low.amount
    else:
        assert scenario.payoff.right > 0 > scenario.payoff.wrong
    assert scenario.success.metric in MEANINGS
    assert 0 < scenario.success.value < 1


@EVERY
@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_of_a_scenario_makes_a_config(scenario, preset):
    config = scenario.config("some-dataset", preset, seed=7)
    assert (config.scenario, config.preset, config.dataset, config.seed) == (scenario.key, preset, "some-dataset", 7)


@HERE
def test_the_rows_are_as_many_and_of_the_classes_that_the_story_says(scenario, rows):
    frame = rows[scenario.key]
    assert len(frame) == scenario.data.rows
    assert not frame.isna().any().any()
    config = scenario.config("some-dataset", "quick")
    assert (inputs_in(frame, config).str.strip() != "").all()
    if scenario.data.classes:
        assert set(frame["label"]) == set(scenario.data.classes.values())
    if task_of(config).targets.name == "class":
        assert {example.answer for example in scenario.examples} <= set(frame[config.task.target])
    column = config.split.column
    assert column is None or column in frame


@HERE
def test_rows_that_are_here_are_available(scenario, rows, assets):
    assert available(scenario, assets)[0]


@pytest.mark.parametrize("scenario", [one for one in AT_HAND.values() if isinstance(one.data.archive, Archive)])
def test_rows_that_cannot_be_had_are_a_sentence_and_available_says_so_before(scenario, tmp_path, monkeypatch):
    for name, value in {"CONFIG_FILE": "/dev/null", "NO_INDEX": "1", "FIND_LINKS": str(tmp_path)}.items():
        monkeypatch.setenv(f"PIP_{name}", value)
    is_here, why = available(scenario, tmp_path)
    assert not is_here
    assert "MB" in why
    with pytest.raises(DatasetError, match="cannot be had"):
        load(scenario, tmp_path)


def test_medicine_is_for_teaching_and_says_so():
    assert [key for key, scenario in SCENARIOS.items() if scenario.for_teaching] == ["medical-coding"]


def test_newswire_is_split_as_published(rows):
    frame = rows["finance-newsdesk"]
    assert frame["part"].value_counts().to_dict() == {"train": 5485, "test": 2189}
    train = frame[frame["part"] == "train"]["label"].value_counts()
    assert train.to_dict() == {
        "Earnings": 2840,
        "Mergers and acquisitions": 1596,
        "Oil": 253,
        "Trade": 251,
        "Currency": 206,
        "Interest rates": 190,
        "Shipping": 108,
        "Grain": 41,
    }


def test_the_newsdesk_starts_with_8_stories_a_desk_and_the_best_preset_reads_them_all():
    newsdesk = SCENARIOS["finance-newsdesk"]
    assert [newsdesk.config("d", preset).rows_per_class for preset in PRESETS] == [8, 25, None]
    assert newsdesk.config("d", "balanced", rows_per_class=None).rows_per_class is None


def test_diagnoses_have_the_category_that_keeps_near_copies_together(rows):
    frame = rows["medical-coding"]
    assert frame["text"].is_unique
    assert frame["category"].nunique() == 1448
    assert frame.groupby("category")["label"].nunique().max() == 1
    stye = frame[frame["text"] == "Stye"].iloc[0]
    assert (stye["label"], stye["category"]) == ("Eye", "H00")


def test_course_titles_name_one_department_each_with_twenty_titles_or_more(rows):
    frame = rows["education-routing"]
    assert frame["text"].is_unique
    assert frame["label"].nunique() == 47
    assert frame["label"].value_counts().min() == 20


def test_airline_messages_are_as_many_as_were_counted_and_readable(rows):
    frame = rows["support-tone"]
    assert frame["label"].value_counts().to_dict() == {"Unhappy": 9179, "Neutral": 3099, "Pleased": 2363}
    assert not frame["text"].str.contains(r"[\x80-\xff]|&amp;").any()
    assert frame["text"].str.contains("can't access your website").any()


def test_an_answer_is_worth_what_the_closest_line_of_the_table_says():
    payoff = SCENARIOS["support-tone"].payoff
    assert payoff.amount("Unhappy", "Unhappy") == 2.0
    assert payoff.amount("Unhappy", "Pleased") == -6.0
    assert payoff.amount("Neutral", "Unhappy") == -1.0
    assert payoff.amount("Neutral", "Neutral") == payoff.right
    assert payoff.amount("Neutral", "Pleased") == payoff.wrong


def test_half_of_the_chinese_reviews_stand_there_twice_and_few_under_both_labels(rows):
    frame = rows["retail-reviews-zh"]
    assert frame["text"].nunique() == 17_410
    assert (frame.groupby("text")["label"].nunique() == 2).sum() == 47
