"""Searches: one question that many small runs answer together. Running one (`core.searches.run`) imports torch."""

from core.searches.crossing import Crossing, crossing, meeting
from core.searches.fit import FEWEST_SIZES, Fit, fit
from core.searches.label_curve import LabelCurve
from core.searches.levels import Levels, levels
from core.searches.money import Prices, Stop, more_left, net_worth, next_label, stop_at
from core.searches.points import MODEL, TFIDF, WHO, Point, read_points

__all__ = [
    "FEWEST_SIZES",
    "MODEL",
    "TFIDF",
    "WHO",
    "Crossing",
    "Fit",
    "LabelCurve",
    "Levels",
    "Point",
    "Prices",
    "Stop",
    "crossing",
    "fit",
    "levels",
    "meeting",
    "more_left",
    "net_worth",
    "next_label",
    "read_points",
    "stop_at",
]
