"""Names of runs: apart from one another wherever they are cut, and the same in every place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.language.plain import middle
from dashboard.sentences.run_name import picked_name, run_name
from tests.dashboard import seed

LONG = "Stories of the newsdesk, collected from January to November, second edition"


@pytest.fixture
def runs(store):
    """Two finished runs of one dataset with a long name."""
    dataset = seed.newsdesk(store, 300, name=LONG)
    return [seed.finished(store, dataset, quickly=True, name="", seed=seed_) for seed_ in range(2)]


def test_a_name_says_dataset_preset_number_and_score_and_is_cut_in_the_middle(store, runs):
    named = [run_name(run, 60) for run in runs]
    assert all(len(name) == 60 for name in named)
    assert all(name.startswith("Stories of") for name in named)
    assert [" · ".join(name.split(" · ")[1:-1]) for name in named] == ["Quick · #1", "Quick · #2"]
    assert run_name(runs[0], 60, scored=False).endswith(" · Quick · #1")


def test_a_name_that_was_given_is_shown_as_given(store, runs):
    store.runs.rename(runs[1].id, "For Olga")
    store.runs.star(runs[1].id, True)
    run = store.runs.get(runs[1].id)
    assert run_name(run) == "For Olga"
    assert picked_name(run).startswith("★ For Olga · ")


def test_the_seed_of_a_repeat_stays_in_its_name(store, runs):
    (again,) = store.runs.repeat(runs[0].id, 3, "again")
    assert run_name(again, 200) == f"{LONG} · Quick · seed {again.config.seed} · #3"


def test_pickers_and_the_table_call_a_run_alike(visitor, runs):
    visitor.open("runs")
    listed = visitor.app.dataframe[0].value["name"].tolist()
    visitor.open("evaluate")
    offered = visitor.app.selectbox[0].options
    assert len(set(offered)) == 2
    assert all(name.split(" · ")[-1] in option for name, option in zip(listed, offered, strict=True))


@given(st.text(max_size=200), st.integers(3, 60))
def test_a_text_cut_in_the_middle_keeps_both_ends(text, longest):
    line, cut = " ".join(text.split()), middle(text, longest)
    assert len(cut) <= longest
    assert cut == line or ("…" in cut and line.startswith(cut.split("…")[0]))


def test_the_table_finds_runs_by_words_and_stars_and_says_how_they_stand(visitor, store, runs):
    store.runs.note(runs[0].id, "the longer texts")
    store.runs.star(runs[1].id, True)
    visitor.open("runs", search="longer")
    found = visitor.app.dataframe[0].value
    assert found["note"].tolist() == ["the longer texts"]
    assert set(found["verdict"]) <= {"better", "about the same", "too early to tell", "worse"}
    visitor.app.text_input[0].set_value("").run()
    visitor.app.toggle[0].set_value(True).run()
    assert visitor.app.dataframe[0].value["star"].tolist() == ["★"]


def test_only_the_runs_of_a_page_are_on_the_screen(visitor, store):
    dataset = seed.newsdesk(store, 40)
    for n in range(25):
        seed.queued(store, dataset, name=f"Run {n}")
    visitor.open("runs")
    assert len(visitor.app.dataframe[0].value) == 20
    visitor.app.session_state["runs:page"] = 2
    visitor.app.run()
    assert visitor.app.dataframe[0].value["name"].tolist() == [f"Run {n}" for n in range(4, -1, -1)]


def test_a_run_is_named_noted_and_starred_on_its_page(visitor, store, runs):
    visitor.open("runs", run=runs[0].id)
    visitor.button("Give it a star").click().run()
    assert store.runs.get(runs[0].id).is_starred
    store.runs.note(runs[0].id, "Ask *Olga*")
    visitor.open("runs", run=runs[0].id)
    assert "Ask *Olga*" in visitor.words()
    assert visitor.button("Take the star away")
