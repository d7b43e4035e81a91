"""Differences in hyperparameters between runs, and the results beside them."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.comparison import Comparison
from core.evaluation import MEANINGS
from core.evaluation.records import Interval
from dashboard import charts
from dashboard.cached.comparable import Comparable
from dashboard.charts import SettingAxis, show
from dashboard.language.formats import count, is_percentage, metric_value
from dashboard.language.plain import apart
from dashboard.language.words import tr
from dashboard.parts.train import form

MOST_AXES = 8
LEFT_OUT = ("name",)
"""Paths of settings that are no hyperparameters."""


def settings(found: Sequence[Comparable], names: Mapping[str, str], comparison: Comparison) -> None:
    """Settings that differ: a table, parallel coordinates, and a scatter plot of one against the result."""
    models = [one for one in found if one.is_model]
    differing = differences(models)
    if not differing:
        st.info(tr("These runs were asked the same in every setting."), icon=":material/info:")
        return
    _table(models, names, differing)
    metric = comparison.metric
    title = tr(MEANINGS[metric].title)
    measured = [comparison.measured[one.key][metric] for one in models]
    shown = [names[one.key] for one in models]
    axes = {path: _axis(path, asked, models[0]) for path, asked in differing.items()}
    result = SettingAxis(title, [metric_value(metric, one.value) for one in measured], _ranked(metric, measured))
    drawn = [*list(axes.values())[:MOST_AXES], result]
    places = [list(names).index(one.key) for one in models]
    show(charts.settings_lines(shown, places, drawn), key="compare-lines")
    titles = {path: said for path, (said, _) in differing.items()}
    path = st.selectbox(
        tr("Setting"), list(titles), format_func=apart(titles, titles.__getitem__), key="compare:setting"
    )
    said = partial(metric_value, metric)
    scatter = charts.setting_scatter(
        shown, places, axes[path], measured, metric=title, as_share=is_percentage(metric), said=said
    )
    show(scatter, key="compare-scatter")


def differences(models: Sequence[Comparable]) -> dict[str, tuple[str, list[Any]]]:
    """Settings that are not equal in all runs, by path: the title, and the value in each run."""
    configs = [one.run.config for one in models]
    asked = [form.as_values(config) for config in configs]
    every = {entry.path: entry for c in configs for entry in form.entries(c.task.task, c.learning.method)}
    found = {}
    for entry in every.values():
        values = [one.get(entry.path) for one in asked]
        if entry.path not in LEFT_OUT and any(value != values[0] for value in values):
            found[entry.path] = (tr(entry.title), values)
    return found


def _axis(path: str, asked: tuple[str, list[Any]], one: Comparable) -> SettingAxis:
    """Axis of a setting, its options in the form's order."""
    options = _options(path, one)
    values = [_plottable(value, options) for value in asked[1]]
    return SettingAxis(asked[0], values, [form.say(option) for option in options])


def _options(path: str, one: Comparable) -> Sequence[str]:
    """Options of a setting, in the form's order; none where it is free."""
    config = one.run.config
    known = form.entries(config.task.task, config.learning.method)
    return next((entry.options for entry in known if entry.path == path), ())


def _ranked(metric: str, measured: Sequence[Interval]) -> list[str]:
    """The results as they are written, from least to greatest."""
    return [metric_value(metric, value) for value in sorted(one.value for one in measured)]


def _table(models: Sequence[Comparable], names: Mapping[str, str], differing: Mapping[str, Any]) -> None:
    frame = pd.DataFrame({tr("Setting"): [title for title, _ in differing.values()]})
    for i, one in enumerate(models):
        frame[names[one.key]] = [_said(values[i], _options(path, one)) for path, (_, values) in differing.items()]
    st.dataframe(frame, hide_index=True, alt=tr("The settings that differ"))
    st.caption(tr("Only what differs; every other setting is the same in all of these runs."))


def _plottable(value: Any, options: Sequence[str]) -> object:
    if value is None or value == "":
        return tr("empty")
    if value in options:
        return form.say(value)
    return tr("yes") if value is True else tr("no") if value is False else value


def _said(value: Any, options: Sequence[str]) -> str:
    found = _plottable(value, options)
    return count(found) if isinstance(found, int) else str(found)
