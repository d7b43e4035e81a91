"""Scenarios page: the cards, and one scenario in full with its start button."""

from collections.abc import Sequence
from contextlib import suppress

import pandas as pd
import streamlit as st

from core.config import PRESETS
from core.errors import UserError
from core.evaluation import MEANINGS, YARDSTICKS
from core.scenarios import Scenario, available
from core.tasks import task_of
from dashboard import doors
from dashboard.access.store import may, store
from dashboard.cached.quotes import quote_of_run
from dashboard.faults import sentences, show_error
from dashboard.intake.rows import add_scenario
from dashboard.intake.scenario import reset
from dashboard.language.engine import said
from dashboard.language.formats import count, line_value, metric_value
from dashboard.language.plain import plain
from dashboard.language.words import tr, trn, word
from dashboard.parts.deletion import Deletion, confirm, named
from dashboard.parts.heading import section
from dashboard.parts.runs.table import table
from dashboard.parts.teaching import teaching_banner
from dashboard.parts.train import form
from dashboard.parts.train.offer import minutes
from dashboard.requests import forget, request_id
from dashboard.sentences.comparison import in_points
from dashboard.sentences.run_name import run_name


def cards(scenarios: Sequence[Scenario]) -> None:
    """Grid of cards, one a scenario, up to three in a row."""
    with st.grid(3, min_column_width=300):
        for scenario in scenarios:
            _card(scenario)


def _card(scenario: Scenario) -> None:
    with st.container(border=True, height="stretch", gap="small"):
        badges, teaching = f":primary-badge[{plain(scenario.market)}]", tr("for teaching")
        if scenario.for_teaching:
            badges += f" :orange-badge[:material/school: {teaching}]"
        st.markdown(f"{badges}\n\n**{plain(scenario.title)}**\n\n{plain(scenario.question)}")
        st.caption(tr("{data}, {rows} rows", data=plain(scenario.data.title), rows=count(scenario.data.rows)))
        _fetch_failure(scenario)
        st.space("stretch")
        if st.button(tr("Open"), key=f"open-{scenario.key}", icon=":material/arrow_forward:", width="stretch"):
            doors.go("scenarios", scenario=scenario.key)


def _fetch_failure(scenario: Scenario) -> None:
    """Warning with the reason why the rows could not be fetched the last time, if they could not."""
    if failure := st.session_state.get(_failure(scenario)):
        st.warning(sentences(*failure), icon=":material/cloud_off:")


def _failure(scenario: Scenario) -> str:
    return f"no-rows:{scenario.key}"


def story(scenario: Scenario) -> None:
    """Detail view of a scenario: question, start, worth, data, out-of-scope use, and its runs."""
    st.title(plain(scenario.title), anchor=False)
    with st.container(key="lead"):
        st.markdown(plain(scenario.question))
    teaching_banner(scenario.key)
    told, started = st.columns([1.7, 1], gap="large")
    with started:
        _start(scenario)
    with told:
        st.markdown(plain(scenario.story))
        _worth(scenario)
        _data(scenario)
        section(tr("What it must not be used for"))
        st.markdown("\n".join(f"- {plain(line)}" for line in scenario.misuse))
    if runs := store().runs.list(limit=20, scenario=scenario.key):
        section(tr("Runs of this scenario"))
        table(runs, key=f"runs-{scenario.key}")
        if may("admin") and st.button(tr("Reset the scenario"), icon=":material/restart_alt:", type="tertiary"):
            _confirm_reset(scenario)


def _start(scenario: Scenario) -> None:
    """Start box: the preset to choose, and the button that queues a run."""
    with st.container(border=True, key="begin"):
        st.markdown(f"**{tr('Start')}**")
        preset = st.segmented_control(
            tr("Preset"),
            list(PRESETS),
            default="quick",
            required=True,
            format_func=form.say,
            key=f"preset-{scenario.key}",
            width="stretch",
        )
        st.caption(_preset_caption(scenario, preset or "quick"))
        if quoted := _quoted(scenario, preset or "quick"):
            st.caption(f":material/schedule: {quoted}")
        if repeated := _repeated(scenario, preset or "quick"):
            st.caption(repeated)
        if may("editor"):
            if st.button(tr("Start"), type="primary", icon=":material/play_arrow:", width="stretch"):
                _begin(scenario, preset or "quick")
            else:
                forget(f"scenario:{scenario.key}")
            if st.button(tr("Change settings first"), icon=":material/tune:", width="stretch"):
                _to_the_form(scenario, preset or "quick")
        if st.button(
            tr("Present it"), icon=":material/slideshow:", width="stretch", help=tr("Step by step, full screen")
        ):
            doors.go("present", scenario=scenario.key)
        _fetch_failure(scenario)
        st.caption(plain(said(available(scenario, store().cache)[1])))


def _preset_caption(scenario: Scenario, preset: str) -> str:
    """Description of the preset's method, in a line."""
    task = task_of(scenario.config("", preset))
    if task.preset_meaning:
        entry = next(one for one in form.entries(task.name) if one.path == "preset")
        return form.meaning_of(entry, preset)
    return {
        "quick": tr("The model reads, and a small head learns."),
        "balanced": tr("The whole model learns."),
        "best": tr("The whole model learns in more passes, and the best of them is kept."),
    }[preset]


def _quoted(scenario: Scenario, preset: str) -> str:
    """Quoted time of the preset, once the rows are here; "" where there is no quote."""
    dataset = next((one for one in store().datasets.list() if one.scenario == scenario.key), None)
    if dataset:
        with suppress(UserError):  # the form says what is wrong
            if quoted := quote_of_run(scenario.config(dataset.id, preset)):
                return tr("Will take about {time}", time=minutes(quoted))
    return ""


def _repeated(scenario: Scenario, preset: str) -> str:
    """What repeated trainings of the preset came to; "" where it was not measured."""
    found = scenario.repeated.get(preset)
    if found is None:
        return ""
    metric = YARDSTICKS[task_of(scenario.config("", preset)).targets.name].headline
    words = {"n": found.seeds, "mean": metric_value(metric, found.mean), "metric": tr(MEANINGS[metric].title)}
    if found.deviation == 0.0:
        return tr("Trained {n} times with different seeds: {metric} {mean} each time.", **words)
    return tr(
        "Trained {n} times with different seeds: {metric} {mean} on average, and {deviation} more or less by the luck "
        "of the seed.",
        **words,
        deviation=in_points(found.deviation, metric),
    )


def _begin(scenario: Scenario, preset: str) -> None:
    request = request_id(f"scenario:{scenario.key}", preset)
    try:
        with st.spinner(tr("Getting the rows ready…")):
            config = scenario.config(add_scenario(store(), scenario).id, preset)
    except UserError as error:
        st.session_state[_failure(scenario)] = (error.message, error.hint)
        show_error(error)
        return
    st.session_state.pop(_failure(scenario), None)
    doors.go("runs", run=store().runs.queue(config, request).id)


def _to_the_form(scenario: Scenario, preset: str) -> None:
    with st.spinner(tr("Getting the rows ready…")):
        dataset = add_scenario(store(), scenario)
    st.session_state["train:from"] = scenario.config(dataset.id, preset)
    doors.go("train", dataset=dataset.id)


def _worth(scenario: Scenario) -> None:
    section(tr("What a good answer is worth"))
    payoff = scenario.payoff
    st.markdown(plain(payoff.summary))
    frame = pd.DataFrame(
        {
            tr("Answer"): [plain(one.case) for one in payoff.table],
            plain(payoff.currency): [f"{one.amount:+.2f}".replace("-", "\u2212") for one in payoff.table],
            tr("Because"): [plain(one.why) for one in payoff.table],
        }
    )
    st.table(frame, border="horizontal", hide_index=True, alt=tr("What each kind of answer is worth"))
    line = scenario.success
    st.markdown(
        f":material/flag: {tr('The line to reach: {value}.', value=line_value(line.metric, line.value))} "
        f"{plain(line.meaning)}"
    )


def _data(scenario: Scenario) -> None:
    section(tr("Where the rows come from"))
    st.markdown(f"**{plain(scenario.data.title)}.** {plain(scenario.data.description)}")
    st.caption(f"{tr('Licence')}: {plain(scenario.data.licence)}")


def _confirm_reset(scenario: Scenario) -> None:
    runs = store().runs.list(limit=1000, scenario=scenario.key, kind=None)
    names = named([run_name(run) for run in runs])
    confirm(
        Deletion(
            title=tr("Reset {name}?", name=plain(scenario.title)),
            lost=tr("Its runs, their models and its rows are deleted, so that it starts anew."),
            uses=[trn("{n} run goes: {names}", "{n} runs go: {names}", len(runs), names=names)] if runs else (),
            do=lambda: _reset(scenario),
            verb=word("Reset the scenario"),
        )
    )


def _reset(scenario: Scenario) -> None:
    reset(store(), scenario)
    st.session_state.pop(_failure(scenario), None)
