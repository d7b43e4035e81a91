"""Model inspection: weak slices, group fairness, label errors, and calibration by temperature scaling.

It knows answers and the rows' columns, never the model that answered.
"""

from core.data.mends import Fix, mend
from core.evaluation.temperature import temperature_of, with_temperature
from core.inspection.fairness import (
    CRITERIA,
    RATES,
    Criterion,
    Fairness,
    FairnessRate,
    Gap,
    GroupPair,
    GroupRates,
    fairness,
    questions,
)
from core.inspection.groups import (
    LEAST_ROWS,
    SURENESS,
    Group,
    by_answers,
    by_class,
    by_column,
    by_confidence,
    by_length,
    by_number,
    by_width,
    by_word,
    groupable,
)
from core.inspection.label_noise import likely_wrong
from core.inspection.slices import Slice, SliceSearch, slices, weakest
from core.inspection.suspects import Suspect, out_of_fold, suspects
from core.inspection.temperature import Scaled, scaled

__all__ = [
    "CRITERIA",
    "LEAST_ROWS",
    "RATES",
    "SURENESS",
    "Criterion",
    "Fairness",
    "FairnessRate",
    "Fix",
    "Gap",
    "Group",
    "GroupPair",
    "GroupRates",
    "Scaled",
    "Slice",
    "SliceSearch",
    "Suspect",
    "by_answers",
    "by_class",
    "by_column",
    "by_confidence",
    "by_length",
    "by_number",
    "by_width",
    "by_word",
    "fairness",
    "groupable",
    "likely_wrong",
    "mend",
    "out_of_fold",
    "questions",
    "scaled",
    "slices",
    "suspects",
    "temperature_of",
    "weakest",
    "with_temperature",
]
