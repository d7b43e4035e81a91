"""Table classification: each record gets one of the classes in the target column."""

from typing import TYPE_CHECKING, Literal

from core.config.tasks import LearnsClass, ReadsTable
from core.tasks.task import Task

if TYPE_CHECKING:
    from core.inputs.base import Inputs
    from core.targets.base import Targets

ESTIMATOR = "core.learners.estimator:ByAnEstimator"


class TableClassification(ReadsTable, LearnsClass):
    """Learn to give each record one of the classes found in the target column."""

    task: Literal["table-classification"] = "table-classification"


def _inputs() -> "Inputs":
    from core.inputs.table import TableInputs

    return TableInputs()


def _targets() -> "Targets":
    from core.targets import ClassTargets

    return ClassTargets()


table_classification = Task(
    name="table-classification",
    title="Table classification",
    answer_title="A class",
    settings=TableClassification,
    column="columns",
    inputs=_inputs,
    targets=_targets,
    learners={
        "linear": ESTIMATOR,
        "boosted": ESTIMATOR,
        "forest": ESTIMATOR,
        "scratch": "core.learners.from_scratch:TablesFromScratch",
    },
    network="core.learners.table_network:TableNetwork",
    baselines=("majority", "logistic", "boosted"),
    pipeline="tabular-classification",
    preset_meaning="quick: a linear model, in seconds. balanced: boosted trees, as many as help. "
    "best: the same with smaller steps, which takes longer.",
    presets={
        "quick": {"learning": {"method": "linear"}},
        "balanced": {"learning": {"method": "boosted"}},
        "best": {"learning": {"method": "boosted", "shrinkage": 0.02}},
    },
)
