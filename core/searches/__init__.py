"""Searches: learning curves over labelled rows, by many small runs. Running one (`core.searches.run`) imports torch."""

from core.searches.crossing import Crossing, crossing, meeting
from core.searches.fit import FARTHEST, FEWEST_SIZES, FittedLaws, can_fit, fit
from core.searches.label_curve import EACH, IN_ALL, LabelCurve, baseline_of
from core.searches.levels import Levels, levels
from core.searches.measure import Measure, first_metric
from core.searches.money import Prices, Stop, more_left, net_worth, next_label, stop_at
from core.searches.points import MODEL, Point, read_points
from core.searches.question import SearchQuestion
from core.searches.search import SEARCHES, AnyQuestion, Search

__all__ = [
    "EACH",
    "FARTHEST",
    "FEWEST_SIZES",
    "IN_ALL",
    "MODEL",
    "SEARCHES",
    "AnyQuestion",
    "Crossing",
    "FittedLaws",
    "LabelCurve",
    "Levels",
    "Measure",
    "Point",
    "Prices",
    "Search",
    "SearchQuestion",
    "Stop",
    "baseline_of",
    "can_fit",
    "crossing",
    "first_metric",
    "fit",
    "levels",
    "meeting",
    "more_left",
    "net_worth",
    "next_label",
    "read_points",
    "stop_at",
]
