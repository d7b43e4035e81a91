"""Charts of several runs, and lines that are calmed without changing an order."""

import numpy as np
import pytest

from core.evaluation.records import Interval
from dashboard import charts
from dashboard.charts import Trace
from dashboard.charts.smoothing import smoothed
from dashboard.language.formats import amount, share

SHARES = np.linspace(0, 1, 5)
TWO = [Interval(value=0.9, low=0.8, high=0.95), Interval(value=0.7, low=0.6, high=0.8)]
HOSTILE = "<script>x</script>"


def every_chart() -> dict[str, charts.Chart]:
    traces = [Trace("a", SHARES, SHARES, 0), Trace(HOSTILE, SHARES, SHARES, 1, raw=SHARES, note="0.9")]
    words = {"title": "T", "x": "x", "y": "y", "reading": "R"}
    before, after = np.array([[8, 2], [1, 9]]), np.array([[9, 1], [3, 7]])
    return {
        "bars": charts.result_bars(["a", HOSTILE], TWO, metric="Accuracy", as_share=True),
        "overlaid": charts.overlaid(traces, **words, guide="diagonal"),
        "learning": charts.learning(traces, **words, as_share=True),
        "changed": charts.changed_by_class(["a", HOSTILE], np.array([3, 1]), np.array([0, 2])),
        "difference": charts.confusion_difference(before, after, ["a", HOSTILE]),
        "settings": charts.settings_lines(
            ["a", HOSTILE], [0, 1], [charts.SettingAxis("Epochs", [2, 5]), charts.SettingAxis("Model", ["x", HOSTILE])]
        ),
        "scatter": charts.setting_scatter(
            ["a", HOSTILE], [0, 1], charts.SettingAxis("Epochs", [2, 5]), TWO, metric="Right", as_share=True, said=share
        ),
    }


@pytest.mark.parametrize("name", every_chart())
def test_every_chart_has_a_title_a_reading_words_and_keeps_the_zoom(name):
    chart = every_chart()[name]
    assert chart.title
    assert chart.reading
    assert chart.alt
    assert chart.figure.layout.uirevision == "kept"


@pytest.mark.parametrize("name", every_chart())
def test_names_are_shown_as_written_and_never_as_html(name):
    drawn = every_chart()[name].figure
    shown = [*(trace.name for trace in drawn.data), *(note.text for note in drawn.layout.annotations)]
    for trace in drawn.data:
        for axis in (trace.x, trace.y):
            shown += [one for one in axis if isinstance(one, str)]
    assert "<script>" not in " ".join(map(str, shown))


def test_the_difference_of_two_confusions_is_in_points_of_the_true_class():
    trace = every_chart()["difference"].figure.data[0]
    assert trace.z == pytest.approx(np.array([[0.1, -0.1], [0.2, -0.2]]))


def test_presets_stand_in_the_order_of_the_form_and_not_of_the_alphabet():
    preset = charts.SettingAxis("Preset", ["balanced", "best", "quick"], order=("quick", "balanced", "best"))
    drawn = charts.settings_lines(["a", "b", "c"], [0, 1, 2], [preset]).figure
    assert [trace.x[0] for trace in drawn.data] == [0.5, 1, 0]
    measured = [*TWO, TWO[0]]
    scattered = charts.setting_scatter(
        ["a", "b", "c"], [0, 1, 2], preset, measured, metric="MAE", as_share=False, said=amount
    ).figure
    assert list(scattered.layout.xaxis.categoryarray) == ["quick", "balanced", "best"]
    assert scattered.layout.yaxis.tickformat is None


def test_a_share_is_written_in_percent_beside_a_setting():
    scattered = every_chart()["scatter"].figure
    assert scattered.layout.yaxis.tickformat == ".0%"
    assert scattered.data[0].customdata[0].startswith(share(TWO[0].value))


def test_a_clicked_bar_carries_what_happened_and_the_class():
    fixed, broken = every_chart()["changed"].figure.data
    assert list(fixed.customdata[0]) == ["fixed", "a", 3]
    assert [bar[0] for bar in broken.customdata] == ["broken", "broken"]


@pytest.mark.parametrize("reach", [0, 1, 5, 50])
def test_smoothing_never_moves_where_a_line_begins_or_ends(reach: int):
    rng = np.random.default_rng(0)
    runs = [rng.normal(size=60).cumsum() for _ in range(5)]
    calm = [smoothed(one, reach) for one in runs]
    assert [one[0] for one in calm] == [one[0] for one in runs]
    assert np.argsort([one[-1] for one in calm]).tolist() == np.argsort([one[-1] for one in runs]).tolist()


def test_smoothing_is_the_mean_of_as_many_neighbours_on_both_sides():
    assert smoothed(np.array([0.0, 3.0, 0.0, 3.0, 9.0]), 1).tolist() == [0.0, 1.0, 2.0, 4.0, 9.0]


def test_a_gap_stays_a_gap():
    calm = smoothed(np.array([1.0, np.nan, 3.0, 5.0]), 1)
    assert np.isnan(calm[1])
    assert calm[2] == 4.0
