"""Select boxes for a run, a dataset or a metric. The choice is kept in the URL's query, so that a view is a link."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.errors import NotFound
from core.evaluation import MetricMeaning
from dashboard.access.store import store
from dashboard.language.engine import said as translated
from dashboard.language.formats import count
from dashboard.language.plain import apart, isolated, middle, plain
from dashboard.language.words import tr
from dashboard.sentences.run_name import picked_name, run_name
from storage import Run


def one_run(runs: Sequence[Run], label: str) -> Run:
    """Select box of runs: the one that the URL names is chosen, else the newest.

    Where the URL names a run that cannot be shown here, the page says so and ends: no other run takes its place.
    """
    if (asked := st.query_params.get("run")) and asked not in [run.id for run in runs]:
        runs = [_named(asked), *runs]
    names = {run.id: picked_name(run) for run in runs}
    chosen = _one("run", names, label)
    run = next(run for run in runs if run.id == chosen)
    if run.note:
        st.caption(f":material/sticky_note_2: {plain(run.note)}")
    return run


def _named(run_id: str) -> Run:
    """Run with this id, which is older than those in the list; ends the page where it cannot be shown."""
    try:
        run = store().runs.get(run_id)
        name = plain(run_name(run, scored=False))
        said = tr("{name} has not ended well, so there is nothing to show of it here.", name=name)
        if run.unreadable:
            said = tr("{name} cannot be read. {why}", name=name, why=plain(translated(run.unreadable)))
    except NotFound:
        run, said = None, tr("The run that this address names is not there any more.")
    if run is None or run.status != "succeeded" or run.search is not None:
        st.warning(said, icon=":material/link_off:")
        if st.button(tr("Show the newest one instead")):
            del st.query_params["run"]
            st.rerun()
        st.stop()
    return run


def one_dataset(datasets: Sequence[Any], label: str) -> Any:
    """Select box of datasets: the one that the URL names is chosen, else the newest."""
    names = {one.id: f"{isolated(middle(one.name, 60))} · {tr('{n} rows', n=count(one.rows))}" for one in datasets}
    chosen = _one("dataset", names, label)
    return next(one for one in datasets if one.id == chosen)


def one_metric(metrics: Mapping[str, MetricMeaning], label: str, meaning: str) -> str:
    """Select box of metrics: the one that the URL names is chosen, else the first."""
    return _one("metric", {name: tr(metric.title) for name, metric in metrics.items()}, label, meaning)


def _one(where: str, names: dict[str, str], label: str, meaning: str | None = None) -> str:
    """Select box of ids, kept in step with the URL's query parameter `where`."""
    ids = list(names)
    asked = st.query_params.get(where)
    key = f"choose:{where}"
    if asked in names and st.session_state.get(f"{key}:address") != asked:
        st.session_state[key] = asked  # the address changed: it wins over what the box still holds
    elif st.session_state.get(key) not in names:
        st.session_state[key] = asked if asked in names else ids[0]
    chosen: str = st.selectbox(label, ids, format_func=apart(ids, names.__getitem__), key=key, help=meaning)
    st.query_params[where] = chosen
    st.session_state[f"{key}:address"] = chosen
    return chosen
