"""ORM tables (SQLModel). Nothing outside this room sees them; `records` is what others get."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    String,
    TypeDecorator,
)
from sqlmodel import Field, SQLModel

from core.config import RunConfig
from core.errors import UserError
from core.evaluation.records import Evaluation
from core.payoff import AnyDecision
from core.searches import AnyQuestion
from storage.clock import now

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


BigSerial = BigInteger().with_variant(Integer, "sqlite")
"""Autoincrement key, 64 bits wide; SQLite's own rowid must be called INTEGER."""

NAME_LENGTH = 500
"""Longest name, in characters: an index entry of PostgreSQL holds 2,704 bytes, and a letter may take four."""

TRIES = 3
"""Retries: how often a run that loses its process is tried by itself."""

MOST_READ = 500
"""Texts of each column that are remembered as models: pages list the same runs again and again."""


@dataclass(frozen=True)
class Unreadable:
    """JSON that fails validation: its text, kept as it is, and why it cannot be read."""

    text: str
    why: str


class Pydantic(TypeDecorator[Any]):
    """Column type of a pydantic model, or a union, stored as JSON; gives back Unreadable where validation fails."""

    impl = String
    cache_ok = True

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model
        self._adapter: TypeAdapter[BaseModel] = TypeAdapter(model)
        self._read = lru_cache(maxsize=MOST_READ)(self._validated)

    def process_bind_param(self, value: BaseModel | Unreadable | None, _dialect: Dialect) -> str | None:
        """The model as JSON text."""
        if isinstance(value, Unreadable):
            return value.text
        return None if value is None else value.model_dump_json()

    def process_result_value(self, value: str | None, _dialect: Dialect) -> BaseModel | Unreadable | None:
        """The model that the text was made from, by this or an earlier Tuneboard. Never change what it holds."""
        return None if value is None else self._read(value)

    def _validated(self, value: str) -> BaseModel | Unreadable:
        try:
            return self._adapter.validate_json(value)
        except UserError as error:
            return Unreadable(value, error.message)
        except ValidationError as error:
            return Unreadable(value, _why(error))


def _why(error: ValidationError) -> str:
    """Validation error as a sentence that quotes no value but a task's name."""
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    if first["type"] == "json_invalid":
        return "They are damaged: what is stored is not whole."
    if place == "task" and first["type"] == "value_error" and isinstance(first["input"], dict):
        return f"This Tuneboard does not know their task {str(first['input'].get('task'))[:60]!r}."
    if first["type"] == "extra_forbidden":
        return f"This Tuneboard does not know their field '{place}'."
    return f"Their field '{place}' does not fit: {first['msg'].removeprefix('Value error, ')}."


class Moment(TypeDecorator[datetime]):
    """Column type of a timestamp in UTC; SQLite drops the time zone, so it is put back."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """The time without its zone, in UTC."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """The time with its zone."""
        return None if value is None else value.replace(tzinfo=UTC)


class DatasetRow(SQLModel, table=True):
    """Rows with named columns; the rows themselves lie in a file named by its hash."""

    __tablename__ = "dataset"
    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    rows: int
    columns: list[str] = Field(sa_column=Column(JSON, nullable=False))
    bytes: int = Field(sa_type=BigInteger)
    sha256: str
    original_sha256: str | None = None
    original_bytes: int = Field(default=0, sa_type=BigInteger)
    source: str
    scenario: str | None = None
    notes: list[str] = Field(sa_column=Column(JSON, nullable=False))
    options: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """How the file was read: ReadOptions."""
    findings: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """What was found in reading: Findings."""
    parent_id: str | None = None
    """The dataset that this one is a mended version of."""
    mends: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """Mends from the rows as they were read to these, each with a sentence on what it did."""
    last_number: int = 0
    """The number given to its newest run, which may be deleted."""
    created_by: str = ""
    created: datetime = Field(default_factory=now, sa_type=Moment)


class RunRow(SQLModel, table=True):
    """One attempt at a RunConfig: what was asked, how far it is, how it ended."""

    __tablename__ = "run"
    id: str = Field(primary_key=True)
    request_id: str = Field(unique=True)
    name: str
    number: int = 0
    """Place among all runs that its dataset ever had, from 1; given when it is queued."""
    note: str = ""
    is_starred: bool = False
    dataset_id: str = Field(foreign_key="dataset.id", index=True)
    scenario: str | None = Field(default=None, index=True)
    config: Any = Field(sa_column=Column(Pydantic(RunConfig), nullable=False))
    created_by: str = ""
    created: datetime = Field(default_factory=now, sa_type=Moment, index=True)
    started: datetime | None = Field(default=None, sa_type=Moment)
    ended: datetime | None = Field(default=None, sa_type=Moment)
    stage: str | None = None
    stage_text: str | None = None
    done: int = 0
    total: int = 0
    epoch: float | None = None
    seconds_left: float | None = None
    device: str | None = None
    error_message: str | None = None
    error_hint: str | None = None
    bug_number: str | None = None
    evaluation: Any = Field(default=None, sa_column=Column(Pydantic(Evaluation), nullable=True))
    search: Any = Field(default=None, sa_column=Column(Pydantic(AnyQuestion), nullable=True))
    """The question, where this is a search of many small runs and not one run."""
    decision: Any = Field(default=None, sa_column=Column(Pydantic(AnyDecision), nullable=True))
    """What its answers are worth and when it answers, once somebody has chosen."""
    bytes: int = Field(default=0, sa_type=BigInteger)
    """Bytes in its folder, measured when an attempt ends."""
    log_lines: int = 0
    metric_points: int = Field(default=0, sa_type=BigInteger)
    cut: str = ""
    """Limits that it has reached, so that each is said once: words of "lines names points"."""


class JudgedRow(SQLModel, table=True):
    """Evaluation that a run made, with the sketch of its test rows. It outlives the run, and goes with the dataset."""

    __tablename__ = "judged"
    run_id: str = Field(primary_key=True)
    dataset_id: str = Field(
        sa_column=Column(String, ForeignKey("dataset.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    target: str = Field(index=True)
    """Column that was to be answered."""
    rows: int
    smallest: list[str] = Field(sa_column=Column(JSON, nullable=False))
    """The sketch's hashes; none where an earlier version evaluated the run."""
    at: datetime = Field(default_factory=now, sa_type=Moment)


class JobRow(SQLModel, table=True):
    """Job in the queue, with its lease: one row a run. `token` is the fencing token against an expired lease."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_waiting", "state", "turn", "id"),
        Index("ix_job_turn", "turn"),
        Index("ix_job_asked_by", "asked_by", "turn"),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BigSerial)
    run_id: str = Field(sa_column=Column(String, ForeignKey("run.id", ondelete="CASCADE"), unique=True, nullable=False))
    state: str = "queued"
    asked_by: str = ""
    """Owner of the run, denormalised so that a claim need not join."""
    turn: int = Field(default=0, sa_type=BigInteger)
    """Position in the fair queue, least first; see `storage.turns`."""
    stop_asked: bool = False
    owner: str | None = None
    token: str | None = None
    lease_until: float | None = None
    """Changes with every renewal; a lease has lapsed when this stood still too long, whatever the wall clock says."""
    attempts: int = 0
    tries_left: int = TRIES
    began: int = 0
    """The attempt that `process` and `events_read` speak of: the last one that had a process."""
    process: str | None = None
    """Identity of the process: pid, start time and boot id, so that another process with a reused pid is left alone."""
    events_read: int = Field(default=0, sa_type=BigInteger)
    """Byte offset up to which the attempt's event file is stored; moved in the same transaction as the events."""
    queued: datetime = Field(default_factory=now, sa_type=Moment)


class MetricRow(SQLModel, table=True):
    """Point of a metric. `flag` keeps what SQLite cannot: nan, inf, -inf."""

    __tablename__ = "metric"
    __table_args__ = {"sqlite_with_rowid": False}
    run_id: str = Field(sa_column=Column(String, ForeignKey("run.id", ondelete="CASCADE"), primary_key=True))
    name: str = Field(primary_key=True)
    step: int = Field(primary_key=True, sa_type=BigInteger)
    epoch: float | None = None
    value: float | None = None
    flag: str | None = None
    at: float


class MetricSummaryRow(SQLModel, table=True):
    """Aggregates of one series (last, least, greatest), so that lists need not read it."""

    __tablename__ = "metric_summary"
    run_id: str = Field(sa_column=Column(String, ForeignKey("run.id", ondelete="CASCADE"), primary_key=True))
    name: str = Field(primary_key=True)
    last_step: int = Field(sa_type=BigInteger)
    last: float | None = None
    least: float | None = None
    greatest: float | None = None


class LogRow(SQLModel, table=True):
    """Line of a run's log."""

    __tablename__ = "log_line"
    __table_args__ = (Index("ix_log_line_run", "run_id", "id"),)
    id: int | None = Field(default=None, primary_key=True, sa_type=BigSerial)
    run_id: str = Field(sa_column=Column(String, ForeignKey("run.id", ondelete="CASCADE"), nullable=False))
    at: float
    level: str
    text: str


class WorkerRow(SQLModel, table=True):
    """Supervisor that leases jobs, with its last heartbeat."""

    __tablename__ = "worker"
    id: str = Field(primary_key=True)
    host: str
    pid: int
    started: datetime = Field(default_factory=now, sa_type=Moment)
    seen: float
    ready: bool = False
    """A warm process waits for the next run."""
    device: str | None = None
    busy_with: str | None = None


class ShareRow(SQLModel, table=True):
    """Share link: read-only, to a frozen snapshot. Only the token's hash is kept."""

    __tablename__ = "share"
    id: str = Field(primary_key=True)
    token_sha256: str = Field(unique=True)
    kind: str
    title: str
    run_ids: list[str] = Field(sa_column=Column(JSON, nullable=False))
    sha256: str
    """Hash, and so the name, of the snapshot's file."""
    created_by: str = ""
    created: datetime = Field(default_factory=now, sa_type=Moment)
    expires: datetime = Field(sa_type=Moment)
    revoked: datetime | None = Field(default=None, sa_type=Moment)
    seen: int = 0
    last_seen: datetime | None = Field(default=None, sa_type=Moment)


class AccountRow(SQLModel, table=True):
    """Account of a person who has signed in, with the role."""

    __tablename__ = "account"
    id: str = Field(primary_key=True)
    """Issuer and subject, as the identity provider names her."""
    name: str = Field(unique=True)
    role: str
    is_disabled: bool = False
    created: datetime = Field(default_factory=now, sa_type=Moment)
    last_seen: datetime | None = Field(default=None, sa_type=Moment)


class SignInRow(SQLModel, table=True):
    """Session of an account: until it is ended, the browser's signed session cookie stands for her."""

    __tablename__ = "sign_in"
    id: str = Field(primary_key=True)
    """Session id: a hash of what the identity provider said only this once."""
    account_id: str = Field(
        sa_column=Column(String, ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    begun: datetime = Field(default_factory=now, sa_type=Moment)
    ended: datetime | None = Field(default=None, sa_type=Moment)


class AuditRow(SQLModel, table=True):
    """Entry of the audit trail: append-only, never with the content of a row."""

    __tablename__ = "audit"
    id: int | None = Field(default=None, primary_key=True, sa_type=BigSerial)
    at: datetime = Field(default_factory=now, sa_type=Moment, index=True)
    who: str
    action: str
    subject: str
