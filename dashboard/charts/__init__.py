"""Charts: pure functions from values to a titled figure. They know nothing of runs, stores or Streamlit's session."""

from dashboard.charts.chart import Chart, warm
from dashboard.charts.curves import calibration, precision_recall, roc
from dashboard.charts.lines import Line, lines
from dashboard.charts.payoff import profit, swings, threshold, ways
from dashboard.charts.quality import Bar, class_balance, confusion, metric_bars, per_class, probabilities
from dashboard.charts.show import show
from dashboard.charts.standing import Standing, standing

__all__ = [
    "Bar",
    "Chart",
    "Line",
    "Standing",
    "calibration",
    "class_balance",
    "confusion",
    "lines",
    "metric_bars",
    "per_class",
    "precision_recall",
    "probabilities",
    "profit",
    "roc",
    "show",
    "standing",
    "swings",
    "threshold",
    "warm",
    "ways",
]
