"""The door by raw HTTP: every route and every page against strangers, other sites, wrong names and too much."""

import ast
import json
import os
import re
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import anyio
import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from core.errors import ConfigError, UserError
from dashboard.access.limits import MOST_BYTES, limited
from dashboard.access.security import CLOSED
from dashboard.doors import DOORS
from dashboard.server.processes import serve_dashboard, told_to, who_may_come
from dashboard.server.settings import settings
from tests.dashboard.people import HTML, House, cookies, house_with_a_door, signed_in, stranger, vouched
from tests.dashboard.server import ROOT, dashboard

OPEN = {"/_stcore/health", "/sign-in", "/sign-in/begin", "/auth/login", "/auth/logout", "/oauth2callback"}
"""All that anybody may ask, besides the shared pages, which have tests of their own."""
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with house_with_a_door(tmp_path_factory.mktemp("door") / "home") as house:
        yield house


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Every route of the application as it is served: Streamlit's and ours."""
    code = """
import json
from dashboard.server.app import app
app._runtime = app._create_runtime()
print(json.dumps([route.path for route in app._build_starlette_app().routes]))
"""
    home = tmp_path_factory.mktemp("routes") / "home"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TUNEBOARD_HOME": str(home)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found


def example(path: str) -> str:
    """An address that the route takes."""
    return re.sub(r"\{[^}]+\}", "x", path) or "/"


def is_refused(answer: httpx.Response) -> bool:
    """Sent to the sign-in, told to sign in, or taken for another site's."""
    if answer.status_code == 303:
        return answer.headers["location"].startswith("/sign-in")
    return answer.status_code in (401, 403) or answer.request.url.path in CLOSED


def test_every_route_refuses_a_stranger_unless_it_is_on_the_list(house: House, routes: list[str]) -> None:
    assert {"/_stcore/stream", "/_stcore/upload_file/{session_id}/{file_id}", "/media/{file_id:path}"} <= set(routes)
    assert len(routes) > 15
    somebody = stranger(house)
    for path in sorted({example(route) for route in routes}):
        if path in OPEN or path.startswith(("/s/", "/language/")):
            continue
        for method in METHODS:
            for more in ({}, HTML, {"Origin": house.address}):
                assert is_refused(somebody.request(method, path, headers=more)), (method, path, more)


@pytest.mark.parametrize("page", ["", *DOORS, "no-such-page"])
def test_every_page_sends_a_stranger_to_the_sign_in(house: House, page: str) -> None:
    answer = stranger(house).get(f"/{page}?run=r1", headers=HTML)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/sign-in?next={quote(f'/{page}?run=r1', safe='')}"


@pytest.mark.parametrize(
    "path",
    ["/s/../runs", "/s/%2e%2e/runs", "//runs", "/sign-in/../runs", "/sign-in/", "/%5fstcore/host-config", "/.", "/RUNS",
     "/_stcore/health/", "/_stcore/health/../host-config", "/static/../../../etc/passwd", "/media/..%2f..%2fetc/passwd",
     "/component/x/..%2f..%2f", "/_stcore/bidi-components/x/..%2f..%2fetc/passwd", "/app/static/x", "/%00",
     "/language/../runs", "/language/zh/", "/language/%2e%2e/runs", "/language/zh/../../runs"],
)  # fmt: skip
def test_no_spelling_of_a_path_gets_past_the_door(house: House, path: str) -> None:
    port = int(house.address.rsplit(":", 1)[1])
    answer = raw(port, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n")
    assert re.match(rb"HTTP/1.1 (400|401|404) ", answer), answer[:200]
    assert b"root:" not in answer
    assert b"<title>Streamlit" not in answer


def raw(port: int, request: str) -> bytes:
    """What comes back for these very bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=90) as line:
        line.sendall(request.encode("latin-1"))
        parts = []
        while part := line.recv(65536):
            parts.append(part)
    return b"".join(parts)


def test_no_file_of_ours_makes_a_route_outside_the_list() -> None:
    made = set()
    for file in (ROOT / "dashboard").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Route", "Mount", "WebSocketRoute"):
                made.add(ast.literal_eval(node.args[0]))
    assert made == {"/s/{token}", "/s/{rest:path}", "/sign-in", "/sign-in/begin", "/language/{name}"}


def socket_of(house: House, *, origin: str | None, cookie: str = "", host: str = "", path: str = "/_stcore/stream"):
    """A websocket to the dashboard, as a page of `origin` would open it."""
    port = house.address.rsplit(":", 1)[1]
    headers = {"Cookie": cookie} if cookie else {}
    token = re.search(r"_streamlit_xsrf=([^;]+)", cookie)
    protocols = ["streamlit", token[1] if token else "PLACEHOLDER_AUTH_TOKEN"]
    return connect(
        f"ws://{host or '127.0.0.1'}:{port}{path}",
        sock=socket.create_connection(("127.0.0.1", int(port))),
        origin=origin,  # type: ignore[arg-type]
        additional_headers=headers,
        subprotocols=protocols,  # type: ignore[arg-type]
        proxy=None,
        open_timeout=60,
    )


def is_shut(house: House, **how: str | None) -> bool:
    try:
        with socket_of(house, **how):  # type: ignore[arg-type]
            return False
    except InvalidStatus as refused:
        return refused.response.status_code == 403


def test_a_stranger_gets_no_socket(house: House) -> None:
    assert is_shut(house, origin=house.address)
    assert is_shut(house, origin=house.address, cookie="_streamlit_user=forged.by.hand")


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "https://evil.example",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1:1",
        "file://",
        "http://[x",
    ],
)
def test_another_sites_page_gets_no_socket_even_with_her_cookies(house: House, origin: str | None) -> None:
    assert is_shut(house, origin=origin, cookie=cookies(signed_in(house, "ada")))


@pytest.mark.parametrize(
    "name", ["evil.example", "127.0.0.1.nip.io", "", "127.0.0.1@evil.example", "[::1", "localhost:x", "a b", "10.0.0.1"]
)
def test_a_name_that_was_made_to_point_here_is_not_answered(house: House, name: str) -> None:
    """DNS rebinding: the name is the attacker's, the address is ours."""
    ada = signed_in(house, "ada")
    for path in ("/", "/_stcore/health", "/s/0", "/sign-in", "/static/x.js"):
        assert ada.get(path, headers={"Host": name}).status_code in (400, 421), path


def test_a_socket_under_a_wrong_name_is_shut(house: House) -> None:
    ada = cookies(signed_in(house, "ada"))
    assert is_shut(house, origin="http://evil.example", host="evil.example", cookie=ada)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_no_other_site_changes_anything_with_her_cookies(house: House, method: str, routes: list[str]) -> None:
    ada = signed_in(house, "ada")
    for path in sorted({example(route) for route in routes if not route.startswith("/s/")}):
        for origin in (None, "null", "https://evil.example", "http://[x"):
            answer = ada.request(method, path, headers={"Origin": origin} if origin else {})
            assert answer.status_code == 403 or path in CLOSED, (path, origin)


def test_no_other_site_signs_her_out_or_reads_what_she_may(house: House) -> None:
    ada = signed_in(house, "ada")
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert ada.get("/auth/logout", headers={**elsewhere, "Sec-Fetch-Mode": "navigate"}).status_code == 403
    assert ada.get("/_stcore/host-config", headers={**elsewhere, "Sec-Fetch-Mode": "no-cors"}).status_code == 403
    assert ada.get("/runs", headers={**elsewhere, "Sec-Fetch-Mode": "navigate"}).status_code == 200
    answer = ada.get("/_stcore/host-config", headers={"Origin": "https://evil.example"})
    assert answer.headers.get("access-control-allow-origin") not in ("*", "https://evil.example")
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_a_cookie_is_nothing_without_our_signature_and_is_good_for_a_while_only(house: House) -> None:
    from itsdangerous import URLSafeTimedSerializer

    claims = {"iss": house.provider.url, "sub": "ada", "nonce": "n", "origin": house.address, "is_logged_in": True}
    for key in ("", "secret", "streamlit", "tuneboard", "0" * 64):
        made = str(URLSafeTimedSerializer(key or "x", salt="_streamlit_user").dumps(json.dumps(claims)))
        assert stranger(house).get("/runs", headers={"Cookie": f"_streamlit_user={made}"}).status_code == 401
    key = (house.store.home / "secrets" / "cookies").read_text()

    class LongAgo(URLSafeTimedSerializer):
        class default_signer(URLSafeTimedSerializer.default_signer):  # type: ignore[name-defined,misc]  # noqa: N801
            def get_timestamp(self) -> int:
                return super().get_timestamp() - 13 * 3600

    old = str(LongAgo(key, salt="_streamlit_user").dumps(json.dumps(claims)))
    assert stranger(house).get("/runs", headers={"Cookie": f"_streamlit_user={old}"}).status_code == 401


def test_the_key_of_the_cookies_is_random_private_and_kept(house: House, tmp_path) -> None:
    from dashboard.access.setup import cookie_key

    path = house.store.home / "secrets" / "cookies"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(path.read_text()) == 64
    assert cookie_key(tmp_path / "a") == cookie_key(tmp_path / "a") != cookie_key(tmp_path / "b")


def test_the_providers_secret_is_written_nowhere(house: House) -> None:
    signed_in(house, "ada")
    secret = house.provider.client_secret.encode()
    assert secret.decode() not in house.log
    assert not [path for path in house.store.home.rglob("*") if path.is_file() and secret in path.read_bytes()]


def test_whoever_claims_an_admins_address_without_proof_is_nobody(house: House) -> None:
    """The provider says that Mallory's address is Ada's, and that it has not verified it."""
    mallory = vouched(house, "mallory")
    answer = mallory.get("/", headers=HTML)
    assert answer.headers["location"].startswith("/sign-in")
    page = mallory.get("/sign-in").text
    assert "has not been let in yet" in page
    waiting = [one for one in house.store.accounts.list() if one.id.endswith(" mallory")]
    assert [(one.role, one.name) for one in waiting] == [("none", "Ada")]


def test_a_newcomer_waits_until_an_admin_lets_her_in(house: House) -> None:
    cleo = vouched(house, "cleo")
    assert cleo.get("/runs").status_code == 401
    assert "cleo@example.org has not been let in yet" in cleo.get("/sign-in").text.replace("&#39;", "'")
    house.store.accounts.give_role("cleo@example.org", "viewer")
    assert cleo.get("/runs", headers=HTML).status_code == 200


def test_signing_out_ends_it_in_every_tab_and_for_a_stolen_cookie(house: House) -> None:
    ada = signed_in(house, "ada")
    stolen = cookies(ada)
    with socket_of(house, origin=house.address, cookie=stolen) as tab:
        assert ada.get("/auth/logout").headers["location"].startswith(f"{house.provider.url}/end?")
        assert closed_with(tab) == 1008
    assert stranger(house).get("/runs", headers={"Cookie": stolen}).status_code == 401
    assert signed_in(house, "ada").get("/runs").status_code == 200


def closed_with(tab: ClientConnection) -> int:
    """Reads what still comes until the socket is closed; with which code."""
    with pytest.raises(ConnectionClosed) as closed:  # noqa: PT012  # it ends with the socket
        while True:
            tab.recv(timeout=60)
    assert closed.value.rcvd is not None
    return int(closed.value.rcvd.code)


def test_a_disabled_account_loses_the_tab_that_is_open_at_its_next_move(house: House) -> None:
    from streamlit.proto.BackMsg_pb2 import BackMsg

    ben = signed_in(house, "ben", "editor")
    with socket_of(house, origin=house.address, cookie=cookies(ben)) as tab:
        move = BackMsg()
        move.rerun_script.page_name = "runs"
        tab.send(move.SerializeToString())
        assert tab.recv(timeout=60)
        house.store.accounts.disable("ben@example.org")
        tab.send(move.SerializeToString())
        assert closed_with(tab) == 1008
    assert ben.get("/runs").status_code == 401
    assert is_shut(house, origin=house.address, cookie=cookies(ben))
    house.store.accounts.enable("ben@example.org")
    assert ben.get("/runs").status_code == 401  # she has to sign in anew


def test_a_body_is_not_read_past_its_limit_whatever_it_says_of_its_length(house: House) -> None:
    ada = signed_in(house, "ada")
    origin = {"Origin": house.address}
    assert ada.post("/_stcore/health", content=b"x" * 70_000, headers=origin).status_code == 413
    port = int(house.address.rsplit(":", 1)[1])
    head = f"HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {house.address}\r\nCookie: {cookies(ada)}\r\n"
    told = f"PUT /_stcore/upload_file/x/y {head}Content-Length: {10**12}\r\n\r\n"
    assert raw(port, told).startswith(b"HTTP/1.1 413")


def test_a_stream_that_says_nothing_of_its_length_is_cut_where_it_grows_too_large() -> None:
    read, answered = [], []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        while (message := await receive())["type"] == "http.request":
            read.append(len(message["body"]))
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def endless() -> dict[str, Any]:
        return {"type": "http.request", "body": b"x" * 10_000, "more_body": True}

    async def send(message: dict[str, Any]) -> None:
        answered.append(message.get("status"))

    scope = {"type": "http", "method": "POST", "path": "/x", "headers": []}
    anyio.run(limited, application, scope, endless, send)
    assert sum(read) <= MOST_BYTES
    assert answered == [413, None]


def test_the_way_on_after_sign_in_leads_nowhere_else(house: House) -> None:
    from dashboard.access.routes import way_on

    assert way_on("/runs?run=r1&view=a") == "/runs?run=r1&view=a"
    for wanted in ("//evil.example", "https://evil.example", "/\\evil.example", "/runs\r\nSet-Cookie: a=b", "/s/x", ""):
        assert way_on(wanted) is None
        client = stranger(house)
        answer = client.get("/sign-in", params={"next": wanted})
        assert "tuneboard_next" not in answer.headers.get("set-cookie", "")


def test_without_sign_in_it_answers_this_machine_only(tmp_path) -> None:
    with dashboard(tmp_path / "home", more={"TUNEBOARD_PUBLIC_URL": "https://models.example"}) as address:
        client = httpx.Client(base_url=address, trust_env=False, timeout=60)
        assert client.get("/", headers=HTML).status_code == 200
        assert client.get("/", headers={"Host": "models.example"}).status_code == 421
        assert client.get("/s/0", headers={"Host": "models.example"}).status_code == 404
        assert client.get("/", headers={"Host": "evil.example"}).status_code == 421
        for path in ("/sign-in", "/auth/login", "/auth/logout", "/oauth2callback"):
            assert client.get(path).status_code == 404
        house = House(address, None, None)  # type: ignore[arg-type]
        assert is_shut(house, origin="http://evil.example")
        assert is_shut(house, origin=None)
        with socket_of(house, origin=address):
            pass


def test_the_token_of_a_link_is_in_no_log_and_kept_as_a_hash(house: House) -> None:
    _, token = house.store.shares.create("report", title="A report", run_ids=(), content=b"<p>shown</p>")
    assert stranger(house).get(f"/s/{token}").text == "<p>shown</p>"
    assert stranger(house).get(f"/s/{token}", headers={"Referer": f"{house.address}/s/{token}"}).status_code == 200
    assert token not in house.log
    assert not [path for path in house.store.home.rglob("*") if path.is_file() and token.encode() in path.read_bytes()]


def test_a_cookie_travels_over_a_safe_line_only_where_the_address_is_one() -> None:
    from dashboard.access.gate import _secure

    assert _secure(b"set-cookie", b"a=b; HttpOnly; SameSite=lax") == (
        b"set-cookie",
        b"a=b; HttpOnly; SameSite=lax; Secure",
    )
    assert _secure(b"set-cookie", b"a=b; secure") == (b"set-cookie", b"a=b; secure")
    assert _secure(b"location", b"/") == (b"location", b"/")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"TUNEBOARD_ADMINS": ""}, "TUNEBOARD_ADMINS"),
        ({"TUNEBOARD_OIDC_CLIENT_SECRET": ""}, "TUNEBOARD_OIDC_CLIENT_SECRET"),
        ({"TUNEBOARD_PUBLIC_URL": "http://tuneboard.example"}, "has to begin with https"),
        ({"TUNEBOARD_OIDC_METADATA_URL": "http://id.example/x"}, "has to begin with https"),
        ({"TUNEBOARD_NEWCOMERS": "admin"}, "TUNEBOARD_NEWCOMERS"),
        ({"TUNEBOARD_ALLOWED_HOSTS": "a.example, *"}, "TUNEBOARD_ALLOWED_HOSTS"),
    ],
)
def test_a_door_that_is_half_set_up_does_not_start(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], said: str
) -> None:
    whole = {
        "TUNEBOARD_OIDC_METADATA_URL": "https://id.example/.well-known/openid-configuration",
        "TUNEBOARD_OIDC_CLIENT_ID": "tuneboard",
        "TUNEBOARD_OIDC_CLIENT_SECRET": "s",
        "TUNEBOARD_PUBLIC_URL": "https://tuneboard.example",
        "TUNEBOARD_ADMINS": "ada@example.org",
    }
    for name, value in {**whole, **changed}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=said):
        settings()


def test_without_sign_in_it_does_not_listen_to_others() -> None:
    with pytest.raises(UserError, match="listens on this machine only, not on 0"):
        serve_dashboard(None, host="0.0.0.0", port=1, open_browser=False)  # noqa: S104  # it is refused
    assert "this machine only" in who_may_come("127.0.0.1")


@pytest.mark.parametrize(
    "path",
    ["/static/../../../etc/passwd", "/static/..%2f..%2f..%2fetc/passwd", "/media/..%2f..%2fetc/passwd",
     "/component/x/..%2f..%2fetc/passwd", "/_stcore/bidi-components/x/..%2f..%2f..%2fetc/passwd", "/app/static/passwd",
     "/static/%5c%5cevil.example%5cshare", "//etc/passwd", "/secrets/cookies", "/.streamlit/secrets.toml"],
)  # fmt: skip
def test_no_spelling_of_a_path_reaches_a_file_for_somebody_signed_in(house: House, path: str) -> None:
    port = int(house.address.rsplit(":", 1)[1])
    cookie = f"Cookie: {cookies(signed_in(house, 'ada'))}\r\nConnection: close\r\n\r\n"
    answer = raw(port, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{cookie}")
    assert b"root:" not in answer
    assert (house.store.home / "secrets" / "cookies").read_bytes() not in answer
    assert re.match(rb"HTTP/1.1 (400|404) ", answer) or b"<title>Streamlit" in answer, answer[:200]


def test_a_sign_in_that_somebody_else_began_ends_nowhere(house: House) -> None:
    """Fixation: the answer that Mallory got from the provider, brought back by another's browser."""
    mallory, victim = stranger(house), stranger(house)
    page = mallory.get(mallory.get("/sign-in/begin").headers["location"]).headers["location"]
    back = mallory.post(page, data={"sub": "ada"}).headers["location"]
    victim.get("/sign-in/begin")
    assert victim.get(back).status_code == 302
    assert "_streamlit_user" not in victim.cookies
    assert victim.get("/runs").status_code == 401
    assert mallory.get(back).status_code == 302
    once = cookies(mallory)
    assert mallory.get(back).status_code == 302  # the code is used up, and the state is gone
    assert once


def test_the_worker_and_the_predictor_are_not_told_the_doors_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUNEBOARD_OIDC_CLIENT_SECRET", "s3cret")
    assert "s3cret" in told_to("dashboard").values()
    assert "s3cret" not in {*told_to("worker").values(), *told_to("predictor").values()}


@pytest.mark.parametrize("said", ["https://Tuneboard.Example:443/", "HTTPS://tuneboard.example"])
def test_the_public_address_is_read_as_browsers_say_it(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("TUNEBOARD_PUBLIC_URL", said)
    assert settings().public_url == settings().origin == "https://tuneboard.example"


@pytest.mark.parametrize("wanted", ["/compare?runs=a,b", "https://evil.example/", "//evil.example", "/runs/../x"])
def test_choosing_a_language_keeps_it_and_leads_back_here_alone(house: House, wanted: str) -> None:
    answer = stranger(house).get("/language/zh-CN", params={"next": wanted})
    assert answer.status_code == 303
    assert answer.headers["location"] == (wanted if wanted.startswith("/compare") else "/")
    kept = answer.headers["set-cookie"].lower()
    assert kept.startswith("tuneboard_language=zh;")
    assert "httponly" in kept
    assert "samesite=lax" in kept
