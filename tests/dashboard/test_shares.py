"""Shared pages are open to whoever has the token, to that snapshot only, and are kept by nobody."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from core.errors import ConfigError, ModelError
from core.payoff import Decision
from dashboard.access.security import SecurityHeaders
from dashboard.answers.one_class.asked import ClassReplies
from dashboard.server.settings import settings
from dashboard.shares import demo, snapshots
from dashboard.shares.address import address_of
from dashboard.shares.rates import RateLimit
from dashboard.shares.routes import ROUTES
from dashboard.shares.telling import tell
from storage import Run, Store
from tests.dashboard import seed

REPORT = b"<!doctype html><html><body><p>Numbers</p><script>draw()</script></body></html>"


@pytest.fixture
def visitor(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A browser without a session of the app."""
    monkeypatch.setattr(snapshots, "BY_VISITOR", RateLimit(times=3, seconds=60))
    monkeypatch.setattr(snapshots, "MISSES", RateLimit(times=20, seconds=60))
    with TestClient(Starlette(routes=list(ROUTES), middleware=[Middleware(SecurityHeaders)])) as client:
        yield client


def shared(store: Store, content: bytes = REPORT) -> str:
    return store.shares.create("report", title="A report", run_ids=(), content=content)[1]


@pytest.fixture
def finished(store: Store) -> Run:
    dataset = seed.newsdesk(store, 300, scenario="finance-newsdesk")
    return seed.finished(store, dataset, rows=300, quickly=True, name="<script>alert(1)</script>")


def demo_of(store: Store, run: Run) -> str:
    told = tell(store, run)
    content = told.model_dump_json().encode()
    return store.shares.create("demo", title=told.title, run_ids=(run.id,), content=content)[1]


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A model that says Oil to everything; gives the texts that it was asked."""
    asked: list[str] = []

    def ask(_address: object, _run: str, rows: list[dict[str, str]]) -> ClassReplies:
        asked.extend(row["text"] for row in rows)
        return ClassReplies(("Oil", "<b>Grain</b>"), np.array([[0.9, 0.1]] * len(rows)))

    monkeypatch.setattr(demo, "ask", ask)
    return asked


def test_a_report_is_served_as_it_was_frozen_and_counted(visitor, store):
    token = shared(store)
    answer = visitor.get(f"/s/{token}")
    assert answer.status_code == 200
    assert answer.content == REPORT
    visitor.head(f"/s/{token}")
    assert store.shares.list()[0].seen == 1


def test_a_shared_page_is_not_kept_not_found_not_framed_and_asks_nobody(visitor, store):
    headers = visitor.get(f"/s/{shared(store)}").headers
    assert "no-store" in headers["cache-control"]
    assert headers["referrer-policy"] == "no-referrer"
    assert "noindex" in headers["x-robots-tag"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["script-src"].startswith("'sha256-")
    assert "allow-same-origin" not in policy["sandbox"]
    assert "connect-src" not in policy
    assert "set-cookie" not in headers


def test_who_may_frame_a_shared_page_is_a_setting(visitor, store, monkeypatch):
    token = shared(store)
    monkeypatch.setenv("TUNEBOARD_FRAME_ANCESTORS", "self https://intranet.example")
    headers = visitor.get(f"/s/{token}").headers
    assert "frame-ancestors 'self' https://intranet.example;" in headers["content-security-policy"]
    assert "x-frame-options" not in headers


@pytest.mark.parametrize("value", ["https://a.example; script-src *", "*", "javascript:alert(1)", " "])
def test_a_setting_that_would_open_the_policy_is_refused_in_a_sentence(value, monkeypatch):
    monkeypatch.setenv("TUNEBOARD_FRAME_ANCESTORS", value)
    with pytest.raises(ConfigError, match="TUNEBOARD_FRAME_ANCESTORS"):
        settings()


def test_links_begin_with_the_address_that_others_reach(monkeypatch):
    assert address_of("ab", "http://127.0.0.1:8501/") == "http://127.0.0.1:8501/s/ab"
    monkeypatch.setenv("TUNEBOARD_PUBLIC_URL", "https://models.example/")
    assert address_of("ab", "http://127.0.0.1:8501") == "https://models.example/s/ab"


def test_an_unknown_an_expired_and_a_revoked_link_look_the_same(visitor, store):
    expired = shared(store)
    with sqlite3.connect(store.home / "tuneboard.db") as database:
        past = (datetime.now(UTC) - timedelta(days=1)).replace(tzinfo=None).isoformat(" ")
        database.execute("UPDATE share SET expires = ?", (past,))
    revoked = shared(store)
    store.shares.revoke(revoked)
    answers = [visitor.get(f"/s/{token}") for token in (expired, revoked, "0" * 32, "x", "a/b", "", "%00", "☃")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({str(sorted(answer.headers.items())) for answer in answers}) == 1


def test_whoever_guesses_links_is_answered_nothing_for_a_while(visitor, store):
    token = shared(store)
    codes = [visitor.get(f"/s/{guess:032x}").status_code for guess in range(22)]
    assert codes == [404] * 20 + [429] * 2
    assert visitor.get(f"/s/{token}").status_code == 429
    assert visitor.head(f"/s/{token}").status_code == 429


def test_whoever_guesses_links_by_sending_something_is_answered_nothing_either(visitor, store):
    token = shared(store)
    ways = [visitor.post, visitor.get, visitor.head]
    codes = [ways[guess % 3](f"/s/{guess:032x}").status_code for guess in range(23)]
    assert codes == [404] * 20 + [429] * 3
    assert [ask(f"/s/{token}").status_code for ask in ways] == [429] * 3


def test_a_link_opens_its_own_snapshot_and_no_other(visitor, store, finished, model):
    one, other = shared(store, b"<p>one</p>"), shared(store, b"<p>other</p>")
    assert visitor.get(f"/s/{one}?token={other}&run={finished.id}").content == b"<p>one</p>"
    for path in (f"/s/{one}/{other}", f"/s/{one}/../{other}x", f"/s/{store.shares.list()[0].id}", f"/s/{finished.id}"):
        assert visitor.get(path).status_code == 404, path
    demo_token = demo_of(store, finished)
    visitor.post(f"/s/{demo_token}", data={"text": "x", "run": "another", "token": one})
    assert model == ["x"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_else_can_be_done_to_a_link(visitor, store, method):
    assert visitor.request(method, f"/s/{shared(store)}").status_code == 404


def test_a_report_takes_no_sentences(visitor, store, model):
    assert visitor.post(f"/s/{shared(store)}", data={"text": "oil"}).status_code == 404
    assert model == []


def test_a_demo_shows_the_story_and_no_text_of_ours_comes_alive(visitor, store, finished):
    answer = visitor.get(f"/s/{demo_of(store, finished)}")
    assert "Which desk gets this story?" in answer.text
    assert "test texts right" in answer.text
    assert "<script" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "script-src 'none'" in policy
    assert "form-action 'self'" in policy


def test_a_visitor_tries_her_own_sentence_and_nothing_of_it_is_kept(visitor, store, finished, model):
    token = demo_of(store, finished)
    answer = visitor.post(f"/s/{token}", data={"text": "Crude rose <b>today</b>"})
    assert model == ["Crude rose <b>today</b>"]
    assert "Oil" in answer.text
    assert "90.0%" in answer.text
    assert "Nothing of your sentence was kept." in answer.text
    assert "<b>" not in answer.text
    assert store.shares.said(store.shares.list()[0].id) == ()
    kept = b"".join(path.read_bytes() for path in store.home.rglob("*") if path.is_file())
    assert b"Crude rose" not in kept


def test_a_sentence_is_kept_where_the_visitor_agrees(visitor, store, finished, model):
    token = demo_of(store, finished)
    answer = visitor.post(f"/s/{token}", data={"text": "Crude rose", "keep": "yes", "right": "Grain"})
    assert "Your sentence was kept, as you agreed." in answer.text
    (said,) = store.shares.said(store.shares.list()[0].id)
    assert (said.text, said.answer, said.right) == ("Crude rose", "Oil", "Grain")


def test_a_visitor_who_asks_too_often_waits(visitor, store, finished, model):
    token = demo_of(store, finished)
    codes = [visitor.post(f"/s/{token}", data={"text": f"Sentence {n}"}).status_code for n in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    assert len(model) == 3


def test_a_body_too_large_is_not_read_to_its_end(visitor, store, finished, model):
    answer = visitor.post(f"/s/{demo_of(store, finished)}", content=b"text=" + b"a" * 200_000)
    assert answer.status_code == 413
    assert model == []


def test_a_silent_predictor_is_a_sentence_that_tells_nothing_of_the_machine(visitor, store, finished, monkeypatch):
    def silent(*_: object) -> ClassReplies:
        raise ModelError("The predictor at http://127.0.0.1:4711 did not answer.", "Ask again later.")

    monkeypatch.setattr(demo, "ask", silent)
    answer = visitor.post(f"/s/{demo_of(store, finished)}", data={"text": "Crude rose"})
    assert answer.status_code == 503
    assert "The model cannot answer just now." in answer.text
    assert "4711" not in answer.text


def test_a_form_of_many_fields_is_refused(visitor, store, finished, model):
    answer = visitor.post(f"/s/{demo_of(store, finished)}", data={f"f{n}": "x" for n in range(20)})
    assert answer.status_code == 400


def test_a_report_outlives_its_run_and_a_demo_stays_readable(visitor, store, finished):
    report, shown = shared(store), demo_of(store, finished)
    store.runs.delete(finished.id)
    assert visitor.get(f"/s/{report}").status_code == 200
    assert visitor.get(f"/s/{shown}").status_code == 200


def test_a_rate_allows_so_many_in_so_long_for_each():
    rate = RateLimit(times=2, seconds=10)
    assert [rate.allows("a", moment) for moment in (0.0, 1.0, 2.0, 9.9, 10.1)] == [True, True, False, False, True]
    assert rate.allows("b", 2.0)


def test_a_demo_answers_under_the_decision_that_was_frozen_with_it(store, finished, model):
    """The owner may decide otherwise later: the page goes on as it was shown."""
    told = tell(store, finished)
    worths = ((1.0, 0.0), (0.0, 1.0))
    labels, bars = ("Oil", "<b>Grain</b>"), (0.95, 0.95)
    careful = Decision(currency="EUR", labels=labels, worths=worths, person=0.5, thresholds=bars)
    share, _ = store.shares.create("demo", title="x", run_ids=(finished.id,), content=b"{}")
    for decision, answer in ((None, "Oil"), (careful, "")):
        frozen = told.model_copy(update={"decision": decision})
        assert demo.answer(store, share, frozen, {"text": "crude"}).label == answer
