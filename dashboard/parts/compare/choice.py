"""Multiselect of runs to compare. The choice is kept in the URL as `runs=a,b,c`, so that a view is a link."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.baselines import BASELINES
from core.evaluation import MEANINGS
from core.tasks import TASKS, task_of
from dashboard.cached.comparable import MOST
from dashboard.language.plain import apart, middle, plain
from dashboard.language.words import joined, listed, tr
from dashboard.sentences.run_name import picked_name
from storage import Run

ADDRESS, KEY, SIMPLE = "runs", "compare:runs", "compare:simple"
AT_FIRST = 4
Field = tuple[str, str]
"""A dataset's id and a task's name."""


def choose_keys(runs: Sequence[Run], place: DeltaGenerator) -> tuple[str, ...]:
    """Keys of what to compare: runs of one dataset (its box goes into `place`), and the baseline where it is chosen."""
    known = {run.id: run for run in runs}
    _read_url(known, runs)
    chosen = [known[key] for key in st.session_state[KEY] if key in known]
    fields = {_field(run) for run in chosen} or {_field(run) for run in runs}
    offered = [run.id for run in runs if _field(run) in fields]
    names = {run.id: picked_name(run) for run in runs}
    if len({_field(run) for run in runs}) > 1:
        with place:
            _choose_dataset(runs, chosen)
    ids = st.multiselect(
        tr("Runs to compare"),
        offered,
        format_func=apart(offered, names.__getitem__),
        max_selections=MOST,
        key=KEY,
        placeholder=tr("Choose two or more"),
        help=tr("Up to {n} runs of one dataset. The address keeps the choice: send it as a link.", n=MOST),
    )
    st.toggle(
        tr("Beside them: the baseline"),
        key=SIMPLE,
        help=tr("{meaning} What does not beat it is not worth its cost.", meaning=_meaning(chosen or runs)),
    )
    simple = _baseline_key(ids, known) if st.session_state[SIMPLE] else None
    keys = [*ids, *filter(None, [simple])]
    st.query_params[ADDRESS] = ",".join(keys)
    st.session_state[f"{KEY}:address"] = st.query_params[ADDRESS]
    return tuple(keys)


def _read_url(known: dict[str, Run], runs: Sequence[Run]) -> None:
    """Session state from the URL, where that is new; else what was chosen; at first, the newest runs of one dataset."""
    asked = st.query_params.get(ADDRESS)
    if asked and st.session_state.get(f"{KEY}:address") != asked:
        keys = [key for key in asked.split(",") if key]
        st.session_state[KEY] = list(dict.fromkeys(key for key in keys if key in known))[:MOST]
        if missing := [key for key in keys if key.partition(":")[0] not in known]:
            gone = listed(plain(key) for key in missing)
            st.warning(tr("Not here, or not finished: {runs}.", runs=gone), icon=":material/search_off:")
        st.session_state[SIMPLE] = any(":" in key and key.partition(":")[0] in known for key in keys)
    elif KEY not in st.session_state:
        st.session_state[KEY] = _newest(runs, _field(runs[0]))
        st.session_state[SIMPLE] = len(st.session_state[KEY]) < 2
    else:
        st.session_state[KEY], st.session_state[SIMPLE] = st.session_state[KEY], st.session_state.get(SIMPLE, False)


def kind_of(runs: Sequence[Run], keys: Sequence[str]) -> str:
    """The kind of the answers of the first of these; of the newest run, where nothing is chosen."""
    chosen = [run for key in keys for run in runs if run.id == key.partition(":")[0]]
    evaluation = (*chosen, *runs)[0].evaluation
    assert evaluation is not None  # noqa: S101  # the page lists finished runs only
    return evaluation.kind


def _field(run: Run) -> Field:
    """Group key of runs that can be compared: their dataset and their task."""
    return run.dataset_id, run.config.task.task


def _newest(runs: Sequence[Run], field: Field) -> list[str]:
    return [run.id for run in runs if _field(run) == field][:AT_FIRST]


def _choose_dataset(runs: Sequence[Run], chosen: Sequence[Run]) -> None:
    """Select box of datasets with runs, by task where one has several; another choice brings its newest runs."""
    names = _names({_field(run): run for run in runs})
    here = {_field(run) for run in chosen}
    key = "compare:dataset"
    if len(here) == 1:
        st.session_state[key] = next(iter(here))

    def other() -> None:
        st.session_state[KEY] = _newest(runs, st.session_state[key])
        st.session_state[SIMPLE] = len(st.session_state[KEY]) < 2

    st.selectbox(tr("Data"), list(names), format_func=apart(names, names.__getitem__), key=key, on_change=other)


def _names(fields: Mapping[Field, Run]) -> dict[Field, str]:
    datasets = Counter(dataset for dataset, _ in fields)
    return {
        (dataset, task): middle(run.dataset_name, 60) + (f" · {tr(TASKS[task].title)}" if datasets[dataset] > 1 else "")
        for (dataset, task), run in fields.items()
    }


def _meaning(runs: Sequence[Run]) -> str:
    """What the baseline that learns does, in the words of the first run's task."""
    return joined(tr(BASELINES[who].meaning) for who in task_of(runs[0].config).baselines[-1:])


def _baseline_key(ids: Sequence[str], known: dict[str, Run]) -> str | None:
    """Key of the trained baseline, of the run in which its headline metric is best; None without runs or baselines."""
    if not ids or not (baselines := task_of(known[ids[0]].config).baselines):
        return None
    who = baselines[-1]

    def strength(run: Run) -> float:
        name = run.evaluation.headline if run.evaluation else ""
        found = run.evaluation.baselines.get(who, {}) if run.evaluation else {}
        return MEANINGS[name].goodness(found[name].value) if name in found and name in MEANINGS else -math.inf

    return f"{max((known[one] for one in ids), key=strength).id}:{who}"
