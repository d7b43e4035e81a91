"""Train page around `form.py`: the dataset's columns, the models there are, the quote and Start."""

from contextlib import suppress
from itertools import groupby

import streamlit as st

from core.config import RunConfig, make_config
from core.errors import UserError
from core.tasks import TASKS, input_columns
from dashboard import doors
from dashboard.access.store import may, store
from dashboard.cached.known import columns_of, findings_for, suggestion_for
from dashboard.faults import show_error
from dashboard.inputs import room, room_of
from dashboard.language.words import tr, trn, word
from dashboard.parts.datasets import findings
from dashboard.parts.teaching import teaching_banner
from dashboard.parts.train import form
from dashboard.parts.train.form import Entry
from dashboard.parts.train.models import choices, more_models
from dashboard.parts.train.offer import show_quote
from dashboard.parts.train.task import choose_task
from dashboard.requests import forget, request_id
from dashboard.sentences.recipe import REPEATS_MEANING
from storage import Dataset

TRAININGS = (1, 3, 5, 10)
GROUPS = {
    "": word("The run"),
    "task": word("The task"),
    "learning": word("Learning"),
    "preparation": word("Tidying the rows"),
    "split": word("Split"),
}
FOR_DATASET, FROM = "train:dataset", "train:from"


def ready(dataset: Dataset) -> None:
    """Initialise the form: from a config that another page handed over, else from the column suggestions."""
    handed: RunConfig | None = st.session_state.pop(FROM, None)
    if handed is not None:
        form.start(form.as_values(handed))
        st.session_state["train:scenario"] = handed.scenario
    elif st.session_state.get(FOR_DATASET) != dataset.id:
        suggested = suggestion_for(dataset.id)
        fields = columns_of(dataset.id)
        read = input_columns(make_config(**fields))
        by = {"given": suggested.split, "group": suggested.group if suggested.group not in read else None}
        fields["split.by"] = next((how for how, column in by.items() if column), "random")
        fields["split.column"] = by.get(fields["split.by"])
        form.start(fields)
        st.session_state["train:scenario"] = None
    else:
        form.start()
    st.session_state[FOR_DATASET] = dataset.id
    teaching_banner(dataset.scenario)


def basic(dataset: Dataset) -> None:
    """Basic settings, two in a row where they are short."""
    shown = [entry for entry in form.asked() if entry.level == "basic"]
    preset = [entry for entry in shown if entry.path == "preset"]
    rest = [entry for entry in shown if entry.path != "preset" and _matters(entry)]
    for entry in preset:
        _draw(entry, dataset)
        st.caption(form.meaning_of(entry, st.session_state[entry.key]))
    choose_task(dataset)
    with st.grid(2, min_column_width=230, gap=("small", "medium")):
        for entry in sorted(rest, key=_is_free_text):
            with st.container():
                _draw(entry, dataset)


def _is_free_text(entry: Entry) -> bool:
    return entry.kind is str and not entry.options and not entry.names


def _matters(entry: Entry) -> bool:
    """Whether the setting is in effect: a split column only where the split needs one."""
    return entry.path != "split.column" or st.session_state.get(form.PREFIX + "split.by") != "random"


def advanced(dataset: Dataset) -> None:
    """Advanced settings in an expander, by section of the config."""
    shown = sorted((e for e in form.asked() if e.level == "advanced"), key=lambda e: list(GROUPS).index(e.group))
    with st.expander(tr("Advanced settings"), icon=":material/tune:"):
        for group, entries in groupby(shown, key=lambda entry: entry.group):
            st.markdown(f"**{tr(GROUPS[group])}**")
            with st.grid(3, min_column_width=190, gap=("small", "medium"), vertical_alignment="bottom"):
                for entry in entries:
                    _draw(entry, dataset)


def preview(dataset: Dataset) -> None:
    """Preview of the preprocessed rows, where the network sees something else than the rows."""
    with suppress(UserError):  # the offer beside it says what is wrong
        config = form.config(dataset=dataset.id)
        room_of(config, "preview").before_start(config)


def _draw(entry: Entry, dataset: Dataset) -> None:
    if entry.names == "column":
        form.draw(entry, choices=_columns(entry, dataset))
    elif entry.names == "columns":
        target = st.session_state.get(f"{form.PREFIX}task.target")
        inputs = TASKS[form.task_chosen()].inputs.name
        room(inputs, "choose").on_train(entry.key, tr(entry.title), tr(entry.meaning), dataset, target)
    elif entry.names == "model":
        inputs = TASKS[form.task_chosen()].inputs.name
        offered = choices(store(), inputs)
        form.draw(entry, choices=list(offered), names=offered)
        more_models(store(), entry.key, inputs)
    else:
        form.draw(entry)


def _columns(entry: Entry, dataset: Dataset) -> list[str]:
    """Columns of the dataset that the setting can name."""
    task = TASKS[form.task_chosen()]
    is_input = entry.path == f"task.{task.column}"
    return room(task.inputs.name, "choose").columns(dataset) if is_input else list(dataset.columns)


def offer(dataset: Dataset) -> None:
    """Findings, quote and Start button."""
    with st.container(border=True):
        try:
            config = form.config(dataset=dataset.id, scenario=st.session_state.get("train:scenario"))
        except UserError as error:
            show_error(error)
            st.button(tr("Start"), type="primary", icon=":material/play_arrow:", width="stretch", disabled=True)
            return
        found = findings_for(dataset.id, config)
        wrong = [one for one in found if one.severity == "error"]
        if wrong:
            findings(wrong, config, "train")
        else:
            show_quote(config)
        _start(config, disabled=bool(wrong))
    if warnings := [one for one in found if one.severity == "warning"]:
        with st.expander(
            trn("{n} thing to know about the rows", "{n} things to know about the rows", len(warnings)),
            icon=":material/warning:",
        ):
            findings(warnings, config, "train")


def _start(config: RunConfig, *, disabled: bool) -> None:
    if not may("editor"):
        st.caption(tr("You may look; an editor starts runs."))
        return
    seeds = st.segmented_control(
        tr("Trainings"), TRAININGS, default=1, required=True, key="trainings", help=tr(REPEATS_MEANING)
    )
    if seeds > 1:
        st.caption(tr("One after the other, so it takes about {n} times as long.", n=seeds))
    pressed = st.button(
        tr("Start"), type="primary", icon=":material/play_arrow:", width="stretch", disabled=disabled, key="start"
    )
    if not pressed:
        forget("train")
        return
    run = store().runs.queue(config, request_id("train", config.model_dump_json()))
    store().runs.repeat(run.id, seeds, request_id("train", config.model_dump_json()))
    doors.go("runs", run=run.id)
