"""Views of class answers."""

from dashboard import charts
from dashboard.answers.one_class import calibration, changed, compare, evaluate, fairness, labels, slices
from dashboard.answers.view import View
from dashboard.language.words import word
from dashboard.parts.inspect.columns import columns_of_model
from dashboard.parts.inspect.words import words_of_model

VIEW = View(
    headlines=("accuracy", "f1_macro", "balanced_accuracy", "roc_auc"),
    compared=("accuracy", "balanced_accuracy", "f1_macro", "f1_weighted"),
    bars=charts.metric_bars,
    evaluate={
        word("Each class"): evaluate.classes,
        word("Confusion matrix"): evaluate.mixups,
        word("Confidence"): evaluate.confidence,
        word("Curves"): evaluate.curves,
        word("Wrong rows"): evaluate.wrong,
        word("Words"): words_of_model,
        word("Columns"): columns_of_model,
    },
    inspect={
        word("Fairness"): fairness.by_group,
        word("Labels"): labels.doubted,
        word("Calibration"): calibration.confidence,
    },
    slices=slices.VIEW,
    compare={
        word("Rows that changed"): changed.changed_rows,
        word("Curves"): compare.curves,
        word("Confusion matrix"): compare.mixups,
    },
    beside=("accuracy", "f1_macro"),
    which_metric=word("Accuracy is the plainest. Where rare classes matter as much, let classes count alike."),
    only_first=word("Right only in the first"),
    only_second=word("Right only in the second"),
    tests={"accuracy": word("The test is McNemar's, on the rows where just one of the two is right.")},
    other_test=word(
        "The test swaps the two runs' answers to each row, many times over: were both equally good, that would change "
        "nothing (a permutation test). Where two differ much and a class has few rows, the confidence interval of "
        "precision, average precision or calibration error may be too narrow."
    ),
)
