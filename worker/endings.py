"""End of an attempt: its own result goes into storage, or the reason why it left none."""

import logging
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from core.errors import UserError
from core.evaluation.records import Evaluation
from storage import Failure, Job, Store
from storage.remote import FilesOutOfReach
from worker.carrying import GIVE_UP_S, Carrier, lease_kept, patiently
from worker.event_file import read_events
from worker.executor import Ended
from worker.order import OtherRelease, RunResult, events_path, result_path

log = logging.getLogger(__name__)


def finish(store: Store, job: Job, result: RunResult, *, asked: bool = True) -> None:
    """Writes an attempt's own result into storage. A run that stopped and was not `asked` to is queued again."""
    match result.status:
        case "succeeded" if job.search:
            store.jobs.succeed(job)
        case "succeeded":
            path = store.runs.work_folder(job.run_id) / "evaluation.json"
            store.jobs.succeed(job, Evaluation.model_validate_json(path.read_bytes()))
        case "stopped" if not asked:
            store.jobs.release(job)
        case "stopped":
            store.jobs.cancel(job)
        case "failed":
            failure = Failure(message=result.message, hint=result.hint, bug_number=result.bug_number)
            store.jobs.fail(job, failure)
    log.info("run %s ended: %s", job.run_id, result.status)


def not_carried(error: UserError) -> Failure:
    """Failure of the upload: the run succeeded, but its results could not be published."""
    return Failure(
        message=f"The run succeeded, but its results could not be kept. {error.message}",
        hint="They are on the machine that did it. Resume the run once the place for files answers; it only copies.",
    )


def read_result(attempt: Path) -> RunResult | None:
    """Result file of the attempt, None when it left none. Raises OtherRelease for one that this release cannot read."""
    path = result_path(attempt)
    try:
        return RunResult.model_validate_json(path.read_bytes()) if path.is_file() else None
    except ValidationError:
        raise OtherRelease from None


def finish_earlier(store: Store, job: Job) -> bool:
    """Recovery of the attempt before, whose events and result were not recorded; True when it had succeeded."""
    folder = store.runs.attempt_folder(job.run_id, job.began)
    start = job.events_read
    while True:
        events, end = read_events(events_path(folder), start)
        if end == start:
            break
        store.jobs.record(job, events, end)
        start = end
    result = None
    with suppress(OtherRelease):  # it goes on from its checkpoint
        result = read_result(folder)
    result = result or _published_result(store, job)
    if result is None or result.status != "succeeded":
        return False
    carrier = Carrier(store, job)
    try:
        with lease_kept(store, job) as stopped:
            work = store.runs.work_folder(job.run_id)
            patiently(lambda: store.runs.results.publish(job.run_id, job.attempts, work), GIVE_UP_S, stopped)
    except FilesOutOfReach as error:
        store.jobs.fail(job, not_carried(error))
        return True
    finish(store, job, result)
    carrier.tidy()
    return True


def _published_result(store: Store, job: Job) -> RunResult | None:
    """Unrecorded success of the previous attempt, published from another machine; it is downloaded."""
    if store.runs.published is None:
        return None
    work = store.runs.work_folder(job.run_id)
    with lease_kept(store, job) as stopped:
        was_there = patiently(lambda: store.runs.results.bring(job.run_id, job.began, work), GIVE_UP_S, stopped)
    return RunResult(status="succeeded") if was_there else None


def why(exit_code: int) -> str:
    """Reason, as a clause, for a process that ended with this exit code and left no result."""
    if isinstance(exit_code, Ended):
        return exit_code.why
    if exit_code == -9:
        return "its process was killed, perhaps because memory ran out"
    if exit_code < 0:
        return f"its process was ended by signal {-exit_code}"
    return f"its process ended with code {exit_code} and left no result"
