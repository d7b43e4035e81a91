"""Slides of a scenario: from its question to what is gained, where that ends, and a trial of one's own."""

from collections.abc import Callable

import streamlit as st

from core.scenarios import Scenario
from dashboard import doors
from dashboard.access.store import store
from dashboard.answers import room
from dashboard.charts import show
from dashboard.inputs import room_of
from dashboard.inputs.picture.gallery import Tile, gallery
from dashboard.language.plain import plain
from dashboard.language.words import language, tr, word
from dashboard.parts.labels.curve import told_in_short
from dashboard.parts.predict.page import one_row
from dashboard.sentences.standing import standing_icon
from dashboard.shares.telling import Told, tell
from storage import Run

Draw = Callable[[Scenario, Run | None], None]


def _question(scenario: Scenario, _run: Run | None) -> None:
    st.markdown(plain(scenario.market))
    st.title(plain(scenario.question), anchor=False)


def _data(scenario: Scenario, run: Run | None) -> None:
    st.title(plain(scenario.data.title), anchor=False)
    example = scenario.examples[0]
    config = scenario.config("", "quick")
    if not room_of(config, "demo").TAKES_FILES:
        st.markdown(f"> {plain(room_of(config, 'rows').named(example.text))}")
    elif run and _told(run).examples:
        gallery([Tile(_told(run).examples[0].picture, alt=example.answer)])
    st.markdown(tr("A person would say: **{answer}**", answer=plain(example.answer)))
    st.caption(plain(_told(run).data if run else scenario.data.description))


def _starts_pretrained(scenario: Scenario) -> bool:
    return scenario.config("", "quick").learning.has_pretrained_start


def _before(scenario: Scenario, run: Run | None) -> None:
    st.title(tr("Without a pretrained model") if _starts_pretrained(scenario) else tr("The baselines"), anchor=False)
    if run is None:
        _not_yet(scenario)
        return
    with st.grid(2, min_column_width=320):
        for one in _told(run).before:
            with st.container():
                st.metric(plain(one.name), one.value)
                st.caption(plain(one.meaning))


def _after(scenario: Scenario, run: Run | None) -> None:
    st.title(tr("With a pretrained model") if _starts_pretrained(scenario) else tr("The trained model"), anchor=False)
    if run is None:
        _not_yet(scenario)
        return
    told = _told(run)
    st.metric(plain(told.after.name), told.after.value)
    st.markdown(f"{standing_icon(told.kind)} {told.verdict}")
    st.caption(plain(told.after.meaning))


def _money(scenario: Scenario, run: Run | None) -> None:
    st.title(tr("Business value"), anchor=False)
    if run is None or (money := _told(run).money) is None:
        st.markdown(plain(scenario.payoff.summary))
        return
    names = [tr("This model"), *(other.name for other in money.others)]
    worths = [money.worth, *(one.worth for one in money.others)]
    left, right = st.columns(2, vertical_alignment="center", gap="large")
    with left:
        st.metric(plain(money.title) or tr("For 1,000 cases"), plain(money.value).replace("\\", ""))
        st.caption(plain(money.meaning))
        if money.are_examples:
            st.caption(tr("The prices are the scenario's examples."))
    with right:
        show(room(_told(run).answers, "worth").chart(names, worths, money.currency), key="present-money")


def _end(scenario: Scenario, _run: Run | None) -> None:
    st.title(tr("Where it ends"), anchor=False)
    search = next(iter(store().runs.list(limit=1, scenario=scenario.key, status="succeeded", kind="search")), None)
    if search is not None:
        told_in_short(search, store().runs.points(search.id))
        return
    st.markdown(tr("It must not be used for:"))
    st.markdown("\n".join(f"- {plain(one)}" for one in scenario.misuse))


def _try_it(scenario: Scenario, run: Run | None) -> None:
    st.title(tr("Your turn"), anchor=False)
    if run is None:
        _not_yet(scenario)
    else:
        one_row(run)


def _not_yet(scenario: Scenario) -> None:
    st.markdown(tr("No model of this scenario has been trained yet."))
    if st.button(tr("Open the scenario to start one"), icon=":material/play_arrow:"):
        doors.go("scenarios", scenario=scenario.key)


def _told(run: Run) -> Told:
    return _kept(run.id, run.decision.model_dump_json() if run.decision else "", run.name, language())


@st.cache_data(show_spinner=False, max_entries=16)
def _kept(run_id: str, decision: str, name: str, spoken: str) -> Told:  # noqa: ARG001  # each is told otherwise
    return tell(store(), store().runs.get(run_id))


SLIDES: dict[str, Draw] = {
    word("The question"): _question,
    word("The data"): _data,
    word("Before"): _before,
    word("After"): _after,
    word("The money"): _money,
    word("Where it ends"): _end,
    word("Try it"): _try_it,
}
"""Slides in their order, by title."""
