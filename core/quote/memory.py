"""Peak memory of a run, in GB of 10^9 bytes."""

from typing import TYPE_CHECKING

from core.config import Descent, FullFineTuning, RunConfig
from core.quote.pace import Place

if TYPE_CHECKING:
    from core.models import ModelInfo

PROGRAM = {"cpu": 0.55e9, "gpu": 0.7e9}
"""Baseline memory: Python with its libraries; on a GPU the CUDA context."""
READING = 0.25e9
STATE = {"adamw": 16, "adam": 16, "sgd": 12}
"""Optimiser memory in bytes a weight while all learn: the weight, its gradient, and its optimiser state."""
KEPT = {"full": 85, "scratch": 85, "lora": 130, "frozen": 0}
"""Activation memory, in bytes kept for the backward pass for each token, layer and hidden unit: measured with MiniLM in
32 bits; Korthikanti et al. 2022 count 34 in 16 bits, and attention beside it. LoRA keeps its matrices' inputs too."""
A_TOKEN_OF_DATA = 150
"""Data memory in bytes for each token of the rows: the text, its id, and its columns in the TF-IDF baseline."""
MARGIN = 1.1


def memory(config: RunConfig, *, rows: int, mean_tokens: float, model: "ModelInfo", place: Place) -> float:
    """Peak memory in GB: on a GPU its own, else the process's."""
    longest = min(model.max_tokens or 10**9, getattr(config.task, "max_tokens", 10**9), 4 * mean_tokens)
    learning, texts = config.learning, 0.0
    weights = model.parameters * (STATE[learning.optimizer] if isinstance(learning, FullFineTuning) else 4)
    if isinstance(learning, Descent):
        texts = learning.batch_size * longest * KEPT[learning.method] * model.hidden_size * model.layers
    if place.kind == "gpu":
        texts /= 2 if place.precision == "bf16" else 1
    data = rows * mean_tokens * A_TOKEN_OF_DATA if place.kind == "cpu" else 0.0
    return MARGIN * (PROGRAM[place.kind] + READING + weights + texts + data) / 1e9
