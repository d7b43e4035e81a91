"""The predictor answers who knows the token, on this machine, and explains itself otherwise."""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import anyio
import pytest
from starlette.testclient import TestClient

from core.config import RunConfig
from core.data import Table
from core.payoff import simple
from storage import Store
from tests.worker.conftest import asking, ended, sixty_rows, supervised
from worker.guard import MOST_BYTES
from worker.predictor import application

pytestmark = pytest.mark.xdist_group("processes")
TOKEN = {"Authorization": "Bearer right"}


@pytest.fixture
def client(store: Store) -> TestClient:
    return TestClient(application(store, "right"), base_url="http://127.0.0.1")


def test_a_trained_model_answers_with_probabilities_of_its_own_classes(
    store: Store, client: TestClient, make: Callable[..., RunConfig]
) -> None:
    run = store.runs.queue(make(preset="quick", method="frozen", epochs=None), "one")
    with supervised(store):
        assert ended(store, run.id).status == "succeeded"
    reply = client.post(
        "/predict", json={"run": run.id, "rows": asking("oil price crude", "", " \t", "\u200b")}, headers=TOKEN
    )
    assert reply.status_code == 200
    found = reply.json()
    assert found["labels"] == ["bank", "oil", "ship"]
    for answer in reply.json()["predictions"][:1]:
        assert sum(answer["scores"].values()) == pytest.approx(1.0, abs=1e-4)
    known, *blanks = found["predictions"]
    assert known["label"] == max(known["scores"], key=known["scores"].get)
    assert len(blanks) == 3
    for blank in blanks:
        assert (blank["label"], blank["scores"], blank["problem"]) == (None, {}, "no text")
        assert (blank["p_value"], blank["is_unlike"]) == (None, None)
    assert not known["is_cut"]
    reply = client.post("/predict", json={"run": run.id, "rows": asking("oil " * 500, "oil")}, headers=TOKEN)
    assert [answer["is_cut"] for answer in reply.json()["predictions"]] == [True, False]
    decision = simple(("bank", "oil", "ship"), person=0.1).model_copy(update={"thresholds": (1.0, 1e-6, 1.0)})
    store.runs.decide(run.id, decision)
    reply = client.post("/predict", json={"run": run.id, "rows": asking("ship port", "oil price crude")}, headers=TOKEN)
    assert [answer["label"] for answer in reply.json()["predictions"]] == ["oil", "oil"]
    store.runs.decide(run.id, decision.model_copy(update={"thresholds": (1.0, 1.0, 1.0)}))
    reply = client.post("/predict", json={"run": run.id, "rows": asking("ship port")}, headers=TOKEN)
    assert reply.json()["predictions"][0]["label"] is None
    assert client.post("/predict", json={"run": run.id, "rows": []}, headers=TOKEN).json()["predictions"] == []
    reply = client.post("/predict", json={"run": run.id, "rows": [{"txt": "ship port"}]}, headers=TOKEN)
    assert reply.status_code == 422
    assert reply.json()["error"] == {
        "message": "A row has no 'text', which the model reads. It has: txt.",
        "hint": "Give each row its 'text'.",
    }


def test_a_model_of_numbers_answers_with_the_range_of_each(
    store: Store, client: TestClient, make: Callable[..., RunConfig]
) -> None:
    frame = sixty_rows().assign(weight=[f"{number * 0.5} kg" for number in range(60)])
    dataset = store.datasets.add(Table(frame, ()), name="weights", source="weights.csv")
    learning = {"task": "text-regression", "task.target": "weight", "preset": "quick", "dataset": dataset.id}
    run = store.runs.queue(make(**learning), "one")
    with supervised(store):
        assert ended(store, run.id).status == "succeeded"
    reply = client.post(
        "/predict", json={"run": run.id, "rows": asking("oil price " * 40, "ship port", " ")}, headers=TOKEN
    )
    assert reply.status_code == 200
    assert reply.json()["kind"] == "number"
    long, short, blank = reply.json()["predictions"]
    assert [one["is_cut"] for one in (long, short)] == [True, False]
    assert all(one["low"] <= one["value"] <= one["high"] for one in (long, short))
    assert (blank["value"], blank["low"], blank["high"]) == (None, None, None)


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "right"}])
def test_without_the_token_there_is_no_answer(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/predict", json={"run": "r1", "rows": asking("x")}, headers=headers).status_code == 401


def test_a_foreign_host_name_is_refused(client: TestClient) -> None:
    assert client.get("/health", headers={"Host": "evil.example"}).status_code == 400


def test_an_unknown_run_is_explained(client: TestClient) -> None:
    reply = client.post("/predict", json={"run": "r404", "rows": asking("x")}, headers=TOKEN)
    assert reply.status_code == 422
    assert reply.json()["error"]["message"] == "There is no run 'r404'."


def test_too_many_rows_are_refused(client: TestClient) -> None:
    assert client.post("/predict", json={"run": "r", "rows": asking(*["x"] * 513)}, headers=TOKEN).status_code == 422


def test_a_question_is_not_read_before_it_is_known_who_asks_and_never_past_its_limit(store: Store) -> None:
    """Told by the bytes that the application asks for, of a body without an end."""
    taken: list[int] = []
    said: list[int] = []

    async def endless() -> dict[str, object]:
        taken.append(1_000_000)
        return {"type": "http.request", "body": b" " * 1_000_000, "more_body": True}

    async def send(message: dict[str, Any]) -> None:
        said.append(message.get("status", 0))

    def ask(*headers: tuple[bytes, bytes]) -> None:
        known = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json"), *headers]
        scope = {"type": "http", "method": "POST", "path": "/predict", "headers": known, "query_string": b""}
        with suppress(Exception):  # the application may say as it likes that the rest never came
            anyio.run(application(store, "right"), scope, endless, send)

    ask()
    assert (taken, said[0]) == ([], 401)
    ask((b"authorization", b"Bearer right"), (b"content-length", b"999999999999"))
    assert (taken, said[2]) == ([], 413)
    ask((b"authorization", b"Bearer right"))
    assert MOST_BYTES < sum(taken) <= MOST_BYTES + 1_000_000


def test_a_page_in_a_browser_gets_no_answer_even_with_the_token(client: TestClient) -> None:
    asked = {"run": "r1", "rows": asking("x")}
    for origin in ("null", "http://127.0.0.1", "https://evil.example"):
        assert client.post("/predict", json=asked, headers={**TOKEN, "Origin": origin}).status_code == 400


def test_every_route_but_the_pulse_wants_the_token(client: TestClient, store: Store) -> None:
    for route in application(store, "right").routes:
        path = re.sub(r"\{[^}]+\}", "x", route.path)  # type: ignore[attr-defined]
        for method in ("GET", "POST", "DELETE", "PUT"):
            assert client.request(method, path).status_code in ((200, 405) if path == "/health" else (401,))


@pytest.mark.parametrize("is_escaped", [True, False])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/predict", {"run": "r0", "rows": [{"text": "\ud800"}]}),
        ("/predict", {"run": "\ud800", "rows": []}),
        ("/predict", {"run": "r0", "rows": [{"\ud800": "text"}]}),
        ("/explanations", {"kind": "why", "run": "r0", "cell": "\ud800"}),
        ("/explanations", {"kind": "change", "run": "r0", "cell": "text", "may_change": ["\ud800"]}),
    ],
)
def test_half_a_character_in_a_request_is_refused_in_a_sentence(
    client: TestClient, path: str, body: dict[str, Any], is_escaped: bool
) -> None:
    content = json.dumps(body, ensure_ascii=is_escaped).encode("utf-8", "surrogatepass")
    reply = client.post(path, content=content, headers={**TOKEN, "Content-Type": "application/json"})
    assert reply.status_code == 422
    assert "half a character" in reply.json()["error"]["message"]
