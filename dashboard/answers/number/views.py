"""Views of numeric answers."""

from dashboard import charts
from dashboard.answers.number import changed, compare, evaluate, inspect, slices
from dashboard.answers.view import View
from dashboard.language.words import word
from dashboard.parts.inspect.columns import columns_of_model
from dashboard.parts.inspect.words import words_of_model

VIEW = View(
    headlines=("mae", "median_error", "bias", "r2"),
    compared=("mae", "median_error", "rmse"),
    bars=charts.error_bars,
    evaluate={
        word("Predicted against actual"): evaluate.predicted_and_true,
        word("Errors"): evaluate.errors,
        word("Prediction intervals"): evaluate.intervals,
        word("Largest errors"): evaluate.largest,
        word("Words"): words_of_model,
        word("Columns"): columns_of_model,
    },
    inspect={
        word("Prediction intervals"): evaluate.intervals,
        word("Fairness"): inspect.fairness,
        word("Labels"): inspect.labels,
    },
    slices=slices.VIEW,
    compare={
        word("Rows that changed"): changed.changed_rows,
        word("Predicted against actual"): compare.side_by_side,
    },
    beside=("mae", "r2"),
    which_metric=word(
        "The mean absolute error is the plainest. Where a few large errors hurt most, take the root mean squared "
        "error; where they should not count, the median."
    ),
    only_first=word("Nearer in the first"),
    only_second=word("Nearer in the second"),
    tests={
        "median_error": word(
            "The test counts the rows on which just one of the two is off by less than the median of both "
            "together; the interval draws the same rows again for both, many times over (a paired bootstrap)."
        )
    },
    other_test=word(
        "The test goes by the difference on each row, as the paired t test does, and is stricter where a few rows "
        "differ much more than the others."
    ),
    caution=evaluate.caution,
)
