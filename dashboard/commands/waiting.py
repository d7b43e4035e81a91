"""Waiting for a run's end, with its progress on standard error."""

import time

from dashboard.commands.speaking import say_aside
from dashboard.language.engine import said
from dashboard.language.formats import count, duration, share
from dashboard.language.words import tr
from dashboard.sentences.keys import STAGES
from storage import Run, Store

POLL_S = 0.5
EVERY_S = 10.0
"""Seconds between two lines on one stage."""


def wait_for(store: Store, run_id: str) -> Run:
    """Polls a run until its end; works the queue itself where no worker is alive."""
    from worker.executor import LocalExecutor
    from worker.supervisor import Supervisor

    lines = ProgressLines()

    def ended() -> bool:
        run = store.runs.get(run_id)
        lines.tell(run)
        return run.has_ended

    if any(worker.alive for worker in store.workers.list()):
        while not ended():
            time.sleep(POLL_S)
    else:
        say_aside(tr("No worker is running; this command does the work itself."))
        Supervisor(store, LocalExecutor(store.logs)).work(until=ended)
    return store.runs.get(run_id)


class ProgressLines:
    """Progress of a run on standard error: a line where a stage begins, and every few seconds one on how far it is."""

    def __init__(self) -> None:
        self._stage: str | None = None
        self._told = time.monotonic()

    def tell(self, run: Run) -> None:
        """Says what is new."""
        if run.stage is None or run.has_ended:
            return
        title = [tr(STAGES[run.stage])] if run.stage in STAGES else []
        if run.stage != self._stage:
            self._stage, self._told = run.stage, time.monotonic()
            say_aside(" · ".join([*title, said(run.stage_text or "")]))
        elif run.total and time.monotonic() - self._told > EVERY_S:
            self._told = time.monotonic()
            say_aside(" · ".join([*title, *how_far(run)]))


def how_far(run: Run) -> list[str]:
    """How much of its stage is done, and the time left where it is known."""
    done = share(min(1.0, run.done / run.total), 0)
    if run.search is not None:
        done = tr("{done} of {total}", done=count(run.done), total=count(run.total))
    return [done] if run.seconds_left is None else [done, tr("about {time} left", time=duration(run.seconds_left))]
