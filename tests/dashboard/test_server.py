import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Message

from dashboard.access.security import SecurityHeaders
from tests.dashboard import seed
from tests.dashboard.server import ROOT, dashboard


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard over a full store."""
    home = tmp_path_factory.mktemp("server") / "home"
    seed.shop(home).close()
    with dashboard(home) as address:
        yield address


def get(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False)


def test_every_answer_carries_the_security_headers(address):
    for path in ("/", "/runs", "/_stcore/health", "/static/none.js"):
        headers = get(address + path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_the_policy_names_no_other_origin_and_lets_no_script_be_made_up(address):
    policy = get(address).headers["content-security-policy"]
    assert "http:" not in policy
    assert "https:" not in policy
    assert "'unsafe-eval'" not in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]


@pytest.mark.parametrize("path", ["/", "/runs", "/runs/?run=x", "/truth"])
def test_every_page_carries_our_script_before_all_others(address, path):
    answer = httpx.get(address + path, headers={"Accept": "text/html"}, trust_env=False, follow_redirects=True)
    assert answer.text.index("/tuneboard.js") < answer.text.index("/static/js/")
    assert get(address + "/tuneboard.js").headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("path", ["/no-such-page", "/runs/more"])
def test_an_unknown_address_is_not_found(address, path):
    answer = httpx.get(address + path, headers={"Accept": "text/html"}, trust_env=False)
    assert answer.status_code == 404
    assert "tuneboard.js" not in answer.text


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/metrics/", "//_stcore/metrics"])
def test_the_servers_own_figures_are_shut(address, path):
    assert get(address + path).status_code in (400, 404)


def test_nothing_of_the_page_comes_from_elsewhere(address):
    assert "https://" not in get(address).text.replace("https://www.apache.org", "").split("<head>")[1]


def test_it_listens_on_this_machine_only(address):
    import psutil

    port = int(address.rsplit(":", 1)[1])
    listening = {c.laddr.ip for c in psutil.net_connections("tcp") if c.status == "LISTEN" and c.laddr.port == port}
    assert listening == {"127.0.0.1"}


def python(code: str, home: Path) -> str:
    environment = {
        **os.environ,
        "TUNEBOARD_HOME": str(home),
        "HF_HUB_OFFLINE": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
    }
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=home.parent, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip().splitlines()[-1]


def test_the_config_beside_the_application_is_in_force(tmp_path):
    code = """
import uvicorn, json
from streamlit.web.server.starlette.starlette_server import UvicornRunner
from streamlit import config
names = ["server.address", "server.fileWatcherType", "server.maxUploadSize", "browser.gatherUsageStats",
         "theme.light.primaryColor", "client.toolbarMode", "client.showErrorDetails", "server.headless"]
UvicornRunner.run = lambda self: print(json.dumps([config.get_option(name) for name in names]))
from dashboard.server.serve import serve
serve(port=8599)
"""
    import json

    found = json.loads(python(code, tmp_path / "home"))
    assert found == ["127.0.0.1", "none", 200, False, "#0B6E6A", "viewer", "none", True]


def test_no_page_brings_torch_or_transformers_into_the_dashboards_process(tmp_path):
    home = tmp_path / "home"
    store = seed.shop(home)
    run = next(run for run in store.runs.list() if run.status == "succeeded")
    store.close()
    code = f"""
import sys
from streamlit.testing.v1 import AppTest
from dashboard.doors import DOORS
import dashboard.server.app
app = AppTest.from_file({str(ROOT / "dashboard" / "server" / "shell.py")!r}, default_timeout=60).run()
for page in DOORS:
    for where in ({{}}, {{"run": {run.id!r}}}, {{"dataset": {run.dataset_id!r}}}, {{"scenario": "finance-newsdesk"}}):
        for name in list(app.query_params):
            del app.query_params[name]
        for name, value in where.items():
            app.query_params[name] = value
        if page != "home":
            app.switch_page("../../pages/" + page + ".py")
        app.run()
        assert not app.exception, app.exception
print(sorted({{"torch", "transformers", "peft", "accelerate"}} & set(sys.modules)))
"""
    assert python(code, home) == "[]"


def test_what_fails_at_the_start_is_logged_and_takes_nobody_the_dashboard(tmp_path):
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['scipy.stats'] = None")
    with dashboard(tmp_path / "home", more={"PYTHONPATH": f"{ROOT}{os.pathsep}{tmp_path}"}) as address:
        (log,) = tmp_path.glob("dashboard-*.log")
        end = time.monotonic() + 60
        while "import of scipy.stats halted" not in log.read_text():
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.1)
        assert [get(f"{address}/_stcore/health").status_code for _ in range(20)] == [200] * 20


LOADED = """
import ast, sys
from importlib import import_module
from pathlib import Path
from dashboard.server.warm import load

load()
before = set(sys.modules)
for page in [*Path("pages").glob("*.py"), Path("dashboard/server/shell.py")]:
    for line in ast.parse(page.read_text()).body:
        if isinstance(line, ast.ImportFrom):
            module = import_module(line.module)
            [getattr(module, one.name, None) or import_module(f"{line.module}.{one.name}") for one in line.names]
print(sorted(name for name in set(sys.modules) - before if name.split(".")[0] in {"core", "dashboard", "storage"}))
print([name for name in ("torch", "transformers", "sklearn") if name in sys.modules])
"""


def test_no_visitor_loads_a_module_of_ours_beside_another(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TUNEBOARD_HOME": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ran.stdout == "[]\n[]\n", ran.stdout + ran.stderr


def test_whoever_leaves_amid_her_request_leaves_no_error_behind() -> None:
    async def reads(request: Request) -> PlainTextResponse:
        return PlainTextResponse(await request.body())

    async def gone() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    sent: list[Message] = []
    app = Starlette(routes=[Route("/", reads, methods=["POST"])], middleware=[Middleware(SecurityHeaders)])
    scope = {"type": "http", "method": "POST", "path": "/", "headers": [], "query_string": b""}
    anyio.run(app, scope, gone, send)
    assert sent == []
