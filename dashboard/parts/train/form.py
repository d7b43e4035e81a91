"""Form for a RunConfig, generated from its fields.

A field's title, meaning, limits and level stand on the field in `core/config`; this file turns its type into a
widget. The values live in the session under `train:<path>`, so that a preset can fill them.
"""

import math
import re
import time
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal, get_args, get_origin

import streamlit as st
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from core.config import FIRST_TASK, RunConfig, groups, make_config, presets_of
from core.tasks import TASKS
from dashboard.language.plain import apart
from dashboard.language.words import tr, word

PREFIX = "train:"
UNDRAWN, SENT = "train:undrawn", "train:sent"
SHOWS_S = 1.0
"""So soon a browser shows what it was sent; nobody sees a new value and takes it back sooner."""
TASK, METHOD = "task.task", "learning.method"
"""Discriminators: the two settings that decide which others there are."""
MOST_SIDE_BY_SIDE = 3
MOST_CHARACTERS = 18
"""Characters of all options together; more are cut off in half of a column."""


@dataclass(frozen=True)
class Entry:
    """Form field of one setting. `path` is dotted, `low` and `high` are the limits that the config's field allows."""

    path: str
    title: str
    meaning: str
    level: str
    names: str
    kind: type
    default: Any
    optional: bool = False
    options: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    longest: int | None = None
    only: tuple[str, tuple[str, ...]] | None = None
    """Condition: another setting's path, and the values of it with which this one is in effect."""
    empty: str = ""
    """Placeholder: what no value means."""

    @property
    def key(self) -> str:
        """Key of the value in the session state."""
        return PREFIX + self.path

    @property
    def group(self) -> str:
        """Section of the RunConfig that the setting belongs to; empty for the run itself."""
        return self.path.rpartition(".")[0]


@cache
def entries(task: str = FIRST_TASK, method: str = "frozen") -> tuple[Entry, ...]:
    """Form fields of a task and a method, in the order of the config's fields; the input column first."""
    found: list[Entry] = []
    parts_of = groups(task, method)
    for name, field in RunConfig.model_fields.items():
        if name in parts_of:
            parts = parts_of[name].model_fields.items()
            found += [_entry(f"{name}.{part}", inner) for part, inner in parts if _is_setting(inner)]
        elif _is_setting(field):
            found.append(_entry(name, field))
    methods, usual = tuple(TASKS[task].learners), flat(presets_of(task)["quick"]).get(METHOD)
    found = [replace(one, options=methods, kind=str, default=usual) if one.path == METHOD else one for one in found]
    meaning = TASKS[task].preset_meaning
    found = [replace(one, meaning=meaning) if one.path == "preset" and meaning else one for one in found]
    found.sort(key=lambda one: one.path != f"task.{TASKS[task].column}" if one.group == "task" else True)
    return tuple(entry for entry in found if entry.level != "hidden")


def task_chosen() -> str:
    """Name of the task that the form has chosen."""
    name = st.session_state.get(PREFIX + TASK)
    return name if name in TASKS else FIRST_TASK


def asked() -> tuple[Entry, ...]:
    """Form fields of the chosen task and method that are in effect with what else is chosen."""
    method = st.session_state.get(PREFIX + METHOD) or "frozen"
    return tuple(one for one in entries(task_chosen(), method) if counts(one))


def counts(entry: Entry) -> bool:
    """Whether the setting's condition holds with the values that are chosen."""
    if entry.only is None:
        return True
    path, values = entry.only
    return st.session_state.get(PREFIX + path) in values


def _is_setting(field: FieldInfo) -> bool:
    return isinstance(field.json_schema_extra, dict) and "level" in field.json_schema_extra


def _entry(path: str, field: FieldInfo) -> Entry:
    extra: Any = field.json_schema_extra
    annotation, optional = _without_none(field.annotation)
    options = get_args(annotation) if get_origin(annotation) is Literal else ()
    low, high, longest = _limits(field, whole=annotation is int)
    return Entry(
        path=path,
        title=field.title or path,
        meaning=field.description or "",
        level=extra["level"],
        names=extra.get("names", ""),
        kind=str if options else annotation,
        default=None if field.default is PydanticUndefined or isinstance(field.default, dict) else field.default,
        optional=optional,
        options=tuple(str(option) for option in options),
        low=low,
        high=high,
        longest=longest,
        only=extra.get("only"),
        empty=extra.get("empty", ""),
    )


def _without_none(annotation: Any) -> tuple[Any, bool]:
    """The type inside `X | None`, and whether None was allowed."""
    if get_origin(annotation) is Literal:
        return annotation, False
    inner = [part for part in get_args(annotation) if part is not type(None)]
    return (inner[0], True) if len(inner) == 1 and type(None) in get_args(annotation) else (annotation, False)


def _limits(field: FieldInfo, *, whole: bool) -> tuple[float | None, float | None, int | None]:
    """Minimum, maximum and longest text of a widget. A fraction's open bound is left to the config's validation."""
    low = high = longest = None
    for mark in field.metadata:
        open_low, open_high = getattr(mark, "gt", None), getattr(mark, "lt", None)
        low = getattr(mark, "ge", low) if open_low is None else open_low + (1 if whole else 0)
        high = getattr(mark, "le", high) if open_high is None else open_high - (1 if whole else 0)
        longest = getattr(mark, "max_length", longest)
    return low, high, longest


def put(key: str, value: Any) -> None:
    """Set a widget's value in the session state, and protect it until the browser has had the time to show it.

    A click before that brings the values that the browser still shows: those from before. `again` tells them by that.
    """
    st.session_state.pop(SENT, None)
    if isinstance(value, Mapping):  # no widget has such a value, so nothing that is sent could be an old one
        st.session_state[key] = value
        return
    undrawn: dict[str, tuple[set[Hashable], Any]] = st.session_state.setdefault(UNDRAWN, {})
    stale, _ = undrawn.get(key, (set(), None))
    undrawn[key] = (stale | {st.session_state.get(key)}, value)
    st.session_state[key] = value


def again() -> None:
    """Restore values that stale widget state has overwritten; what a person has changed since stays hers."""
    if time.monotonic() - st.session_state.get(SENT, math.inf) > SHOWS_S:
        st.session_state.pop(UNDRAWN, None)
    undrawn = st.session_state.get(UNDRAWN, {})
    for key, (stale, value) in list(undrawn.items()):
        if st.session_state.get(key) in stale:
            st.session_state[key] = value
        elif st.session_state.get(key) != value:
            del undrawn[key]


def drawn() -> None:
    """Note that every widget is on its way to the browser: in SHOWS_S what it sends is what a person chose."""
    st.session_state.setdefault(SENT, time.monotonic())


def start(given: Mapping[str, Any] | None = None) -> None:
    """Initialise the session state of every setting: what is given, else what is there, else the default."""
    again()
    given = given or {}
    chosen = given.get(TASK) or task_chosen()
    if TASK in given:
        put(PREFIX + TASK, chosen)
    st.session_state[PREFIX + TASK] = chosen
    method = given.get(METHOD) or st.session_state.get(PREFIX + METHOD)
    for entry in _every(chosen, method or flat(presets_of(chosen)["quick"]).get(METHOD)):
        if entry.path in given:
            put(entry.key, given[entry.path])
        elif entry.key not in st.session_state:
            st.session_state[entry.key] = entry.default
        else:
            st.session_state[entry.key] = st.session_state[entry.key]  # kept while the page is elsewhere


def _every(task: str, chosen: str | None) -> list[Entry]:
    """Form fields of a task with any of its methods; of one that two methods share, the chosen method's default."""
    methods = [*TASKS[task].learners, *([chosen] if chosen in TASKS[task].learners else [])]
    return list({one.path: one for method in methods for one in entries(task, method)}.values())


def fill_preset() -> None:
    """Apply the chosen preset to every setting that any preset names."""
    again()
    presets = presets_of(task_chosen())
    chosen = flat(presets[st.session_state[PREFIX + "preset"]])
    named = {path for preset in presets.values() for path in flat(preset)}
    for entry in _every(task_chosen(), chosen.get(METHOD)):
        if entry.path in named or entry.group == METHOD.partition(".")[0]:
            put(entry.key, chosen.get(entry.path, entry.default))


def values() -> dict[str, Any]:
    """Values of the settings in effect, from the session state, by dotted path."""
    found = {entry: st.session_state.get(entry.key, entry.default) for entry in asked()}
    known = {entry.path: value for entry, value in found.items() if value is not None or entry.optional}
    return {TASK: task_chosen(), **known}


def config(**fixed: Any) -> RunConfig:
    """The RunConfig of the form. Raises ConfigError with a sentence where the settings contradict one another."""
    return make_config(**{**values(), **fixed})


def as_values(of: RunConfig) -> dict[str, Any]:
    """Values of a RunConfig by dotted path, to fill the form with."""
    of_task = {f"task.{name}": getattr(of.task, name) for name in type(of.task).model_fields}  # some are not written
    return flat(of.model_dump(mode="json")) | of_task


def flat(nested: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Flattened mapping: nested settings by their dotted paths."""
    found: dict[str, Any] = {}
    for name, value in nested.items():
        found |= flat(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value}
    return found


SPELLINGS = {
    "start": word("The beginning"),
    "end": word("The end"),
    "adamw": "AdamW",
    "adam": "Adam",
    "lora": "LoRA",
}
"""Spelling of options that are proper names, or that say little alone."""
ABBREVIATED = 3
"""Letters of options that are abbreviations: MSE, SGD."""


def say(option: str) -> str:
    """Label of an option: Quick, AdamW, bf16."""
    if option in SPELLINGS:
        return tr(SPELLINGS[option])
    if len(option) == ABBREVIATED:
        return option.upper()
    return tr(option if any(c.isdigit() for c in option) else option.capitalize())


def meaning_of(entry: Entry, option: str) -> str:
    """Description of one option out of the field's meaning ("quick: seconds; ..."), or the whole meaning."""
    spoken = tr(entry.meaning)
    names = "|".join(re.escape(name) for one in entry.options for name in (one, say(one)))
    wanted = "|".join(map(re.escape, (option, say(option))))
    found = re.search(rf"\b(?:{wanted})(?:: |：)(.+?)(?= (?:{names}): |(?:{names})：|$)", spoken)
    return found[1][0].upper() + found[1][1:] if found else spoken


def _fit_side_by_side(options: Sequence[str]) -> bool:
    return len(options) <= MOST_SIDE_BY_SIDE and sum(len(say(option)) for option in options) <= MOST_CHARACTERS


def draw(entry: Entry, *, choices: Sequence[str] | None = None, names: Mapping[str, str] | None = None) -> None:
    """Draw the widget of one setting. `choices` limits a text setting to these values, `names` are their labels."""
    about: dict[str, Any] = {"key": entry.key, "help": tr(entry.meaning)}
    label = tr(entry.title)
    if entry.path == "preset":
        about["on_change"] = fill_preset
    if entry.options and not _fit_side_by_side(entry.options):
        st.selectbox(label, entry.options, format_func=say, **about)
    elif entry.options:
        st.segmented_control(label, entry.options, required=True, format_func=say, **about)
    elif choices is not None:
        _choice(entry, label, choices, names or {}, about)
    elif entry.kind is bool:
        st.toggle(label, **about)
    elif entry.kind in (int, float):
        _number(entry, label, about)
    else:
        st.text_input(label, max_chars=entry.longest, **about)


def _choice(entry: Entry, label: str, choices: Sequence[str], names: Mapping[str, str], about: dict[str, Any]) -> None:
    offered: list[str | None] = [None, *choices] if entry.optional else list(choices)
    if st.session_state.get(entry.key) not in offered:
        st.session_state[entry.key] = offered[0] if offered else None

    def named(value: str | None) -> str:
        return tr("none") if value is None else names.get(value, value)

    st.selectbox(label, offered, format_func=apart(offered, named), **about)


def _number(entry: Entry, label: str, about: dict[str, Any]) -> None:
    cast = entry.kind
    step = 1 if cast is int else _step(entry)
    st.number_input(
        label,
        min_value=None if entry.low is None else cast(entry.low),
        max_value=None if entry.high is None else cast(entry.high),
        step=step,
        value=None if entry.optional else "min",
        placeholder=tr(entry.empty or "empty") if entry.optional else None,
        format="%d" if cast is int else "%g",
        **about,
    )


def _step(entry: Entry) -> float:
    """Step of a number input: the default's power of ten, so that 0.00005 moves by 0.00001; 0.05 for 0.1 to 1."""
    start_at = entry.default or 0.1
    power = 10.0 ** math.floor(math.log10(start_at))
    return 0.05 if power == 0.1 else power
