"""Records: immutable values that storage hands out; they hold no connection."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, SerializeAsAny

from core.config import RunConfig
from core.data.checks.findings import Finding
from core.data.files.options import ReadOptions
from core.evaluation.records import Evaluation
from core.payoff import AnyDecision
from core.searches import SearchQuestion
from storage.clock import now

if TYPE_CHECKING:  # a process that reads no series needs no NumPy
    import numpy as np

Status = Literal["queued", "running", "succeeded", "failed", "cancelled", "unreadable"]
"""How a run stands; unreadable: what is stored of it cannot be read here, whatever became of it."""
JobKind = Literal["run", "search"]
Role = Literal["none", "visitor", "viewer", "editor", "admin"]
ENDED: tuple[Status, ...] = ("succeeded", "failed", "cancelled")


class Record(BaseModel):
    """A frozen copy of something stored."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class Actor(Record):
    """Actor: on whose behalf the store is used. Without sign-in there is one, nameless, who may do everything."""

    name: str = ""
    """Unique among accounts, and never changed: what somebody makes is kept under it."""
    role: Role = "admin"
    account: str = ""
    """Id of the account; empty for whoever works at this machine."""
    sign_in: str = ""
    """Id of the sign-in session."""

    @property
    def is_person(self) -> bool:
        """Whether the actor came by the web, with limited rights; not a process or a terminal of this machine."""
        return bool(self.account) or self.role != "admin"


class Account(Record):
    """Account of a person who has signed in, with the role."""

    id: str
    name: str
    role: Role
    is_disabled: bool
    created: datetime
    last_seen: datetime | None


class AuditEntry(Record):
    """Entry of the audit trail: one action. `who` is empty without sign-in."""

    id: int
    at: datetime
    who: str
    action: str
    subject: str


class Dataset(Record):
    """Rows with named columns, addressed by content."""

    id: str
    name: str
    rows: int
    columns: tuple[str, ...]
    bytes: int
    sha256: str
    source: str
    scenario: str | None
    notes: tuple[str, ...]
    options: ReadOptions
    """How the file was read."""
    findings: tuple[Finding, ...]
    """What was found in reading it."""
    parent_id: str | None
    mends: tuple[dict[str, Any], ...] = ()
    """Mends since the rows were read, as fields of `core.data.mends.Carried`; those of a newer version as they are."""
    created_by: str
    created: datetime

    @property
    def history(self) -> tuple[str, ...]:
        """Sentences on what was mended, in order; empty for rows as they were read."""
        return tuple(str(one.get("note", "")) for one in self.mends) or (self.notes if self.parent_id else ())


class Failure(Record):
    """Error of a failed run, in words; a bug has a number to quote instead of a hint."""

    message: str
    hint: str = ""
    bug_number: str | None = None


class Run(Record):
    """One attempt at a RunConfig: what was asked, how far it is, how it ended."""

    id: str
    name: str
    status: Status
    stopping: bool
    config: RunConfig
    dataset_id: str
    dataset_name: str
    scenario: str | None
    created_by: str
    created: datetime
    started: datetime | None
    ended: datetime | None
    stage: str | None
    stage_text: str | None
    done: int
    total: int
    epoch: float | None
    seconds_left: float | None
    device: str | None
    error: Failure | None
    evaluation: Evaluation | None
    search: SerializeAsAny[SearchQuestion] | None
    decision: AnyDecision | None
    attempts: int
    number: int = 0
    """Place among the runs of its dataset, from 1."""
    note: str = ""
    is_starred: bool = False
    bytes: int = 0
    """Bytes in its folder, measured when its last attempt ended."""
    unreadable: str = ""
    """Why it cannot be read, in a sentence. Its config is then a placeholder, and nothing is known of what it found."""

    @property
    def preset(self) -> str:
        """Preset of the run: quick, balanced or best."""
        return self.config.preset

    @property
    def has_ended(self) -> bool:
        """Whether the run is in a final state: nothing more happens to it by itself."""
        return self.status in ENDED or self.status == "unreadable"

    @property
    def seconds(self) -> float | None:
        """Duration from its first start to its end, in seconds."""
        return (self.ended - self.started).total_seconds() if self.started and self.ended else None


class Job(Record):
    """Leased job. Every write about it carries the lease's fencing token."""

    run_id: str
    owner: str
    token: str
    attempts: int
    config: RunConfig
    search: SerializeAsAny[SearchQuestion] | None = None
    began: int = 0
    """The attempt that `process` and `events_read` speak of."""
    process: str | None = None
    events_read: int = 0


class Use(Record):
    """Usage of one person: disk and queue; the name is empty where nobody signs in."""

    who: str
    datasets: int
    dataset_bytes: int
    runs: int
    run_bytes: int
    """As measured when each run's last attempt ended."""
    queued: int
    running: int

    @property
    def bytes(self) -> int:
        """Bytes that count against the disk quota."""
        return self.dataset_bytes + self.run_bytes


class Wait(Record):
    """Reason why a run is queued: no `worker`, a full `disk`, a worker `warming` up, `own` runs, its `turn`."""

    why: Literal["worker", "disk", "warming", "own", "turn"]
    ahead: int = 0
    """Runs that come before it, or with `own` those of hers at work."""


class Worker(Record):
    """A supervisor that leases jobs."""

    id: str
    host: str
    pid: int
    alive: bool
    ready: bool
    device: str | None
    started: datetime
    seen: datetime
    busy_with: str | None


class LogLine(Record):
    """Line of a run's log."""

    at: datetime
    level: str
    text: str


class Share(Record):
    """Link to a frozen snapshot: its token opens that, and nothing else."""

    id: str
    kind: Literal["report", "demo"]
    title: str
    run_ids: tuple[str, ...]
    sha256: str
    created_by: str
    created: datetime
    expires: datetime
    revoked: datetime | None
    seen: int
    last_seen: datetime | None

    @property
    def state(self) -> Literal["open", "expired", "revoked"]:
        """State of the link: open, expired or revoked."""
        if self.revoked:
            return "revoked"
        return "open" if self.expires > now() else "expired"


class VisitorSentence(Record):
    """A sentence that a visitor of a demo tried and agreed to leave, and what the model answered."""

    at: datetime
    text: str
    answer: str
    right: str | None = None
    """What the visitor would have answered, where she said so."""


class PredictorAddress(Record):
    """Address of the predictor on this machine, and its bearer token."""

    url: str
    token: str


@dataclass(frozen=True)
class Series:
    """Time series of one metric. The arrays have equal length; the summary is of all points, not only of these."""

    name: str
    steps: "np.ndarray"
    epochs: "np.ndarray"
    values: "np.ndarray"
    times: "np.ndarray"
    last: float = math.nan
    least: float = math.nan
    greatest: float = math.nan
