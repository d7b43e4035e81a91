"""Presenter mode: the slides of a scenario, one at a time over the whole screen, with controls that stay in place."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core.scenarios import Scenario
from dashboard import doors
from dashboard.access.store import store
from dashboard.language.plain import plain
from dashboard.language.words import tr
from dashboard.parts.slides import SLIDES
from dashboard.parts.teaching import teaching_banner
from storage import Run

STEP = "step"
STYLE = Path(__file__).parents[1] / "static" / "slides.css"


def present(scenario: Scenario) -> None:
    """Slide of the step that the URL names, above the controls."""
    st.html(STYLE)
    names = list(SLIDES)
    step = _step(len(names))
    with st.container(key="slide"):
        st.caption(f"{plain(scenario.title)} · {tr(names[step])}")
        teaching_banner(scenario.key)
        SLIDES[names[step]](scenario, newest(scenario))
    _controls(scenario, step, len(names))


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


def _controls(scenario: Scenario, step: int, steps: int) -> None:
    """Bar below the slide; `page.js` fills the screen when its button or F is pressed."""
    with st.container(horizontal=True, key="controls"):
        if _quiet(tr("Leave"), "close", "leave", "Esc"):
            doors.go("scenarios", scenario=scenario.key)
        _quiet(tr("From the start"), "restart_alt", "restart", "Home", on_click=_restart)
        _move(tr("Back"), "arrow_back", "back", step - 1, is_off=step == 0, shortcut="Left")
        st.markdown(tr("{n} of {all}", n=step + 1, all=steps), width="content")
        _move(tr("Next"), "arrow_forward", "next", step + 1, is_off=step == steps - 1, shortcut="Right")
        _quiet(tr("Full screen"), "fullscreen", "full-screen", "F")


def _quiet(label: str, icon: str, key: str, shortcut: str, on_click: Callable[[], None] | None = None) -> bool:
    return st.button(label, icon=f":material/{icon}:", key=key, type="tertiary", on_click=on_click, shortcut=shortcut)


def _move(label: str, icon: str, key: str, to: int, *, is_off: bool, shortcut: str) -> None:
    st.button(
        label,
        icon=f":material/{icon}:",
        key=key,
        type="primary" if key == "next" else "secondary",
        on_click=_go,
        args=(to,),
        disabled=is_off,
        shortcut=shortcut,
    )
