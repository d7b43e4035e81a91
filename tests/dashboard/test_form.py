from collections.abc import Callable

import pytest
import streamlit as st
from pydantic.fields import FieldInfo
from streamlit.proto.WidgetStates_pb2 import WidgetStates

from core.config import METHODS, RunConfig, groups, make_config, presets_of
from core.errors import ConfigError
from core.tasks import TASKS
from dashboard.parts.train import form
from tests.dashboard import seed

WAYS = [(task.name, method) for task in TASKS.values() for method in task.learners]


def by_path(task: str = "text-classification", method: str = "full") -> dict[str, form.Entry]:
    return {entry.path: entry for entry in form.entries(task, method)}


def is_shown(field: FieldInfo) -> bool:
    return isinstance(field.json_schema_extra, dict) and field.json_schema_extra["level"] != "hidden"


@pytest.mark.parametrize(("task", "method"), WAYS)
def test_every_setting_of_a_run_has_an_entry_and_nothing_else_has(task: str, method: str):
    settings = {name for name, field in RunConfig.model_fields.items() if is_shown(field)}
    fields = {group: model.model_fields.items() for group, model in groups(task, method).items()}
    nested = {f"{group}.{name}" for group, inner in fields.items() for name, field in inner if is_shown(field)}
    nested.add("task.task")
    assert set(by_path(task, method)) == settings | nested - {"task.task"}


def test_a_setting_that_does_not_apply_has_no_entry():
    assert not [path for path in by_path(method="full") if "lora" in path]
    assert "learning.lora_rank" in by_path(method="lora")
    assert not [path for path in by_path(method="frozen") if path.startswith("learning.") and path != form.METHOD]
    assert "task.class_weights" not in by_path("text-regression")


def test_limits_stand_where_the_field_says():
    entries = by_path()
    assert (entries["learning.batch_size"].low, entries["learning.batch_size"].high) == (1, 1024)
    assert (entries["split.test"].low, entries["split.test"].high) == (0.05, 0.5)
    assert (entries["learning.early_stopping"].low, entries["learning.early_stopping"].optional) == (1, True)
    assert entries["name"].longest == 200


def test_options_are_the_fields_own():
    assert by_path()["preset"].options == tuple(presets_of("text-classification"))
    assert by_path()["learning.optimizer"].options == ("adamw", "adam", "sgd")
    assert by_path()[form.METHOD].options == tuple(TASKS["text-classification"].learners)


@pytest.mark.parametrize(("task", "method"), WAYS)
def test_the_values_of_a_config_come_back_as_the_same_config(task: str, method: str):
    more = {"split.by": "group", "split.column": "who", "task.task": task, form.METHOD: method}
    config = make_config(dataset="d1", preset="best", **more)
    values = form.as_values(config)
    given = {path: values[path] for path in by_path(task, method)}
    assert make_config(**given, dataset="d1", **{form.TASK: task}) == config
    assert isinstance(config.learning, METHODS[method])


def test_the_meaning_of_an_option_is_cut_out_of_the_fields_meaning():
    entry = by_path()["preset"]
    said = [form.meaning_of(entry, option) for option in entry.options]
    assert len(set(said)) == 3
    assert all(":" not in one for one in said)


def settings(visitor) -> dict[str, object]:
    """The form's values by dotted path."""
    state = visitor.app.session_state
    return {path: state[entry.key] for path, entry in by_path(method=state["train:learning.method"]).items()}


def opened(visitor, store, **settings):
    dataset = seed.newsdesk(store)
    visitor.open("train", dataset=dataset.id)
    return dataset


def test_the_form_shows_every_setting_with_its_title(visitor, store):
    opened(visitor, store)
    kinds = ("text_input", "selectbox", "number_input", "toggle", "segmented_control")
    shown = {element.label for kind in kinds for element in visitor.app.get(kind)}
    hidden_until_needed = {"Split column", "Label smoothing"}
    assert {entry.title for entry in form.entries()} - shown == hidden_until_needed


def test_only_what_counts_is_shown(visitor, store):
    opened(visitor, store)
    visitor.app.segmented_control(key="train:preset").set_value("balanced").run()
    shown = {element.label for kind in ("number_input", "selectbox") for element in visitor.app.get(kind)}
    assert "Label smoothing" in shown
    assert not {"Momentum", "LoRA rank"} & shown
    visitor.app.segmented_control(key="train:learning.optimizer").set_value("sgd").run()
    assert "Momentum" in {element.label for element in visitor.app.get("number_input")}


def test_an_empty_number_says_what_that_means(visitor, store):
    opened(visitor, store)
    visitor.app.segmented_control(key="train:preset").set_value("balanced").run()
    said = {element.label: element.placeholder for element in visitor.app.get("number_input")}
    assert said["Epochs"] == "as often as these rows need"
    assert said["Early stopping"] == "never"


def test_another_answer_asks_for_its_own_settings(visitor, store):
    dataset = seed.newsdesk(store)
    visitor.open("train", dataset=dataset.id)
    visitor.app.session_state["train:task.task"] = "text-regression"
    visitor.app.run()
    labels = {
        element.label for kind in ("selectbox", "toggle", "segmented_control") for element in visitor.app.get(kind)
    }
    assert "Loss" in labels
    assert "Class weights" not in labels


def test_a_preset_fills_the_settings_it_speaks_of(visitor, store):
    opened(visitor, store)
    visitor.app.segmented_control(key="train:preset").set_value("balanced").run()
    assert visitor.app.session_state["train:learning.method"] == "full"
    visitor.app.segmented_control(key="train:preset").set_value("quick").run()
    assert visitor.app.session_state["train:learning.method"] == "frozen"


def stopped_while_drawing(visitor, monkeypatch, change: Callable[[], object]) -> WidgetStates:
    """Change something, end that run before the advanced part is drawn; gives what the browser sends on a next click.

    A browser that has not drawn the widgets anew goes on sending the values that it shows.
    """
    shown = visitor.app._tree.get_widget_states()
    with monkeypatch.context() as patch:
        patch.setattr("dashboard.parts.train.page.advanced", lambda _: st.stop())
        change()
        visitor.app.run()
    sent = {one.id: one for one in visitor.app._tree.get_widget_states().widgets}
    return WidgetStates(widgets=[sent.get(one.id, one) for one in shown.widgets])


def test_a_click_before_the_page_is_drawn_loses_none_of_the_presets_values(visitor, store, monkeypatch):
    opened(visitor, store)
    preset = visitor.app.segmented_control(key="train:preset")
    sent = stopped_while_drawing(visitor, monkeypatch, lambda: preset.set_value("balanced"))
    visitor.app._run(sent)
    assert form.flat(presets_of("text-classification")["balanced"]).items() <= settings(visitor).items()


def test_what_a_person_changes_before_the_page_is_drawn_is_hers(visitor, store, monkeypatch):
    opened(visitor, store)
    visitor.app.segmented_control(key="train:preset").set_value("balanced").run()
    preset = visitor.app.segmented_control(key="train:preset")
    sent = stopped_while_drawing(visitor, monkeypatch, lambda: preset.set_value("best"))
    epochs = visitor.app.session_state["train:learning.epochs"]
    (field,) = (one for one in sent.widgets if "train:learning.epochs" in one.id)
    field.double_value = 7
    visitor.app._run(sent)
    assert settings(visitor)["learning.epochs"] == 7 != epochs
    visitor.app.segmented_control(key="train:preset").set_value("quick").run()
    assert settings(visitor)["learning.method"] == "frozen"


def test_what_a_person_sets_back_once_she_has_seen_it_is_hers(visitor, store, monkeypatch):
    opened(visitor, store)
    monkeypatch.setattr(form, "SHOWS_S", 0.0)
    visitor.app.segmented_control(key="train:preset").set_value("balanced").run()
    assert settings(visitor)["learning.method"] == "full"
    visitor.app.segmented_control(key="train:learning.method").set_value("frozen").run()
    visitor.app.run()
    assert visitor.app.session_state["train:learning.method"] == "frozen"


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
    visitor.app.segmented_control(key="train:preset").set_value("balanced").run()
    visitor.app.number_input(key="train:learning.epochs").set_value(4)
    visitor.app.text_input(key="train:name").set_value("Mine").run()
    visitor.button("Start").click().run()
    (run,) = store.runs.list()
    assert (run.name, run.config.learning.epochs, run.config.dataset, run.config.task.target) == (
        "Mine",
        4,
        dataset.id,
        "desk",
    )
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
    assert visitor.app.session_state["train:learning.batch_size"] == 64
    assert visitor.app.session_state["train:preset"] == "balanced"
