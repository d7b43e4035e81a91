"""Charts: pure functions from values to a titled figure. They know nothing of runs, stores or Streamlit's session."""

from dashboard.charts.chart import Chart, warm
from dashboard.charts.curves import calibration, precision_recall, roc
from dashboard.charts.inspection import calibration_change, group_levels, group_shares
from dashboard.charts.labels import CurveLine, label_curve, net_worth
from dashboard.charts.lines import Line, lines
from dashboard.charts.numbers import (
    bias_sentence,
    common_ends,
    coverage,
    error_bars,
    errors,
    errors_by_size,
    gains,
    predicted_against_true,
)
from dashboard.charts.payoff import profit, swings, threshold, ways
from dashboard.charts.pushes import WordPush, pushes
from dashboard.charts.quality import Bar, class_balance, confusion, metric_bars, per_class, probabilities
from dashboard.charts.show import pick, show
from dashboard.charts.versus import (
    SettingAxis,
    Trace,
    changed_by_class,
    confusion_difference,
    learning,
    overlaid,
    result_bars,
    setting_scatter,
    settings_lines,
)

__all__ = [
    "Bar",
    "Chart",
    "CurveLine",
    "Line",
    "SettingAxis",
    "Trace",
    "WordPush",
    "bias_sentence",
    "calibration",
    "calibration_change",
    "changed_by_class",
    "class_balance",
    "common_ends",
    "confusion",
    "confusion_difference",
    "coverage",
    "error_bars",
    "errors",
    "errors_by_size",
    "gains",
    "group_levels",
    "group_shares",
    "label_curve",
    "learning",
    "lines",
    "metric_bars",
    "net_worth",
    "overlaid",
    "per_class",
    "pick",
    "precision_recall",
    "predicted_against_true",
    "probabilities",
    "profit",
    "pushes",
    "result_bars",
    "roc",
    "setting_scatter",
    "settings_lines",
    "show",
    "swings",
    "threshold",
    "warm",
    "ways",
]
