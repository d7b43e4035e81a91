"""The process of one run: warms up, waits for an order on standard input, does it, leaves a result.

It holds no database. Its standard input is its tie to the supervisor: the order comes first, then perhaps "stop";
when it closes, the supervisor is gone and so is the reason to live.
"""

import logging
import os
import secrets
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from core.device import Device, choose
from core.errors import Stopped, UserError
from core.events import DeviceChosen, Event
from core.execute import execute
from core.hiding import hide, log_to_stderr
from core.searches.run import search
from core.training.together import ALONE, Together, lost_a_process
from storage.files import write_whole
from worker.event_file import EventWriter
from worker.order import Order, Result, events_path, output_path, result_path
from worker.ranks import joined

ORPHAN_S = 20.0
"""How long a run whose supervisor is gone may take to save before it ends itself."""


class Tie:
    """The supervisor's end of standard input, watched from a thread."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stop_asked = threading.Event()
        self._stream = stream

    def watch(self) -> None:
        """Begins to listen for "stop" and for the end of the stream."""
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self._stream:
            if line.strip() == b"stop":
                self.stop_asked.set()
        self.stop_asked.set()
        time.sleep(ORPHAN_S)
        os._exit(1)


def main() -> None:
    """Says in one line that it is warm (the imports took the time), and does the one order that comes."""
    stream = sys.stdin.buffer
    device = choose()
    sys.stdout.write(device.words + "\n")
    sys.stdout.flush()
    line = stream.readline()
    if not line:
        return
    order = Order.model_validate_json(line)
    send_output_to(output_path(order.attempt))
    log_to_stderr(logging.WARNING)
    tie = Tie(stream)
    tie.watch()
    with joined(order) as together:
        result = do(order, tie.stop_asked, device, together)
        write_whole(result_path(order.attempt), result.model_dump_json().encode())
    leave()


def do(order: Order, stop_asked: threading.Event, device: Device, together: Together = ALONE) -> Result:
    """Executes the order; whatever happens becomes a Result, but for the loss of a process that taught along."""
    events = EventWriter(events_path(order.attempt))

    def report(event: Event) -> None:
        events.write(event)
        if stop_asked.is_set():
            raise Stopped

    try:
        report(DeviceChosen(device=device.words))
        frame = pd.read_parquet(order.dataset)
        places = {"models": order.models, "cache": order.cache}
        if order.search:
            search(order.config, order.search, frame, order.work, **places, report=report)
        else:
            execute(order.config, frame, order.work, **places, report=report, together=together)
    except Stopped:
        return Result(status="stopped")
    except UserError as error:
        return Result(status="failed", message=hide(error.message), hint=hide(error.hint))
    except Exception as error:
        if together.size > 1 and lost_a_process(error):
            raise  # nobody's mistake: with no result, the run is tried again
        return _bug(order)
    return Result(status="succeeded")


def _bug(order: Order) -> Result:
    number = f"B-{secrets.token_hex(4)}"
    write_whole(order.attempt / "bug.txt", f"{number}\n\n{hide(traceback.format_exc())}".encode())
    logging.getLogger(__name__).exception("run %s failed, %s", order.run_id, number)
    return Result(status="failed", message="Something went wrong inside Tuneboard.", bug_number=number)


def send_output_to(path: Path) -> None:
    """What this process and its children print goes to the end of the file from now on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(handle, 1)
    os.dup2(handle, 2)


def leave() -> None:
    """Ends at once: the result is on disk, and a library's thread that hangs must not keep the device."""
    logging.shutdown()
    os._exit(0)


if __name__ == "__main__":
    main()
