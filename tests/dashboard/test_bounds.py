"""Bounds as people meet them: uploads that find no room, the settings page, and what could go."""

from collections import Counter
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from sqlmodel import select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from core.errors import LimitReached
from dashboard.access import uploads
from dashboard.access.limits import UPLOAD
from dashboard.access.uploads import Uploads
from dashboard.intake.arrivals import keep_upload
from storage import Actor, Limits, Store
from storage.tables import RunRow
from tests.dashboard import seed
from tests.dashboard.server import dashboard

MB = 1_000_000


@pytest.fixture(scope="module")
def house_of_one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard that holds a megabyte of uploads."""
    with dashboard(tmp_path_factory.mktemp("bounds") / "home", more={"TUNEBOARD_MAX_UPLOADS_MB": "1"}) as address:
        yield address


def served(store: Store, monkeypatch: pytest.MonkeyPatch, held: list[bytes], **limits: float) -> TestClient:
    """A server that holds what it was sent, behind the bound on uploads."""

    async def hold(request: Request) -> Response:
        held.append(await request.body())
        return Response(status_code=204)

    bounded = Store.open(store.home, Limits(**limits))
    monkeypatch.setattr(uploads, "house", lambda: bounded)
    monkeypatch.setattr(uploads, "held_bytes", lambda: sum(len(one) for one in held))
    return TestClient(Uploads(Starlette(routes=[Route(UPLOAD + "{session}/{file}", hold, methods=["PUT"])])))


def test_uploads_are_taken_until_their_room_in_memory_is_full_and_then_refused_unread(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[bytes] = []
    client = served(store, monkeypatch, held, uploads_mb=3)
    answers = [client.put(f"{UPLOAD}s/{n}", content=b"x" * MB) for n in range(5)]
    assert [answer.status_code for answer in answers] == [204, 204, 204, 507, 507]
    assert "Try again in a minute" in answers[-1].text
    assert len(held) == 3
    held.clear()
    assert client.put(f"{UPLOAD}s/9", content=b"x").status_code == 204


def test_one_person_leaves_room_for_others(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[bytes] = []
    client = served(store, monkeypatch, held, uploads_mb=8, upload_mb=1)
    people = {name: Actor(name=name, role="editor") for name in ("ada", "ben")}
    monkeypatch.setattr(uploads, "_person", lambda cookies: people[cookies["who"]])
    by_session = Counter[str]()
    monkeypatch.setattr(uploads, "held_by_session", by_session.copy)

    def put(who: str, session: str) -> httpx.Response:
        answer = client.put(f"{UPLOAD}{session}/{len(held)}", content=b"x" * MB, headers={"Cookie": f"who={who}"})
        by_session[session] += MB if answer.is_success else 0
        return answer

    answers = [put("ada", session) for session in ("a1", "a1", "a2")]
    assert [answer.status_code for answer in answers] == [204, 204, 507]
    assert "other tabs" in answers[-1].text
    assert put("ben", "b1").status_code == 204
    del by_session["a1"]
    assert put("ada", "a2").status_code == 204


def test_whoever_was_not_let_in_brings_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[bytes] = []
    client = served(store, monkeypatch, held)
    monkeypatch.setattr(uploads, "_person", lambda _cookies: Actor(name="eve", role="none"))
    assert client.put(f"{UPLOAD}s/1", content=b"x").status_code == 403
    assert held == []


def test_what_sessions_without_a_socket_hold_is_let_go_where_room_is_needed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, manager = served(store, monkeypatch, [], uploads_mb=3), MemoryUploadedFileManager("/x")
    for session in ("here", "gone"):
        manager.add_file(session, UploadedFileRec(file_id="f", name="a.csv", type="text/csv", data=b"x" * MB))
    running = SimpleNamespace(uploaded_file_mgr=manager, is_active_session=lambda session: session == "here")
    monkeypatch.setattr(uploads, "held_bytes", lambda: uploads.held_by_session().total())
    with monkeypatch.context() as patch:
        patch.setattr("streamlit.runtime.exists", lambda: True)
        patch.setattr("streamlit.runtime.get_instance", lambda: running)
        assert client.put(f"{UPLOAD}here/1", content=b"x" * MB).status_code == 204
        assert set(uploads.held_by_session()) == {"here", "gone"}, "while there is room, a lost socket may come back"
        assert client.put(f"{UPLOAD}here/2", content=b"x" * 2 * MB).status_code == 204
        assert set(uploads.held_by_session()) == {"here"}


def test_a_refusal_is_read_by_whoever_is_still_sending(house_of_one: str) -> None:
    """Over a real connection: the answer comes whole, though the body was not wanted."""
    told = httpx.put(f"{house_of_one}{UPLOAD}s/f", content=b"x" * 30 * MB, headers={"Origin": house_of_one}, timeout=60)
    assert told.status_code == 507
    assert told.text == "Too many files are being uploaded just now. Try again in a minute."


def test_an_upload_that_does_not_say_its_length_counts_as_the_longest(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"x" * 10

    client = served(store, monkeypatch, [], uploads_mb=100, upload_mb=150)
    assert client.put(f"{UPLOAD}s/1", content=chunks()).status_code == 507


def test_an_upload_is_refused_where_the_disk_is_nearly_full(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    client = served(store, monkeypatch, [], min_free_gb=10**9)
    answer = client.put(f"{UPLOAD}s/1", content=b"x")
    assert (answer.status_code, "nearly full" in answer.text) == (507, True)


class Upload:
    """A file as Streamlit hands it over."""

    def __init__(self, content: bytes, name: str = "rows.csv", claims: int | None = None) -> None:
        self.name, self.size, self._left = name, claims or len(content), content

    def read(self, most: int = -1) -> bytes:
        given, self._left = (self._left, b"") if most < 0 else (self._left[:most], self._left[most:])
        return given


def test_a_file_that_is_too_large_is_refused_before_it_is_copied(store: Store) -> None:
    bounded = Store.open(store.home, Limits(upload_mb=1))
    with pytest.raises(LimitReached, match=r"rows\.csv is larger than 1 MB"):
        keep_upload(bounded, Upload(b"", claims=2 * 1024 * 1024))
    assert store.datasets.list() == []


def test_an_upload_that_cannot_be_kept_leaves_nothing_behind(store: Store) -> None:
    bounded = Store.open(store.home, Limits(disk_gb=0.000001))
    with pytest.raises(LimitReached):
        keep_upload(bounded, Upload(b"text,label\nfine,yes\n" * 500))
    assert [path for name in ("incoming", "files") for path in (store.home / name).iterdir()] == []


def test_an_upload_is_kept_and_streamlit_need_not_hold_it_any_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_go: list[Any] = []
    monkeypatch.setattr("dashboard.intake.arrivals.let_go", let_go.append)
    upload = Upload(b"text,label\nfine,yes\nbad,no\n")
    assert keep_upload(store, upload).rows == 2
    assert let_go == [upload]


def test_letting_go_takes_the_file_out_of_streamlits_hands(monkeypatch: pytest.MonkeyPatch) -> None:
    manager = MemoryUploadedFileManager("/x")
    manager.add_file("s", UploadedFileRec(file_id="f", name="a.csv", type="text/csv", data=b"x" * MB))
    context = SimpleNamespace(uploaded_file_mgr=manager, session_id="s")
    monkeypatch.setattr("streamlit.runtime.scriptrunner.get_script_run_ctx", lambda **_: context)
    monkeypatch.setattr("streamlit.runtime.exists", lambda: True)
    monkeypatch.setattr("streamlit.runtime.get_instance", lambda: context)
    assert uploads.held_bytes() == MB
    uploads.let_go(SimpleNamespace(file_id="f"))
    assert uploads.held_bytes() == 0


def long_ago(store: Store) -> None:
    """As if every run had ended a year ago."""
    with store._database.write() as session:
        for row in session.exec(select(RunRow)):
            row.ended = row.ended and row.ended.replace(year=row.ended.year - 1)


def test_settings_shows_who_uses_how_much(visitor, shop: Store) -> None:
    shop.tidy()
    visitor.open("settings")
    shown = [table.value for table in visitor.app.dataframe if {"Who", "Kept"} <= set(table.value.columns)]
    (used,) = shown
    (mine,) = shop.bounds.use()
    assert used["Runs"].tolist() == [mine.runs]
    assert used["Kept"].tolist() != ["0 B"]
    assert mine.run_bytes > 0


def test_settings_shows_what_could_go_and_lets_it_go_when_told_to(visitor, shop: Store) -> None:
    long_ago(shop)
    before = {run.id for run in shop.runs.list()}
    visitor.open("settings")
    visitor.app.number_input(key="tidying:best").set_value(1)
    visitor.button("Look what could go").click().run()
    assert not visitor.app.exception
    plan = next(table.value for table in visitor.app.dataframe if "How many" in table.value.columns)
    assert "Runs, with their models and numbers" in plan["What"].tolist()
    assert {run.id for run in shop.runs.list()} == before, "a look changes nothing"
    visitor.app.button(key="tidying:go").click().run()
    assert {run.id for run in shop.runs.list()} == before, "it asks first"
    visitor.app.button(key="deletion:go").click().run()
    assert not visitor.app.exception
    assert any("are free" in said.value for said in visitor.app.success)
    assert {run.id for run in shop.runs.list()} < before


def test_a_store_of_an_older_version_is_measured_when_a_process_starts(store: Store) -> None:
    dataset = seed.newsdesk(store, 40)
    run = seed.finished(store, dataset)
    with store._database.write() as session:
        session.get_one(RunRow, run.id).bytes = 0
    store.tidy()
    assert store.runs.get(run.id).bytes > 0
