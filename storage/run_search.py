"""Search of runs: the conditions that a search stands for."""

import re
from collections.abc import Iterator
from typing import Any, TypedDict, Unpack

from sqlalchemy import or_
from sqlmodel import col

from storage.records import JobKind, Status
from storage.tables import DatasetRow, JobRow, RunRow

NUMBER = re.compile(r"#(\d{1,9})")


class Wanted(TypedDict, total=False):
    """Filters of a list of runs. `search`: each word stands in the run's name, its note or its dataset's name."""

    dataset: str | None
    scenario: str | None
    search: str
    starred: bool


def conditions_of(
    *, status: Status | None = None, kind: JobKind | None = None, **wanted: Unpack[Wanted]
) -> Iterator[Any]:
    """SQL conditions on runs, joined with their jobs and datasets."""
    if kind:
        is_run = col(RunRow.search).is_(None)
        yield is_run if kind == "run" else ~is_run
    if dataset := wanted.get("dataset"):
        yield RunRow.dataset_id == dataset
    if scenario := wanted.get("scenario"):
        yield RunRow.scenario == scenario
    if status and status != "unreadable":
        yield col(JobRow.state).in_(("queued", "leased") if status == "queued" else (status,))
    if wanted.get("starred"):
        yield col(RunRow.is_starred).is_(True)
    yield from map(_has_word, wanted.get("search", "").replace("\0", "").split())


def _has_word(word: str) -> Any:
    """Condition of one word of a search: `#12` is a run's number."""
    if numbered := NUMBER.fullmatch(word):
        return RunRow.number == int(numbered[1])
    places = (RunRow.name, RunRow.note, DatasetRow.name)
    return or_(*(col(place).icontains(word, autoescape=True) for place in places))
