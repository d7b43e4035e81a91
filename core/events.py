"""Events of a run, what it says while it happens. The worker carries them to storage; pages read them there."""

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Stage = Literal["prepare", "train", "baseline", "evaluate", "save"]


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")


class StageBegan(_Event):
    """Stage event: the run entered one of its five stages; `text` says in words what it is about to do."""

    kind: Literal["stage"] = "stage"
    stage: Stage
    text: str


class Progress(_Event):
    """Progress event, how far the present stage is: `done` of `total` steps, `seconds_left` until the run's end."""

    kind: Literal["progress"] = "progress"
    done: int = Field(ge=0, lt=2**31)
    total: int = Field(ge=0, lt=2**31)
    epoch: float | None = None
    seconds_left: float | None = None


class Measured(_Event):
    """Metric event, a number worth drawing: `train/loss`, `validation/accuracy`, `train/learning_rate`."""

    kind: Literal["metric"] = "metric"
    name: str
    value: float
    step: int = Field(ge=-(2**63), lt=2**63)
    epoch: float | None = None


class LogEvent(_Event):
    """Log event: a line for the run's log. Never holds the contents of a row."""

    kind: Literal["log"] = "log"
    text: str
    level: Literal["info", "warning"] = "info"


class DeviceChosen(_Event):
    """Device event, in words: "2 CPU cores, bf16"."""

    kind: Literal["device"] = "device"
    device: str


class CheckpointSaved(_Event):
    """Checkpoint event: a whole one is on disk, and a resumed run starts from it."""

    kind: Literal["checkpoint"] = "checkpoint"
    step: int


Event = StageBegan | Progress | Measured | LogEvent | DeviceChosen | CheckpointSaved
EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="kind")])

Report = Callable[[Event], None]
"""Event callback. Raises `Stopped` when somebody has asked the run to stop."""
