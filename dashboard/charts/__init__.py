"""Charts: pure functions from values to a titled figure. They know nothing of runs, stores or Streamlit's session."""

from dashboard.charts.chart import Chart, warm
from dashboard.charts.curves import calibration, precision_recall, roc
from dashboard.charts.lines import Line, lines
from dashboard.charts.payoff import profit, swings, threshold, ways
from dashboard.charts.quality import Bar, class_balance, confusion, metric_bars, per_class, probabilities
from dashboard.charts.show import pick, show
from dashboard.charts.versus import (
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
    "Line",
    "Trace",
    "calibration",
    "changed_by_class",
    "class_balance",
    "confusion",
    "confusion_difference",
    "learning",
    "lines",
    "metric_bars",
    "overlaid",
    "per_class",
    "pick",
    "precision_recall",
    "probabilities",
    "profit",
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
