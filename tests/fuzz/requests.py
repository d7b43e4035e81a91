"""Cases of requests: to every route of the dashboard and of the predictor, by anybody or by an admin, often damaged."""

import contextlib
import json
import os
import random
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from select import select
from typing import NamedTuple

import httpx

from storage import Store
from tests.conftest import ROOT
from tests.dashboard.people import House, cookies, signed_in
from tests.dashboard.provider import provider
from tests.dashboard.server import free_port, wait_until_healthy
from tests.fuzz import parsers
from tests.fuzz.case import Came, need, refuse_bad_refusal
from tests.fuzz.meters import resident_mb
from tests.golden import golden_home

WAIT_S, UNENDING_S = 60, 2
"""Seconds for an answer, and for one to a request that may have no end."""
METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "get", "X" * 300]
HEADERS = [
    ("Accept", "text/html"), ("Accept-Language", "zh"), ("Accept-Encoding", "gzip, br"),
    ("Range", "bytes=0-99999999999"),
    ("Range", "bytes=5-1,-1"), ("If-None-Match", "*"), ("Expect", "100-continue"), ("Upgrade", "websocket"),
    ("Transfer-Encoding", "chunked"), ("Content-Length", "99999999999999999999"), ("Content-Length", "-1"),
    ("Content-Encoding", "gzip"), ("X-Forwarded-For", "1.2.3.4"), ("Host", "evil.example"), ("Origin", "null"),
    ("Sec-Fetch-Site", "cross-site"), ("Cookie", "a=" + "b" * 5_000), ("Cookie", "_streamlit_user=1|2|3; \xff=;;"),
    ("X-Odd", "\xff\x01"), ("Long", "x" * 70_000),
]  # fmt: skip
FRAMING = {"Transfer-Encoding", "Content-Length", "Expect", "Upgrade"}
"""Headers after which a request may have no end."""
ODD_PARTS = [
    "x",
    "..",
    "%2e%2e",
    "%00",
    "%ff",
    "%E2%98%83",
    "a b",
    "x" * 3_000,
    "",
    "0" * 32,
    "%2F",
    ";",
    "\xff",
    "{x}",
    "%",
]
ODD_QUERIES = [
    "",
    "next=/runs",
    "next=//evil",
    "x=%ff&x",
    "&" * 999,
    "state=x&code=y",
    "error=%00",
    "embed=true",
    "=" * 9,
]
UNAVAILABLE = (501, 502, 503, 504, 507)
"""Statuses from 500 on that say what is the matter, and are no fault of ours."""
MOST_SERVER_MB = 200
STARTED = """
import json, pathlib, sys
import streamlit as st
routes, port = pathlib.Path(sys.argv[1]), int(sys.argv[2])
build = st.App._build_starlette_app
def told(self):
    found = build(self)
    methods = [[one.path, sorted(getattr(one, "methods", None) or ["GET"])] for one in found.routes]
    routes.write_text(json.dumps(methods))
    from dashboard.shares import rates, snapshots
    for name in ("BY_SHARE", "BY_VISITOR", "MISSES"):  # else all but the first requests would be answered by a limit
        setattr(snapshots, name, rates.RateLimit(times=10**9, seconds=1))
    return found
st.App._build_starlette_app = told
from dashboard.server.serve import serve
serve(port=port)
"""


class Request(NamedTuple):
    """Raw request, where it goes, and by which route."""

    route: str
    port: int
    raw: bytes
    has_cookie: bool
    is_whole: bool
    """Whether a server can tell where it ends; one that cannot waits for more."""


class Requests:
    """A dashboard with a sign-in and a predictor over the golden store, with its models and shared pages."""

    def __init__(self, home: Path) -> None:
        self._stack = contextlib.ExitStack()
        golden_home(home.parent)
        told = json.loads((ROOT / "tests" / "golden" / "store.json").read_text(encoding="utf-8"))
        self._ids = [*told["ids"].values(), told["demo"], told["report"], told["dataset"]]
        self._answering = [told["ids"][name] for name in told["runs"]]
        self._shared = [told["demo"], told["report"]]
        store = self._stack.enter_context(Store.open(home))
        try:
            self._start(home, store)
        except BaseException:
            self.close()
            raise

    def _start(self, home: Path, store: Store) -> None:
        self._port = free_port()
        address = f"http://127.0.0.1:{self._port}"
        vouching = self._stack.enter_context(provider(f"{address}/oauth2callback"))
        routes = home.parent / "routes.json"
        environment = {
            **os.environ, "TUNEBOARD_HOME": str(home), "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1",
            "OMP_NUM_THREADS": "1", "TUNEBOARD_MAX_UPLOADS_MB": "20", "TUNEBOARD_MAX_UPLOAD_MB": "5",
            **vouching.environment(),
        }  # fmt: skip
        self._logs = {name: home.parent / f"{name}.log" for name in ("dashboard", "predictor")}
        self._read = dict.fromkeys(self._logs, 0)
        commands = {
            "predictor": [sys.executable, "-m", "worker.predictor"],
            "dashboard": [sys.executable, "-c", STARTED, str(routes), str(self._port)],
        }
        self._processes = {
            name: self._stack.enter_context(_process(command, environment, self._logs[name], home.parent))
            for name, command in commands.items()
        }
        wait_until_healthy(address, self._processes["dashboard"], self._logs["dashboard"], patience_s=180)
        self._routes: list[tuple[str, list[str]]] = json.loads(routes.read_text())
        self._house = House(address, store, vouching)
        self._cookie = cookies(signed_in(self._house, "ada"))
        while (found := store.predictor()) is None or not _answers(found.url):
            need(self._processes["predictor"].poll() is None, self._logs["predictor"].read_text())
        self._predictor, self._token = int(found.url.rsplit(":", 1)[1]), found.token
        self._first_mb: dict[str, float] = {}

    def close(self) -> None:
        self._stack.close()

    def tried(self, number: int) -> Came:
        case = self._made(number)
        answer = _asked(case)
        if case.has_cookie and b"logout" in case.raw[:300]:
            self._cookie = cookies(signed_in(self._house, "ada"))
        self._look_at_processes()
        need(answer or not case.is_whole, "no answer")
        status = _status(answer)
        need(status < 500 or status in UNAVAILABLE, f"status {status}: {answer[:500]!r}")
        body = answer.partition(b"\r\n\r\n")[2].decode(errors="replace")
        if status >= 400 and body:
            refuse_bad_refusal(_sentence(body, answer))
        return Came(case.route, status >= 400 or not answer)

    def _look_at_processes(self) -> None:
        for name, process in self._processes.items():
            need(process.poll() is None, f"the {name} has ended: {self._logs[name].read_text()[-2_000:]}")
            said = self._logs[name].read_bytes()[self._read[name] :].decode(errors="replace")
            self._read[name] += len(said.encode())
            need("Traceback" not in said and "bug number" not in said, f"in the log of the {name}: {said[-3_000:]}")
            now = resident_mb(process.pid)
            grown = now - self._first_mb.setdefault(name, now)
            need(grown < MOST_SERVER_MB + 300 * (name == "predictor"), f"the {name} has grown by {grown:.0f} MB")

    def _made(self, number: int) -> Request:
        chance = random.Random(f"request {number}")
        if chance.random() < 0.35:
            return self._to_predictor(chance)
        return self._to_dashboard(chance)

    def _to_dashboard(self, chance: random.Random) -> Request:
        template, methods = chance.choice(
            [*self._routes, *[one for one in self._routes if one[0].startswith("/s/")] * 2]
        )
        path = re.sub(r"\{[^}]+\}", lambda _: self._part(chance), template) or "/"
        if template.startswith("/s/") and chance.random() < 0.6:
            path = f"/s/{chance.choice(self._shared)}"
        method = chance.choice(methods) if chance.random() < 0.7 else chance.choice(METHODS)
        has_cookie = chance.random() < 0.6
        own = f"127.0.0.1:{self._port}"
        headers = [("Host", own), *([("Cookie", self._cookie_of(chance))] if has_cookie else [])]
        if chance.random() < 0.8:
            headers.append(("Origin", f"http://{own}"))
        kind, body = self._form(chance) if method in ("POST", "PUT", "PATCH") or chance.random() < 0.1 else ("", b"")
        return self._request(
            template, self._port, method, path, [*headers, ("Content-Type", kind)], body, chance, has_cookie
        )

    def _to_predictor(self, chance: random.Random) -> Request:
        template, method = chance.choice(
            [("/predict", "POST")] * 5 + [("/explanations", "POST")] * 3
            + [("/explanations/{work_id}", "GET"), ("/explanations/{work_id}", "DELETE"), ("/health", "GET")]
        )  # fmt: skip
        path = re.sub(r"\{[^}]+\}", lambda _: self._part(chance), template)
        method = method if chance.random() < 0.9 else chance.choice(METHODS)
        headers = [("Host", f"127.0.0.1:{self._predictor}"), ("Content-Type", "application/json")]
        if chance.random() < 0.95:
            headers.append(
                ("Authorization", f"Bearer {self._token}" if chance.random() < 0.95 else chance.choice(ODD_PARTS))
            )
        body = json.dumps(self._question(template, chance), ensure_ascii=chance.random() < 0.7)
        content = body.encode("utf-8", "surrogatepass")
        return self._request(template, self._predictor, method, path, headers, content, chance, has_cookie=False)

    def _question(self, template: str, chance: random.Random) -> object:
        run = chance.choice(self._answering if chance.random() < 0.7 else [*self._ids, *parsers.CELLS])

        def odd() -> object:
            return parsers.value(chance, 2) if chance.random() < 0.3 else chance.choice(["oil price", *parsers.CELLS])

        if template == "/predict":
            rows = [{chance.choice(["text"] * 400 + parsers.CELLS): odd()} for _ in range(chance.choice([0, 1, 3, 40]))]
            told: dict[str, object] = {"run": run, "rows": rows}
        else:
            kind = chance.choice(["why"] * 4 + ["alike"] * 2 + ["words", ""])
            told = {"kind": kind, "run": run, "cell": odd()} | ({"label": odd()} if kind == "why" else {})
        if chance.random() < 0.3:
            told[chance.choice([*told, "method", "rows_per_class", "more"])] = parsers.value(chance)
        return told if chance.random() < 0.95 else parsers.value(chance)

    def _request(
        self,
        route: str,
        port: int,
        method: str,
        path: str,
        headers: list[tuple[str, str]],
        body: bytes,
        chance: random.Random,
        has_cookie: bool,
    ) -> Request:
        query = chance.choice(ODD_QUERIES) if chance.random() < 0.3 else ""
        if body and chance.random() < 0.3:
            body = parsers.mutated(body, chance)
        if body or chance.random() < 0.2:
            headers = [*headers, ("Content-Length", str(len(body)))]
        odd = [chance.choice(HEADERS)] if chance.random() < 0.3 else []
        headers = [*headers, *odd]
        lines = [
            f"{method} {path}{'?' if query else ''}{query} HTTP/1.1",
            *(f"{name}: {value}" for name, value in headers),
        ]
        head = "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1", "replace")
        is_whole = all(name not in FRAMING for name, _ in odd) and (chance.random() > 0.15)
        if not is_whole:
            head = parsers.mutated(head, chance)
        return Request(route, port, head + body, has_cookie, is_whole)

    def _form(self, chance: random.Random) -> tuple[str, bytes]:
        """Type and content of a body as a browser sends it."""
        text = chance.choice(["oil price rose", *parsers.CELLS, "x" * 3_000]).encode("utf-8", "surrogatepass")
        match chance.randrange(4):
            case 0:
                return "application/x-www-form-urlencoded", b"text=" + text + b"&keep=" + chance.choice([b"yes", b"no"])
            case 1:
                return "application/json", json.dumps(parsers.value(chance)).encode()
            case 2:
                return chance.choice(["text/plain", "x", "multipart/form-data"]), text
        mark = chance.choice(["aBc", "x" * 80, ""])
        name = chance.choice(["file", "text", "keep", "x" * 500])
        file = chance.choice(["a.csv", "..", ""])
        part = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"'
        content = parsers.text_file(chance) * chance.choice([1, 1, 500])
        body = (
            part.encode() + b"\r\nContent-Type: text/csv\r\n\r\n" + content[:500_000] + f"\r\n--{mark}--\r\n".encode()
        )
        return f"multipart/form-data; boundary={mark}", body

    def _part(self, chance: random.Random) -> str:
        return chance.choice([*self._ids, *ODD_PARTS])

    def _cookie_of(self, chance: random.Random) -> str:
        if chance.random() < 0.8:
            return self._cookie
        return (
            parsers.mutated(self._cookie.encode("latin-1"), chance)
            .decode("latin-1")
            .replace("\r", "")
            .replace("\n", "")
        )

    def about(self, number: int) -> str:
        return repr(self._made(number).raw[:3_000])


@contextlib.contextmanager
def _process(
    command: list[str], environment: dict[str, str], log: Path, folder: Path
) -> Iterator["subprocess.Popen[bytes]"]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


def _answers(url: str) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"{url}/health", trust_env=False, timeout=5).status_code == 200
    return False


def _asked(case: Request) -> bytes:
    """What comes back for these very bytes; nothing where the server only closes the connection."""
    parts = []
    address = ("127.0.0.1", case.port)
    with socket.create_connection(address, timeout=WAIT_S) as line, contextlib.suppress(ConnectionError):
        line.sendall(case.raw)
        if not case.is_whole and not select([line], [], [], UNENDING_S)[0]:
            line.shutdown(socket.SHUT_WR)  # which ends the connection: uvicorn answers nobody who sends no more
        while part := line.recv(65_536):
            parts.append(part)
    return re.sub(rb"^(HTTP/1\.1 1\d\d [^\r\n]*\r\n\r\n)+", b"", b"".join(parts))  # a "100 Continue" comes before it


def _status(answer: bytes) -> int:
    found = re.match(rb"HTTP/1\.1 (\d{3}) ", answer)
    return int(found[1]) if found else 0


def _sentence(body: str, answer: bytes) -> str:
    """The refusal in a body: JSON's message with its hint, a text as it is, of a page its visible words."""
    with contextlib.suppress(ValueError, KeyError, TypeError):
        error = json.loads(body)["error"]
        return f"{error['message']} {error['hint']}"
    if b"text/html" in answer.partition(b"\r\n\r\n")[0]:
        body = re.sub(r"(?s)<style.*?</style>|<[^>]+>", " ", body)
        return " ".join(body.split())[:499]
    return body
