"""Memory of the dashboard while sessions come and go: each asks for pages many times, as a browser does, and leaves.

    python benchmarks/sessions.py [--sessions 100] [--reruns 200] [--at-once 4]

A session is Streamlit's own WebSocket, on which a page is asked for by its address; it is drawn when the server says
that its script has ended. The store has the runs of the tests' shop. Prints the resident memory of the dashboard's
process as sessions end; ends with 1 where its median over the last quarter of them is more than a twentieth above that
over the second.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import psutil

GROWTH = 1.05
PATIENCE_S = 60


def pages(home: Path) -> list[tuple[str, str]]:
    """Name and query of the pages that a session looks at in turn."""
    from tests.dashboard import seed

    with seed.shop(home) as store:
        runs = {run.name: run.id for run in store.runs.list()}
        dataset = store.datasets.list()[0].id
    quick, balanced = runs["Newsdesk, quick"], runs["Newsdesk, balanced"]
    return [
        ("", ""),
        ("data", f"dataset={dataset}"),
        ("train", f"dataset={dataset}"),
        ("runs", ""),
        ("runs", f"run={balanced}"),
        ("evaluate", f"run={balanced}"),
        ("compare", f"runs={quick},{balanced}"),
        ("payoff", f"run={balanced}"),
    ]


def visit(address: str, asked: Iterable[tuple[str, str]]) -> int:
    """One session from its beginning to its end; gives how many pages were drawn."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from websockets.sync.client import connect
    from websockets.typing import Origin, Subprotocol

    drawn = 0
    spoken = [Subprotocol("streamlit"), Subprotocol("PLACEHOLDER_AUTH_TOKEN")]
    url = f"{address.replace('http', 'ws')}/_stcore/stream"
    with connect(url, origin=Origin(address), subprotocols=spoken, proxy=None, max_size=None) as socket:
        for name, query in asked:
            message = BackMsg()
            message.rerun_script.page_name, message.rerun_script.query_string = name, query
            socket.send(message.SerializeToString())
            while not is_drawn(socket.recv(timeout=PATIENCE_S)):
                pass
            drawn += 1
    return drawn


def is_drawn(message: str | bytes) -> bool:
    """Whether the server says that the page's script has run to its end."""
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    told = ForwardMsg.FromString(message)
    ended = told.WhichOneof("type") == "script_finished"
    return ended and told.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN


def main() -> None:
    """Opens the sessions, some at once, and prints the memory."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--sessions", type=int, default=100)
    given.add_argument("--reruns", type=int, default=200)
    given.add_argument("--at-once", type=int, default=4)
    wanted = given.parse_args()

    from tests.dashboard.server import dashboard

    held: list[float] = []
    drawn = 0
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        every = pages(home)
        with dashboard(home) as address, ThreadPoolExecutor(wanted.at_once) as people:
            (server,) = psutil.Process().children()
            start = time.monotonic()

            def walk(first: int) -> int:
                return visit(address, islice(cycle(every), first, first + wanted.reruns))

            for seen in people.map(walk, (number % len(every) for number in range(wanted.sessions))):
                drawn += seen
                held.append(server.memory_info().rss / 1e6)
                if len(held) % max(1, wanted.sessions // 20) == 0:
                    print(f"{len(held):4} sessions, {drawn:6} pages drawn, {held[-1]:6.0f} MB", flush=True)
            a_page = 1000 * (time.monotonic() - start) / drawn
    quarter = max(1, len(held) // 4)
    early, late = statistics.median(held[quarter : 2 * quarter]), statistics.median(held[-quarter:])
    print(f"{a_page:.0f} ms a page; second quarter {early:.0f} MB, last {late:.0f} MB")
    sys.exit(late > GROWTH * early)


if __name__ == "__main__":
    main()
