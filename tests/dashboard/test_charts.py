import numpy as np
import pytest

from core.answers import NumberAnswers
from core.evaluation import Calibration
from core.evaluation.records import Interval
from core.evaluation.tenths import Tenth, by_tenth
from dashboard import charts
from dashboard.charts import Bar, Line

STEPS = np.arange(5.0)
SHARES = np.linspace(0, 1, 5)


def answered(rows: int) -> NumberAnswers:
    """Numbers from 0 up, each off by up to one, with ranges."""
    targets = np.arange(float(rows))
    values = targets + np.sin(targets)
    return NumberAnswers(tuple(map(str, range(rows))), targets, values, values - 0.9, values + 0.9)


def tenths(rows: int) -> tuple[Tenth, ...]:
    """The same by the true number."""
    return by_tenth(answered(rows), answered(rows).targets)


def every_chart() -> dict[str, charts.Chart]:
    labels = ["a", "b", "c"]
    measured = [Interval(value=0.9, low=0.8, high=0.95)]
    claimed = Calibration(SHARES, SHARES, SHARES, SHARES, np.arange(5))
    return {
        "lines": charts.lines([Line("x", STEPS, SHARES)], title="T", x="x", y="y", reading="R"),
        "bars": charts.metric_bars(["Accuracy"], [Bar("This model", measured)]),
        "confusion": charts.confusion(np.diag([3, 2, 1]), labels),
        "per class": charts.per_class(labels, SHARES[:3], SHARES[:3], SHARES[:3], STEPS[:3], measure="Found"),
        "balance": charts.class_balance(labels, np.array([3, 2, 1])),
        "probabilities": charts.probabilities(labels, np.array([0.1, 0.7, 0.2])),
        "roc": charts.roc(SHARES, SHARES, label="a", area=0.5),
        "precision": charts.precision_recall(SHARES, SHARES, label="a", average=0.5, prevalence=0.3),
        "groups": charts.group_shares(["a"], measured, [3], title="T", measure="Right", reading="R", overall=0.8),
        "calibration change": charts.calibration_change(claimed, claimed),
        "labels": charts.label_curve(
            [charts.CurveLine("A", (8, 25), measured * 2, STEPS, SHARES)],
            y="Right",
            ticks=".0%",
            reading="Higher is better.",
            shown="{:.1%}".format,
        ),
        "net worth": charts.net_worth(
            ["A"], STEPS + 1, [SHARES], best=0, y="Left", title="Stop", reading="It stops.", alt="{rows}"
        ),
        "errors of metrics": charts.error_bars(["Mean absolute error"], [Bar("This model", measured)]),
        "predicted": charts.predicted_against_true(answered(50)),
        "errors": charts.errors(answered(50).errors, measured[0]),
        "errors by size": charts.errors_by_size(tenths(50)),
        "coverage": charts.coverage(tenths(50), 0.9),
        "levels": charts.group_levels(["a"], measured, [3], title="T", measure="Off", reading="R", overall=0.8),
        "gains": charts.gains(answered(50).errors),
        "calibration": charts.calibration(SHARES, SHARES, SHARES, SHARES, STEPS),
    }


@pytest.mark.parametrize("name", every_chart())
def test_every_chart_has_a_title_a_reading_and_words_for_those_who_cannot_see(name):
    chart = every_chart()[name]
    assert chart.title
    assert chart.reading
    assert chart.alt


@pytest.mark.parametrize("name", every_chart())
def test_every_chart_names_the_axis_that_is_measured(name):
    layout = every_chart()[name].figure.layout
    assert layout.xaxis.title.text or layout.yaxis.title.text


def test_the_alternative_text_names_the_chart():
    chart = charts.group_shares(
        ["a"], [Interval(value=0.5, low=0.4, high=0.6)], [9], title="T\\.", measure="M", reading="R"
    )
    assert chart.said == "T.: M: a 50.0% (40.0% to 60.0%), 9 rows"


def test_groups_far_from_both_ends_are_drawn_where_they_lie():
    low = [Interval(value=0.02, low=0.01, high=0.05), Interval(value=0.03, low=0.02, high=0.06)]
    chart = charts.group_shares(["a", "b"], low, [9, 9], title="T", measure="M", reading="R", whole=False)
    start, end = chart.figure.layout.xaxis.range
    assert start <= 0.01
    assert 0.06 < end < 0.2


@pytest.mark.parametrize("name", every_chart())
def test_zoom_survives_an_update(name):
    assert every_chart()[name].figure.layout.uirevision == "kept"


def test_lines_hold_the_values_they_were_given():
    (trace,) = every_chart()["lines"].figure.data
    assert np.array_equal(trace.x, STEPS)
    assert np.array_equal(trace.y, SHARES)


def test_bars_draw_the_interval_on_both_sides():
    (trace,) = every_chart()["bars"].figure.data
    assert trace.x[0] == 0.9
    assert trace.error_x.array[0] == pytest.approx(0.05)
    assert trace.error_x.arrayminus[0] == pytest.approx(0.1)


def test_confusion_shows_shares_of_the_true_class_and_keeps_the_counts():
    counts = np.array([[8, 2], [0, 0]])
    trace = charts.confusion(counts, ["yes", "no"]).figure.data[0]
    assert trace.z.tolist() == [[0.8, 0.2], [0, 0]]
    assert [[cell[0] for cell in row] for row in trace.customdata] == counts.tolist()


def test_confusion_keeps_classes_apart_whose_names_begin_alike():
    long = "Diseases of the nervous system and the sense organs, part "
    trace = charts.confusion(np.eye(2, dtype=int), [long + "one", long + "two"]).figure.data[0]
    assert len(set(trace.x)) == 2


def test_the_weakest_class_stands_first():
    found = np.array([0.9, 0.2, 0.5])
    (trace,) = charts.per_class(["a", "b", "c"], found, found, found, STEPS[:3], measure="Found").figure.data
    assert list(trace.y) == ["b", "c", "a"]


def test_probabilities_are_sorted_and_all_there():
    (trace,) = every_chart()["probabilities"].figure.data
    assert list(trace.x) == [0.7, 0.2, 0.1]
    assert list(trace.y) == ["b", "c", "a"]


def test_class_names_are_shown_as_written_and_never_as_html():
    trace = charts.class_balance(["<a href='https://x.y'>me</a>"], np.array([1])).figure.data[0]
    assert "<" not in trace.y[0]


def test_groups_whose_names_begin_alike_are_drawn_apart_and_named_as_written():
    long = "a region with a very long name that ends in "
    measured = [Interval(value=0.9, low=0.8, high=0.95)] * 2
    chart = charts.group_shares([long + "<b>", long + "two"], measured, [3, 4], title="T", measure="M", reading="R")
    (trace,) = chart.figure.data
    assert list(trace.y) == [0, 1]
    assert "<" not in str(trace.customdata) + str(chart.figure.layout.yaxis.ticktext)


def test_classes_called_like_numbers_or_days_stay_names():
    labels = [str(n) for n in range(1, 11)] + ["2024-01-05"]
    shares = np.linspace(0.1, 0.9, len(labels))
    counts = np.eye(len(labels), dtype=int)
    drawn = [
        (charts.confusion(counts, labels), "xy"),
        (charts.confusion_difference(counts, counts, labels), "xy"),
        (charts.per_class(labels, shares, shares, shares, np.ones(len(labels)), measure="Recall"), "y"),
        (charts.class_balance(labels, np.arange(len(labels))), "y"),
        (charts.probabilities(labels, shares), "y"),
        (charts.changed_by_class(labels, np.ones(len(labels)), np.ones(len(labels))), "y"),
    ]
    for chart, axes in drawn:
        assert {chart.figure.layout[f"{axis}axis"].type for axis in axes} == {"category"}


def test_every_row_is_a_point_with_its_range_on_the_hover():
    points, guide = charts.predicted_against_true(answered(50)).figure.data
    assert np.array_equal(points.x, answered(50).targets)
    assert np.array_equal(points.y, answered(50).values)
    assert "true 3.000, answered 3.141<br>interval 2.241 to 4.041" in points.customdata
    assert list(guide.x) == list(guide.y)


def test_of_many_rows_two_thousand_are_drawn_and_it_is_said():
    chart = charts.predicted_against_true(answered(5000))
    assert len(chart.figure.data[0].x) == 2000
    assert "2,000 of 5,000 rows are drawn, by lot." in chart.reading
    assert chart.figure.layout.xaxis.range[1] > 4999


def test_bars_of_errors_hold_every_row_and_break_at_zero():
    errors = np.concatenate([np.random.default_rng(0).normal(0, 1, 500), [1e6, -1e6]])
    bars = charts.errors(errors, Interval(value=0.1, low=0.05, high=0.2)).figure.data[0]
    edges = np.asarray(bars.x) - np.asarray(bars.width) / 2
    assert sum(bars.y) == 502
    assert np.abs(edges).min() < 1e-9
    assert max(np.abs(bars.x)) < 10


@pytest.mark.parametrize(
    ("low", "high", "said"), [(0.1, 0.3, "too high by"), (-0.3, -0.1, "too low by"), (-0.1, 0.1, "neither too high")]
)
def test_the_bias_is_said_only_where_its_interval_leaves_zero_out(low, high, said):
    assert said in charts.bias_sentence(Interval(value=(low + high) / 2, low=low, high=high))


@pytest.mark.parametrize("errors", [np.zeros(5), np.array([2.0]), np.full(3, -1.0)])
def test_errors_that_are_all_alike_have_their_bar(errors):
    bars = charts.errors(errors, Interval(value=0.0, low=0.0, high=0.0)).figure.data[0]
    assert sum(bars.y) == len(errors)
