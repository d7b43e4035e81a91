"""Presenter mode: a scenario as slides, with keyboard shortcuts and without the navigation."""

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
from dashboard.language.words import tr, word
from dashboard.parts.predict.page import one_row
from dashboard.parts.teaching import teaching_banner
from dashboard.sentences.standing import standing_icon
from dashboard.shares.telling import Told, tell
from storage import Run

Draw = Callable[[Scenario, Run | None], None]
STEP = "step"
SLIDE_CSS = """<style>
[data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stExpandSidebarButton"] { display: none; }
[data-testid="stMainBlockContainer"] { max-width: 64rem; padding-top: 2.2rem; }
.st-key-slide { min-height: 58vh; }
.st-key-slide h1 { font-size: clamp(1.9rem, 5vw, 3.2rem); line-height: 1.15; }
.st-key-slide p { font-size: clamp(1.05rem, 2.1vw, 1.4rem); line-height: 1.5; }
.st-key-slide [data-testid="stMetricValue"] { font-size: clamp(2.2rem, 6vw, 4rem); }
.st-key-slide [data-testid="stMetricValue"] p { font-size: inherit; line-height: 1.2; }
.st-key-slide [data-testid="stCaptionContainer"] p { font-size: 1rem; }
</style>"""


def present(scenario: Scenario) -> None:
    """Slide of the step that the URL names, with buttons for the next, the previous and the exit."""
    st.html(SLIDE_CSS)
    names = list(STEPS)
    step = _step(len(names))
    run = newest(scenario)
    st.caption(f"{plain(scenario.title)} · {step + 1} / {len(names)} · {tr(names[step])}")
    with st.container(key="slide"):
        teaching_banner(scenario.key)
        STEPS[names[step]](scenario, run)
    _keys(scenario, step, len(names))


def newest(scenario: Scenario) -> Run | None:
    """Newest run of the scenario with a result, or None."""
    return next(iter(store().runs.list(limit=1, scenario=scenario.key, status="succeeded")), None)


def _step(steps: int) -> int:
    """Index of the step in the URL, which counts from 1."""
    asked = str(st.query_params.get(STEP, "1"))
    return min(max(int(asked), 1), steps) - 1 if asked.isdecimal() and len(asked) < 4 else 0


def _go(step: int) -> None:
    st.query_params[STEP] = str(step + 1)


def _restart() -> None:
    """Restart at the first slide, with all inputs cleared."""
    _go(0)
    for key in [key for key in st.session_state if str(key).startswith(("text-", "picture-"))]:
        del st.session_state[key]


def _keys(scenario: Scenario, step: int, steps: int) -> None:
    with st.container(horizontal=True, horizontal_alignment="center"):
        st.button(
            tr("Back"),
            icon=":material/arrow_back:",
            on_click=_go,
            args=(max(0, step - 1),),
            disabled=step == 0,
            shortcut="Left",
        )
        st.button(
            tr("Next"),
            type="primary",
            icon=":material/arrow_forward:",
            on_click=_go,
            args=(min(steps - 1, step + 1),),
            disabled=step == steps - 1,
            shortcut="Right",
        )
        st.button(
            tr("From the start"), icon=":material/restart_alt:", type="tertiary", on_click=_restart, shortcut="Home"
        )
        if st.button(tr("Leave"), icon=":material/close:", type="tertiary", shortcut="Esc"):
            doors.go("scenarios", scenario=scenario.key)


def _question(scenario: Scenario, _run: Run | None) -> None:
    st.title(plain(scenario.question), anchor=False)
    st.markdown(plain(scenario.market))


def _data(scenario: Scenario, run: Run | None) -> None:
    st.title(plain(scenario.data.title), anchor=False)
    st.markdown(plain(_told(run).data if run else scenario.data.description))
    example = scenario.examples[0]
    if not room_of(scenario.config("", "quick"), "demo").TAKES_FILES:
        st.markdown(f"> {plain(example.text)}")
    elif run and _told(run).examples:
        gallery([Tile(_told(run).examples[0].picture, alt=example.answer)])
    st.caption(tr("A person would say: {answer}", answer=plain(example.answer)))


def _before(scenario: Scenario, run: Run | None) -> None:
    st.title(tr("Without a pretrained model"), anchor=False)
    if run is None:
        _not_yet(scenario)
        return
    for one in _told(run).before:
        st.metric(plain(one.name), one.value)
        st.caption(plain(one.meaning))


def _after(scenario: Scenario, run: Run | None) -> None:
    st.title(tr("With it"), anchor=False)
    if run is None:
        _not_yet(scenario)
        return
    told = _told(run)
    st.metric(plain(told.after.name), told.after.value)
    st.caption(plain(told.after.meaning))
    st.markdown(f"{standing_icon(told.kind)} {told.verdict}")


def _money(scenario: Scenario, run: Run | None) -> None:
    st.title(tr("Business value"), anchor=False)
    st.markdown(plain(scenario.payoff.summary))
    if run is None or (money := _told(run).money) is None:
        return
    st.metric(plain(money.title) or tr("For 1,000 cases"), plain(money.value).replace("\\", ""))
    st.caption(plain(money.meaning))
    if money.are_examples:
        st.caption(tr("The prices are the scenario's examples."))
    names = [tr("This model"), *(other.name for other in money.others)]
    worths = [money.worth, *(one.worth for one in money.others)]
    show(room(_told(run).answers, "worth").chart(names, worths, money.currency), key="present-money")


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
    return _kept(run.id, run.decision.model_dump_json() if run.decision else "", run.name)


@st.cache_data(show_spinner=False, max_entries=16)
def _kept(run_id: str, decision: str, name: str) -> Told:  # noqa: ARG001  # another decision or name is told otherwise
    return tell(store(), store().runs.get(run_id))


STEPS: dict[str, Draw] = {
    word("The question"): _question,
    word("The data"): _data,
    word("Before"): _before,
    word("After"): _after,
    word("The money"): _money,
    word("Try it"): _try_it,
}
