"""Records of runs, assembled from the rows of the run, its job and its dataset."""

from typing import Any

from storage import whole
from storage.records import Failure, Run
from storage.tables import JobRow, RunRow


def status_of(job: JobRow) -> Any:
    """Status of the job as people see it: a leased one is still queued."""
    return "queued" if job.state == "leased" else job.state


_NOT_IN_RECORD = {"request_id", "error_message", "error_hint", "bug_number", "log_lines", "metric_points", "cut"}


def record_of(row: RunRow, job: JobRow, dataset_name: str) -> Run:
    """Record of a run; one that cannot be read says why in `unreadable`."""
    message = row.error_message
    failure = Failure(message=message, hint=row.error_hint or "", bug_number=row.bug_number) if message else None
    unreadable = whole.why_unreadable(row)
    return Run(
        **row.model_dump(exclude={*_NOT_IN_RECORD, *whole.SAID}),
        **whole.asked(row),
        evaluation=None if unreadable else row.evaluation,
        decision=None if unreadable else row.decision,
        status="unreadable" if unreadable else status_of(job),
        unreadable=unreadable,
        stopping=job.stop_asked,
        dataset_name=dataset_name,
        error=failure,
        attempts=job.attempts,
    )
