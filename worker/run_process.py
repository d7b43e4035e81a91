"""Process of one run: warms up, waits for an order on standard input, does it, leaves a result.

It knows no database. On its standard input the supervisor sends the order first, then perhaps "stop"; at its end of
file the supervisor is gone, and this process saves and ends.
"""

import logging
import os
import secrets
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from core.disk import DiskFull, is_full
from core.errors import Stopped, UserError
from core.events import DeviceChosen, Event, Report
from core.failpoints import failpoint
from core.hiding import hide
from core.logs import log_to_stderr
from storage.files import write_whole
from worker.event_file import EventWriter
from worker.memory import HINT, is_out_of_memory
from worker.order import (
    NO_ROOM,
    RunOrder,
    RunResult,
    events_path,
    lock_path,
    output_path,
    processes_of,
    result_path,
)
from worker.tie import StreamTie

if TYPE_CHECKING:  # torch takes seconds to import, and whoever only reads an order has no need of it
    from core.device import Device
    from core.training.together import Together


def main() -> None:
    """Prints the device once it is warm (the imports took the time), and does the one order that comes."""
    stream = sys.stdin.buffer
    device = warm_up()
    sys.stdout.write(device.words + "\n")
    sys.stdout.flush()
    line = stream.readline()
    if not line:
        return
    order = RunOrder.model_validate_json(line)
    failpoint("run.ordered")
    send_output_to(output_path(order.attempt))
    log_to_stderr(logging.WARNING)
    tie = StreamTie(stream, order.attempt)
    tie.watch()
    terminated = stop_at_sigterm(tie.stop_asked)
    with FileLock(lock_path(order.attempt)):  # an earlier process of this run may still be saving what it has
        with _process_group(order) as together:
            result = do(order, tie.stop_asked, device, together)
            failpoint("run.resulting")
            leave_result(order, result.model_copy(update={"by_signal": terminated.is_set()}))
        failpoint("run.resulted")
        leave()


def stop_at_sigterm(stop_asked: threading.Event) -> threading.Event:
    """Makes SIGTERM a request to save and end, as a service manager sends it to every process of a service.

    The event that it returns says whether it came.
    """
    terminated = threading.Event()

    def stop(*_: object) -> None:
        terminated.set()
        stop_asked.set()

    signal.signal(signal.SIGTERM, stop)
    return terminated


def warm_up() -> "Device":
    """Imports everything that takes its time; returns the device."""
    import core.execute  # noqa: F401
    from core.device import choose
    from core.searches import SEARCHES

    for search in SEARCHES.values():
        search.runner()
    return choose()


@contextmanager
def _process_group(order: RunOrder) -> Iterator["Together | None"]:
    """Process group of the run, where it has several processes."""
    if processes_of(order) == 1:
        yield None
        return
    from worker.ranks import joined

    with joined(order) as together:
        yield together


def do(order: RunOrder, stop_asked: threading.Event, device: "Device", together: "Together | None" = None) -> RunResult:
    """Executes the order; every outcome becomes a RunResult, but for the loss of another rank, which is raised."""
    try:
        events = EventWriter(events_path(order.attempt))

        def report(event: Event) -> None:
            events.write(event)
            if stop_asked.is_set():
                raise Stopped

        report(DeviceChosen(device=device.words))
        carry_out(order, report, together)
    except Stopped:
        return RunResult(status="stopped")
    except UserError as error:
        return RunResult(status="failed", message=hide(error.message), hint=hide(error.hint))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a Rust library's panic is no Exception
        return _unexpected(order, error, together)
    return RunResult(status="succeeded")


def carry_out(order: RunOrder, report: Report, together: "Together | None") -> None:
    """Runs the training or the search of the order."""
    from core.execute import execute
    from core.inputs.picture.shelf import rows_of
    from core.searches import SEARCHES
    from core.training.together import ALONE

    places = {"models": order.models, "cache": order.cache}
    with rows_of(order.dataset) as frame:
        if order.search:
            search = SEARCHES[order.search.search].runner()
            search(order.config, order.search, frame, order.work, **places, report=report)
        else:
            execute(order.config, frame, order.work, **places, report=report, together=together or ALONE)


def leave_result(order: RunOrder, result: RunResult) -> None:
    """Writes the result file atomically; on a full disk this process ends with the exit code NO_ROOM."""
    try:
        write_whole(result_path(order.attempt), result.model_dump_json().encode())
    except OSError as error:
        os._exit(NO_ROOM if is_full(error) else 1)


def _unexpected(order: RunOrder, error: BaseException, together: "Together | None") -> RunResult:
    if is_full(error, order.attempt):
        full = DiskFull("what the run has learned since its last checkpoint")
        return RunResult(status="failed", message=full.message, hint=full.hint)
    if is_out_of_memory(error):
        return RunResult(status="failed", message="The memory of this machine ran out.", hint=HINT)
    if together is not None and together.size > 1:
        from core.training.together import lost_a_process

        if lost_a_process(error):
            raise error  # no mistake of the run: without a result it is retried
    return _bug(order)


def _bug(order: RunOrder) -> RunResult:
    number = f"B-{secrets.token_hex(4)}"
    write_whole(order.attempt / "bug.txt", f"{number}\n\n{hide(traceback.format_exc())}".encode())
    logging.getLogger(__name__).exception("run %s failed, %s", order.run_id, number)
    return RunResult(status="failed", message="Something went wrong inside Tuneboard.", bug_number=number)


def send_output_to(path: Path) -> None:
    """Redirects standard output and error, of this process and its children, to the end of the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(handle, 1)
    os.dup2(handle, 2)


def leave() -> None:
    """Exits without cleanup: the result is on disk, and a library's thread that hangs must not keep the device."""
    logging.shutdown()
    os._exit(0)


if __name__ == "__main__":
    main()
