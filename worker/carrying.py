"""File transfer of an attempt: downloads before it, uploads in a thread beside the supervisor's own work.

Where files stay in the home there is nothing to transfer, and nothing here costs anything.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from core.errors import Stopped, UserError
from storage import Job, Store
from storage.jobs import LEASE_S, LeaseLost
from storage.published import Listing, Published, bring_state, state_of
from storage.remote import FilesOutOfReach
from storage.troubles import StoreTrouble

T = TypeVar("T")

log = logging.getLogger(__name__)

GIVE_UP_S = 300.0
"""Timeout of retries: how long a place for files may be out of reach before a run is given up."""
AGAIN_S = 2.0
STATE_EVERY_S = 15.0
RENEW_S = LEASE_S / 3


class Carrier:
    """Uploader of an attempt, in a thread: checkpoints while it runs, results when it has succeeded."""

    def __init__(self, store: Store, job: Job) -> None:
        self._runs, self._job = store.runs, job
        self._work = store.runs.work_folder(job.run_id)
        self._thread: threading.Thread | None = None
        self._known: list[str] = []
        self._listing: Listing | None = None
        self._next = time.monotonic() + STATE_EVERY_S
        self._task = ""
        self._failure: UserError | None = None

    def look(self) -> None:
        """Starts the upload of the newest checkpoint when there is a new one, and no upload is in progress."""
        if self._runs.published and time.monotonic() >= self._next and not self._is_busy():
            self._next = time.monotonic() + STATE_EVERY_S
            self._begin("state", self._publish_state)

    def has_carried(self, *, success: bool) -> bool:
        """Whether the upload of all that the ended process left is done; polled until it is.

        Raises UserError when results cannot be put there. What a run that failed left is tried once.
        """
        if self._runs.published is None:
            return True
        wanted = "results" if success else "last state"
        if self._is_busy():
            return False
        if self._task != wanted:
            self._begin(wanted, self._publish_results if success else self._publish_state)
            return False
        if success and self._failure:
            raise self._failure
        return True

    def tidy(self) -> None:
        """Removes remote checkpoints, which are of no use once the success is recorded."""
        if self._runs.published and not self._is_busy():
            self._begin("tidy", self._tidy)

    def _is_busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _begin(self, task: str, work: Callable[[Published], None]) -> None:
        published = self._runs.published
        assert published  # noqa: S101  # every caller has looked
        self._task, self._failure = task, None
        self._thread = threading.Thread(target=self._carry, args=(work, published), name=f"carrying-{task}")
        self._thread.start()

    def _carry(self, work: Callable[[Published], None], published: Published) -> None:
        patience_s = GIVE_UP_S if self._task == "results" else 0.0
        try:
            patiently(lambda: work(published), patience_s)
        except UserError as error:
            self._failure = error
            log.warning("run %s: the %s could not be put elsewhere: %s", self._job.run_id, self._task, error.message)
        except FileNotFoundError:
            log.info("run %s: a checkpoint was replaced while it was being published", self._job.run_id)
            self._failure = UserError("A file that the run left has vanished.")
        except Exception:
            log.exception("run %s: carrying its %s failed", self._job.run_id, self._task)
            self._failure = UserError("A file that the run left could not be read.")

    def _publish_state(self, published: Published) -> None:
        names = state_of(self._work)
        if not names or names == self._known:
            return
        run, attempt, before = self._job.run_id, self._job.attempts, self._listing
        self._listing = published.publish(run, attempt, "state", self._work, names)
        self._known = names
        log.info("run %s: published its newest checkpoint, %d files", run, len(names))
        if before:
            published.tidy(run, before, self._listing)
        else:
            for earlier in range(1, attempt):
                published.forget(run, earlier)

    def _publish_results(self, _published: Published) -> None:
        self._runs.results.publish(self._job.run_id, self._job.attempts, self._work)

    def _tidy(self, published: Published) -> None:
        run, attempt = self._job.run_id, self._job.attempts
        results = published.find(run, attempt, "results")
        state = published.find(run, attempt, "state")
        if results and state:
            published.forget_part(run, attempt, "state")
            published.tidy(run, state, results)
        for earlier in range(1, attempt):
            published.forget(run, earlier)


def bring(store: Store, job: Job) -> None:
    """Downloads the rows and the newest checkpoint where they are not on this machine; the lease is renewed meanwhile.

    Raises LeaseLost, Stopped when somebody asked the run to stop, and UserError when the files cannot be had.
    """
    published = store.runs.published
    if published is None:
        return
    work = store.runs.work_folder(job.run_id)
    with lease_kept(store, job) as stopped:
        patiently(lambda: store.datasets.path(job.config.dataset), GIVE_UP_S, stopped)
        if job.attempts > 1:
            patiently(lambda: bring_state(published, job.run_id, job.attempts, work), GIVE_UP_S, stopped)


@contextmanager
def lease_kept(store: Store, job: Job) -> Iterator[threading.Event]:
    """Renews the lease from a thread while the block works; the event is set when the run is to stop.

    Raises LeaseLost at the block's end.
    """
    stopped, over = threading.Event(), threading.Event()
    lost: list[LeaseLost] = []

    def keep() -> None:
        while not over.wait(RENEW_S):
            try:
                if store.jobs.renew(job):
                    stopped.set()
            except LeaseLost as error:
                lost.append(error)
                stopped.set()
                return
            except StoreTrouble as trouble:  # a lease that lapses meanwhile is lost at the next write
                log.warning("could not keep the lease of run %s: %s", job.run_id, trouble.message)

    thread = threading.Thread(target=keep, name="keeping-the-lease")
    thread.start()
    try:
        yield stopped
    finally:
        over.set()
        thread.join()
        if lost:
            raise lost[0]


def patiently(work: Callable[[], T], patience_s: float, stopped: threading.Event | None = None) -> T:
    """Retries `work` while the place for files is out of reach; gives its value. Raises its last error, Stopped.

    Any other error is raised at once.
    """
    deadline = time.monotonic() + patience_s
    stopped = stopped or threading.Event()
    while True:
        try:
            return work()
        except FilesOutOfReach as error:
            if time.monotonic() >= deadline:
                raise
            log.warning("waiting for the place for files: %s", error.message)
        if stopped.wait(AGAIN_S):
            raise Stopped
