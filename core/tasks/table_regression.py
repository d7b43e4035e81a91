"""Table regression: each record gets a number, such as money, minutes or points."""

from typing import TYPE_CHECKING, Literal

from core.config.tasks import LearnsNumber, ReadsTable
from core.tasks.task import Task

if TYPE_CHECKING:
    from core.inputs.base import Inputs
    from core.targets.base import Targets

ESTIMATOR = "core.learners.estimator:ByAnEstimator"


class TableRegression(ReadsTable, LearnsNumber):
    """Learn the number that the target column gives each record."""

    task: Literal["table-regression"] = "table-regression"


def _inputs() -> "Inputs":
    from core.inputs.table import TableInputs

    return TableInputs()


def _targets() -> "Targets":
    from core.targets import NumberTargets

    return NumberTargets()


table_regression = Task(
    name="table-regression",
    title="Table regression",
    answer_title="A number",
    settings=TableRegression,
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
    baselines=("mean", "ridge", "boosted"),
    pipeline="tabular-regression",
    preset_meaning="quick: a linear model, in seconds. balanced: boosted trees, as many as help. "
    "best: the same with smaller steps, which takes longer.",
    presets={
        "quick": {"learning": {"method": "linear"}},
        "balanced": {"learning": {"method": "boosted"}},
        "best": {"learning": {"method": "boosted", "shrinkage": 0.02}},
    },
)
