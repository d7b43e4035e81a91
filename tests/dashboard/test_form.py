import pytest

from core.config import GROUPS, PRESETS, RunConfig, make_config
from core.errors import ConfigError
from dashboard import form
from tests.dashboard import seed


def by_path() -> dict[str, form.Entry]:
    return {entry.path: entry for entry in form.entries()}


def test_every_setting_of_a_run_has_an_entry_and_nothing_else_has():
    settings = {
        name
        for name, field in RunConfig.model_fields.items()
        if isinstance(field.json_schema_extra, dict) and field.json_schema_extra["level"] != "hidden"
    }
    nested = {f"{group}.{name}" for group, model in GROUPS.items() for name in model.model_fields} - {"task.task"}
    assert set(by_path()) == settings | nested


def test_limits_stand_where_the_field_says():
    entries = by_path()
    assert (entries["batch_size"].low, entries["batch_size"].high) == (1, 1024)
    assert (entries["split.test"].low, entries["split.test"].high) == (0.05, 0.5)
    assert (entries["early_stopping"].low, entries["early_stopping"].optional) == (1, True)
    assert entries["name"].longest == 200


def test_options_are_the_fields_own():
    assert by_path()["preset"].options == tuple(PRESETS)
    assert by_path()["optimizer"].options == ("adamw", "adam", "sgd")


def test_the_values_of_a_config_come_back_as_the_same_config():
    config = make_config(dataset="d1", preset="best", epochs=5, **{"split.by": "group", "split.column": "who"})
    values = form.as_values(config)
    assert make_config(**{path: values[path] for path in by_path()}, dataset="d1") == config


def test_the_meaning_of_an_option_is_cut_out_of_the_fields_meaning():
    entry = by_path()["preset"]
    said = [form.meaning_of(entry, option) for option in entry.options]
    assert len(set(said)) == 3
    assert all(":" not in one for one in said)


def opened(visitor, store, **settings):
    dataset = seed.newsdesk(store)
    visitor.open("train", dataset=dataset.id)
    return dataset


def test_the_form_shows_every_setting_with_its_title(visitor, store):
    opened(visitor, store)
    kinds = ("text_input", "selectbox", "number_input", "toggle", "segmented_control")
    shown = {element.label for kind in kinds for element in visitor.app.get(kind)}
    hidden_until_needed = {"Split column"}
    assert {entry.title for entry in form.entries()} - shown == hidden_until_needed


def test_a_preset_fills_the_settings_it_speaks_of(visitor, store):
    opened(visitor, store)
    visitor.app.segmented_control(key="train:preset").set_value("balanced").run()
    assert visitor.app.session_state["train:method"] == PRESETS["balanced"]["method"]
    visitor.app.segmented_control(key="train:preset").set_value("quick").run()
    assert visitor.app.session_state["train:method"] == PRESETS["quick"]["method"]


def test_a_contradiction_is_shown_as_the_configs_own_sentence_and_start_is_shut(visitor, store):
    opened(visitor, store)
    visitor.app.number_input(key="train:split.validation").set_value(0.5).run()
    visitor.app.number_input(key="train:split.test").set_value(0.5).run()
    with pytest.raises(ConfigError) as contradiction:
        make_config(**{"split.validation": 0.5, "split.test": 0.5})
    assert contradiction.value.message in visitor.words()
    assert visitor.button("Start").disabled


def test_start_queues_what_the_form_says_and_opens_the_run(visitor, store):
    dataset = opened(visitor, store)
    visitor.app.number_input(key="train:epochs").set_value(4)
    visitor.app.text_input(key="train:name").set_value("Mine").run()
    visitor.button("Start").click().run()
    (run,) = store.runs.list()
    assert (run.name, run.config.epochs, run.config.dataset, run.config.task.target) == ("Mine", 4, dataset.id, "desk")
    assert visitor.app.query_params["run"] == run.id


def test_a_double_click_on_start_makes_one_run(visitor, store):
    dataset = opened(visitor, store)
    visitor.button("Start").click().run()
    again = type(visitor)()  # the second click reaches the server with the state of before the first
    again.app.session_state["request:train"] = visitor.app.session_state["request:train"]
    again.open("train", dataset=dataset.id)
    again.app.session_state["request:train"] = visitor.app.session_state["request:train"]
    again.button("Start").click().run()
    assert len(store.runs.list()) == 1


def test_starting_again_later_with_the_same_settings_is_a_second_run(visitor, store):
    dataset = opened(visitor, store)
    visitor.button("Start").click().run()
    visitor.open("train", dataset=dataset.id)
    visitor.button("Start").click().run()
    assert len(store.runs.list()) == 2


def test_change_and_run_fills_the_form_with_the_runs_settings(visitor, store):
    run = seed.failed(store, seed.newsdesk(store), "It broke.", batch_size=64, preset="balanced")
    visitor.open("runs", run=run.id)
    visitor.button("Change and run").click().run()
    assert visitor.app.session_state["train:batch_size"] == 64
    assert visitor.app.session_state["train:preset"] == "balanced"
