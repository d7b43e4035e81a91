"""Peak memory of a run, in GB of 10^9 bytes."""

from core.config import Descent, FullFineTuning, RunConfig, Scratch
from core.quote.pace import Place
from core.quote.row_cost import RowCost

PROGRAM = {"cpu": 0.55e9, "gpu": 0.7e9}
"""Baseline memory: Python with its libraries; on a GPU the CUDA context."""
READING = 0.25e9
STATE = {"adamw": 16, "adam": 16, "sgd": 12}
"""Optimiser memory in bytes a weight while all learn: the weight, its gradient, and its optimiser state."""
MARGIN = 1.1


def memory(config: RunConfig, *, rows: int, cost: RowCost, place: Place) -> float:
    """Peak memory in GB: on a GPU its own, else the process's."""
    learning, batch = config.learning, 0.0
    weights = cost.parameters * (STATE[learning.optimizer] if isinstance(learning, FullFineTuning | Scratch) else 4)
    if isinstance(learning, Descent):
        batch = min(learning.batch_size, rows) * cost.kept(config)
    if place.kind == "gpu":
        batch /= 2 if place.precision == "bf16" else 1
    held = cost.peak(batch, rows if place.kind == "cpu" else 0)
    return MARGIN * (PROGRAM[place.kind] + READING + weights + held) / 1e9
