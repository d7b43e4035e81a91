from typing import get_args

import pytest

from core.config import make_config
from core.events import Stage
from dashboard.doors import DOORS
from dashboard.sentences.keys import STAGES
from tests.dashboard import seed


@pytest.mark.parametrize("page", DOORS)
def test_every_page_opens_in_an_empty_store(page, visitor, store):
    visitor.open(page)
    assert visitor.app.title


@pytest.mark.parametrize("page", DOORS)
def test_every_page_opens_in_a_full_store(page, visitor, shop):
    visitor.open(page)
    assert visitor.app.title


def test_the_stages_stand_in_the_order_they_happen():
    assert tuple(STAGES) == get_args(Stage)


def test_home_leads_a_newcomer_to_the_first_story(visitor, store):
    visitor.open("home")
    assert visitor.button("Open the newsdesk")
    assert visitor.button("Bring my own rows")


def test_home_shows_what_runs_and_the_best_result_beside_its_simple_way(visitor, shop):
    best = max(run.evaluation.metrics["accuracy"].value for run in shop.runs.list() if run.evaluation)
    visitor.open("home")
    assert "about 34 s left" in "".join(bar.text for bar in visitor.app.progress)
    assert f"{best:.1%} right" in [metric.value for metric in visitor.app.metric]


def test_the_list_of_runs_holds_every_run_with_its_state(visitor, shop):
    visitor.open("runs")
    table = visitor.app.dataframe[0].value
    assert list(table["name"]) == [run.name for run in shop.runs.list()]
    assert {"Waiting", "Running", "Done", "Failed"} <= set(table["state"])


def test_runs_can_be_filtered_by_state_in_the_address(visitor, shop):
    visitor.open("runs", state="Failed")
    assert set(visitor.app.dataframe[0].value["state"]) == {"Failed"}


def test_a_failed_run_says_what_went_wrong_and_what_to_do(visitor, store):
    run = seed.failed(store, seed.newsdesk(store), "The class 'grain' has 1 row.", "Add rows of it.")
    visitor.open("runs", run=run.id)
    assert "The class 'grain' has 1 row." in visitor.words()
    assert "Add rows of it." in visitor.words()
    assert visitor.button("Resume")


def test_stop_asks_the_run_to_stop(visitor, store):
    run = seed.running(store, seed.newsdesk(store))
    visitor.open("runs", run=run.id)
    visitor.button("Stop").click().run()
    assert store.runs.get(run.id).stopping
    assert visitor.button("Stop").disabled


def test_resume_queues_a_failed_run_again(visitor, store):
    run = seed.failed(store, seed.newsdesk(store), "It broke.")
    visitor.open("runs", run=run.id)
    visitor.button("Resume").click().run()
    assert store.runs.get(run.id).status == "queued"


def test_run_again_makes_one_new_run_and_opens_it(visitor, store):
    run = seed.failed(store, seed.newsdesk(store), "It broke.")
    visitor.open("runs", run=run.id)
    visitor.button("Run again").click().run()
    assert len(store.runs.list()) == 2
    assert visitor.app.query_params["run"] == store.runs.list()[0].id != run.id


def test_a_button_pressed_too_late_says_so_and_the_page_stays(visitor, store):
    run = seed.failed(store, seed.newsdesk(store), "It broke.")
    visitor.open("runs", run=run.id)
    store.runs.resume(run.id)
    visitor.button("Resume").click().run()
    assert "Only a stopped or failed run can be resumed." in visitor.words()
    assert visitor.app.title[0].value


def test_an_unknown_run_is_a_sentence_and_not_a_crash(visitor, store):
    visitor.open("runs", run="r0")
    assert "There is no run 'r0'." in visitor.words()


def test_the_log_and_the_settings_of_a_run_are_shown(visitor, store):
    run = seed.running(store, seed.newsdesk(store), preset="balanced", epochs=7)
    visitor.open("runs", run=run.id)
    assert "400 rows, 8 classes." in visitor.app.code[0].value
    settings = visitor.app.dataframe[-1].value.set_index("Setting")["Value"]
    assert settings["Epochs"] == "7"


@pytest.mark.parametrize("page", ["runs", "evaluate", "predict", "train", "data"])
def test_every_screen_of_a_medical_story_says_that_it_is_for_teaching(page, visitor, store):
    dataset = seed.newsdesk(store, scenario="medical-coding")
    run = seed.finished(store, dataset, quickly=True)
    visitor.open(page, run=run.id, dataset=dataset.id)
    assert "For teaching" in visitor.words()


def test_settings_shows_every_health_check(visitor, store):
    visitor.open("settings")
    written = " ".join(visitor.app.table[0].value.index)
    for check in store.health().checks:
        assert check.name in written


def test_reset_takes_the_runs_and_the_rows_of_a_story_away(store):
    from core.scenarios import SCENARIOS
    from dashboard.intake.scenario import reset

    mine = seed.newsdesk(store, name="mine")
    news = seed.newsdesk(store, rows=200, name="news", scenario="finance-newsdesk")
    seed.failed(store, news, "It broke.")
    seed.failed(store, mine, "It broke too.")
    assert reset(store, SCENARIOS["finance-newsdesk"]) == 1
    assert [one.name for one in store.datasets.list()] == ["mine"]
    assert len(store.runs.list()) == 1


def test_reset_refuses_while_a_run_of_the_story_works(store):
    from core.errors import ConfigError
    from core.scenarios import SCENARIOS
    from dashboard.intake.scenario import reset

    news = seed.newsdesk(store, name="news", scenario="finance-newsdesk")
    seed.failed(store, news, "It broke.")
    seed.running(store, news)
    with pytest.raises(ConfigError, match="running"):
        reset(store, SCENARIOS["finance-newsdesk"])
    assert len(store.runs.list()) == 2


def test_reset_leaves_rows_that_somebodys_own_run_needs(store):
    from core.scenarios import SCENARIOS
    from dashboard.intake.scenario import reset

    news = seed.newsdesk(store, name="news", scenario="finance-newsdesk")
    own = store.runs.queue(make_config(dataset=news.id, **{"task.target": "desk"}), "own")
    assert reset(store, SCENARIOS["finance-newsdesk"]) == 0
    assert [one.id for one in store.runs.list()] == [own.id]
    assert [one.id for one in store.datasets.list()] == [news.id]


@pytest.mark.parametrize("page", ["evaluate", "payoff", "inspect", "predict"])
def test_no_other_run_takes_the_place_of_one_that_cannot_be_shown(page, visitor, store):
    news = seed.newsdesk(store)
    seed.finished(store, news, quickly=True)
    broken = seed.failed(store, news, "It broke.")
    for run, says in ((broken.id, "has not ended well"), ("r0000000000", "is not there any more")):
        visitor.open(page, run=run)
        assert says in visitor.words()
        assert "run" in visitor.app.query_params
    visitor.button("Show the newest one instead").click().run()
    assert "is not there any more" not in visitor.words()


def test_a_run_older_than_the_list_is_found_by_its_address(visitor, store, monkeypatch):
    news = seed.newsdesk(store)
    old, _ = (seed.finished(store, news, quickly=True, name=name) for name in ("Old", "New"))
    listed = store.runs.list
    monkeypatch.setattr("storage.runs.Runs.list", lambda _, *given, **more: listed(*given, **more)[:1])
    visitor.open("evaluate", run=old.id)
    assert visitor.app.query_params["run"] in (old.id, [old.id])
