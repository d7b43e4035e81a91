"""Explanations in the predictor's process: started, watched, cancelled, forgotten; beside the answers."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from core.config import RunConfig, make_config
from core.evaluation.records import Evaluation
from core.execute import execute
from core.explanations import ModelWords
from storage import Run, Store
from tests.worker.conftest import asking, sixty_rows, wait_for
from worker import explaining
from worker.predictor import application

pytestmark = pytest.mark.xdist_group("processes")
TOKEN = {"Authorization": "Bearer right"}
TEXT = "oil price crude fell"
SETTINGS = {"preset": "quick", "model": "local:tiny", "method": "frozen", "epochs": None, "task.max_tokens": 32}


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    with TestClient(application(store, "right"), base_url="http://127.0.0.1", headers=TOKEN) as client:
        yield client


@pytest.fixture(scope="module")
def trained(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run on the sixty rows leaves, really trained."""
    folder = tmp_path_factory.mktemp("trained")
    config = make_config(**SETTINGS)
    execute(config, sixty_rows(), folder, models=tiny_model.parent, cache=folder / "cache", report=lambda _event: None)
    return folder


@pytest.fixture
def run(store: Store, make: Callable[..., RunConfig], trained: Path) -> Run:
    """A run that succeeded, with a model that answers."""
    queued = store.runs.queue(make(**SETTINGS), "one")
    job = store.jobs.claim("tests")
    assert job is not None
    store.jobs.start(job, process="0")
    shutil.copytree(trained, store.runs.work_folder(queued.id))
    store.jobs.succeed(job, Evaluation.model_validate_json((trained / "evaluation.json").read_bytes()))
    return store.runs.get(queued.id)


def ordered(client: TestClient, **order: Any) -> str:
    reply = client.post("/explanations", json=order)
    assert reply.status_code == 200, reply.text
    return str(reply.json()["id"])


def ended(client: TestClient, work: str) -> dict[str, Any]:
    def look() -> Any:
        found = client.get(f"/explanations/{work}").json()
        return found["status"] not in ("queued", "running") and found

    found: dict[str, Any] = wait_for(look, "the end of an explanation")
    return found


def test_a_run_is_explained_from_start_to_end(client: TestClient, store: Store, run: Run) -> None:
    why = ended(client, ordered(client, kind="why", run=run.id, cell=TEXT))
    assert why["status"] == "succeeded"
    assert [word["text"] for word in why["why"]["words"]] == TEXT.split()
    answer = client.post("/predict", json={"run": run.id, "rows": asking(TEXT)}).json()["predictions"][0]
    assert why["why"]["answer"] == answer["label"]
    assert why["why"]["value"] == pytest.approx(answer["scores"][answer["label"]], abs=1e-4)

    alike = ended(client, ordered(client, kind="alike", run=run.id, cell=TEXT))["alike"]
    rows = set(store.datasets.frame(run.dataset_id)["text"])
    assert len(alike["rows"]) == 5
    assert all(row["text"] in rows for row in alike["rows"])
    assert alike["searched"] < len(rows)  # the test rows are not among those it learned from
    assert list(Path(store.cache / "vectors").rglob("*.safetensors"))

    words = ended(client, ordered(client, kind="words", run=run.id, rows_per_class=4))["words"]
    assert store.runs.explanation(run.id, ModelWords) == ModelWords.model_validate(words)


def test_what_cannot_be_explained_says_why(client: TestClient, run: Run) -> None:
    empty = ended(client, ordered(client, kind="why", run=run.id, cell=" "))
    assert empty["status"] == "failed"
    assert "no text" in empty["error"]["message"]
    unknown = ended(client, ordered(client, kind="why", run=run.id, cell=TEXT, label="wood"))
    assert "no class 'wood'" in unknown["error"]["message"]


class Slow:
    """Stands where the explaining is and goes on until it is stopped."""

    def __init__(self) -> None:
        self.began = threading.Event()

    def __call__(self, *_: Any, watch: Callable[[int, int], None], **__: Any) -> None:
        self.began.set()
        while True:
            watch(1, 10)
            time.sleep(0.005)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    slow = Slow()
    monkeypatch.setattr(explaining, "why", slow)
    return slow


def test_work_is_cancelled_and_the_next_begins(client: TestClient, run: Run, slow: Slow) -> None:
    first = ordered(client, kind="why", run=run.id, cell=TEXT)
    second = ordered(client, kind="alike", run=run.id, cell=TEXT)
    assert slow.began.wait(60)
    assert client.get(f"/explanations/{second}").json()["status"] == "queued"
    found = client.get(f"/explanations/{first}").json()
    assert (found["status"], found["done"], found["total"]) == ("running", 1, 10)
    client.delete(f"/explanations/{first}")
    assert ended(client, first)["status"] == "cancelled"
    assert ended(client, second)["status"] == "succeeded"


def test_answers_do_not_wait_for_an_explanation(client: TestClient, run: Run, slow: Slow) -> None:
    work = ordered(client, kind="why", run=run.id, cell=TEXT)
    assert slow.began.wait(60)
    assert client.post("/predict", json={"run": run.id, "rows": asking(TEXT)}).status_code == 200
    client.delete(f"/explanations/{work}")


def test_work_that_nobody_asks_after_is_given_up_and_at_last_forgotten(
    client: TestClient, run: Run, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = ordered(client, kind="why", run=run.id, cell=TEXT)
    assert slow.began.wait(60)
    monkeypatch.setattr(explaining, "PATIENCE_S", 0.0)
    assert ended(client, work)["status"] == "cancelled"
    monkeypatch.setattr(explaining, "KEPT_S", -1.0)
    assert client.get(f"/explanations/{work}").status_code == 422


def test_too_many_at_once_are_refused_in_words(client: TestClient, run: Run, slow: Slow) -> None:
    for _ in range(explaining.MAX_WAITING):
        ordered(client, kind="why", run=run.id, cell=TEXT)
    reply = client.post("/explanations", json={"kind": "why", "run": run.id, "cell": TEXT})
    assert reply.status_code == 422
    assert "Too many" in reply.json()["error"]["message"]


def test_a_bug_is_a_number_to_quote_and_no_text_of_ours(
    client: TestClient, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError(TEXT)

    monkeypatch.setattr(explaining, "why", broken)
    found = ended(client, ordered(client, kind="why", run=run.id, cell=TEXT))
    assert found["status"] == "failed"
    assert TEXT not in str(found["error"])


def test_without_the_token_nothing_is_explained(client: TestClient) -> None:
    wrong = {"Authorization": "Bearer wrong"}
    for method, path in (("POST", "/explanations"), ("GET", "/explanations/1"), ("DELETE", "/explanations/1")):
        assert client.request(method, path, headers=wrong, json={}).status_code == 401


@pytest.mark.parametrize(
    "order", [{"kind": "why", "run": "r404", "cell": "x"}, {"kind": "alike", "run": "r404", "cell": "x"}]
)
def test_an_unknown_run_is_refused_at_once(client: TestClient, order: dict[str, str]) -> None:
    reply = client.post("/explanations", json=order)
    assert reply.status_code == 422
    assert reply.json()["error"]["message"] == "There is no run 'r404'."


def test_orders_out_of_bounds_are_refused(client: TestClient) -> None:
    for order in (
        {"kind": "why", "run": "r", "text": "x" * 100_001},
        {"kind": "words", "run": "r", "rows_per_class": 999},
    ):
        assert client.post("/explanations", json=order).status_code == 422
