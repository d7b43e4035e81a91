"""The predictor and pictures: a stranger's file is read apart, refused in a sentence or answered; nothing is kept."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from core.data.pictures import sent
from core.inputs.picture import shelf
from core.inputs.picture.brought import as_cell
from storage import Run, Store
from tests.asking import explained
from tests.attacks.pictures import ATTACKS, claims, flat, packed_bomb
from tests.core.pictures.made import image, saved
from tests.pictured import COLOURS, keep, one
from tests.worker.conftest import wait_for
from worker.predictor import application

pytestmark = pytest.mark.xdist_group("processes")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture
def run(store: Store, pictured: Path) -> Run:
    return keep(store, pictured)


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    headers = {"Authorization": "Bearer right"}
    with TestClient(application(store, "right"), base_url="http://127.0.0.1", headers=headers) as client:
        yield client


def answers(client: TestClient, run: Run, *cells: object) -> list[dict[str, Any]]:
    reply = client.post("/predict", json={"run": run.id, "rows": [{"picture": cell} for cell in cells]})
    assert reply.status_code == 200, reply.text
    found: list[dict[str, Any]] = reply.json()["predictions"]
    return found


def test_new_pictures_and_the_run_s_own_are_answered(client: TestClient, store: Store, run: Run) -> None:
    frame = store.datasets.frame(run.dataset_id)
    own = frame.iloc[0]
    asked = [as_cell(one(shape)) for shape in COLOURS]
    found = answers(client, run, *asked, own["picture"], None, "no picture")
    assert [answer["label"] for answer in found] == [*COLOURS, own["label"], None, None]
    assert all(sum(answer["scores"].values()) == pytest.approx(1, abs=1e-4) for answer in found[:4])
    assert [answer["problem"] for answer in found[:5]] == [""] * 5
    assert found[5]["problem"].endswith(".")
    assert found[4]["scores"] == {}


def test_a_bundle_answers_new_pictures_when_its_dataset_is_gone(client: TestClient, store: Store, run: Run) -> None:
    store.datasets.path(run.dataset_id).unlink()
    own = "0" * 64 + ".png"
    found = answers(client, run, as_cell(one("ring")), own)
    assert [answer["label"] for answer in found] == ["ring", None]
    assert found[1]["problem"] == "The picture is none of the run's own."


def test_hostile_files_are_refused_in_a_sentence_and_odd_ones_answered(client: TestClient, run: Run) -> None:
    refused = [
        claims(60_000, 60_000),
        flat(10_000),
        packed_bomb(b"zTXt", b"Comment\0\0"),
        b"<svg onload='alert(1)'/>",
        one() + b"<script>alert(1)</script>",
        one()[:80],
        saved(image(), "WEBP")[:80],
        b"GIF89a/*<script>*/=1;",
        b"\0" * 999,
        b"PK\x03\x04" + b"x" * 400,
        b"\0\0\0\x18ftypheic" + b"\0" * 99,
        json.dumps({"a": 1}).encode(),
    ]
    odd = [
        flat(6_000),
        saved(image(mode="CMYK"), "JPEG"),
        saved(image(), "GIF"),
        saved(image(size=(9_000, 1))),
        saved(image(size=(1, 1))),
        saved(image().convert("LA")),
    ]
    found = answers(client, run, *map(as_cell, [*refused, *odd]))
    assert [answer["label"] for answer in found[: len(refused)]] == [None] * len(refused)
    assert all(answer["problem"].startswith("The picture ") for answer in found[: len(refused)])
    assert all(answer["label"] in COLOURS and not answer["problem"] for answer in found[len(refused) :])


def test_whole_archives_of_the_attacks_are_no_pictures(client: TestClient, run: Run, tmp_path: Path) -> None:
    small = [attack for attack in ATTACKS if attack.name in {"slip.zip", "nested.zip", "link.zip", "pictures.parquet"}]
    for attack in small:
        attack.write(tmp_path / attack.name)
    found = answers(client, run, *(as_cell((tmp_path / attack.name).read_bytes()) for attack in small))
    assert len(found) == 4
    assert all(answer["label"] is None and answer["problem"] for answer in found)


def test_a_picture_that_breaks_its_decoder_is_refused_in_a_sentence(
    client: TestClient, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sent, "PROVER", "tests.attacks.falls_over:prove")
    reply = client.post("/predict", json={"run": run.id, "rows": [{"picture": as_cell(one())}]})
    assert reply.status_code == 422
    assert reply.json()["error"]["message"].startswith("The picture breaks the program")


def test_a_picture_of_the_largest_size_has_room_in_a_question_and_a_text_does_not(client: TestClient, run: Run) -> None:
    noise = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(19 * 1024 * 1024)).decode()
    assert answers(client, run, noise)[0]["problem"].startswith("The picture ")
    too_much = client.post("/predict", json={"run": run.id, "rows": [{"picture": "A" * 40_000_000}]})
    assert too_much.status_code == 413


def test_nothing_that_was_sent_stays(client: TestClient, store: Store, run: Run) -> None:
    content = one("square", 77)
    before = {path for path in store.home.rglob("*") if path.is_file()}
    answers(client, run, as_cell(content))
    assert {path for path in store.home.rglob("*") if path.is_file()} == before
    assert shelf._held == []


def test_an_answer_to_a_picture_is_explained_with_what_it_learned_that_is_like_it(
    client: TestClient, store: Store, run: Run
) -> None:
    cell = as_cell(one("square", 99))
    why = explained(client, run, "why", cell, method="integrated_gradients", label="ring")["why"]
    assert (why["answer"], why["label"], len(why["pushes"])) == ("square", "ring", 14)
    assert base64.b64decode(why["overlay"]).startswith(b"\x89PNG")
    own = store.datasets.frame(run.dataset_id)["picture"][0]
    assert explained(client, run, "why", own)["why"]["method"] == "occlusion"
    alike = explained(client, run, "alike", cell)["alike"]
    assert {row["target"] for row in alike["rows"]} == {"square"}
    assert {row["text"] for row in alike["rows"]} <= set(store.datasets.frame(run.dataset_id)["picture"])


def test_what_cannot_be_explained_says_why(client: TestClient, run: Run) -> None:
    broken = explained(client, run, "why", as_cell(one()[:80]))
    assert broken["error"]["message"] == "The picture is cut off or damaged."
    assert explained(client, run, "alike", "")["error"]["message"] == "There is nothing to explain."
    words = client.post("/explanations", json={"kind": "words", "run": run.id}).json()["id"]
    found = wait_for(lambda: (one := client.get(f"/explanations/{words}").json())["error"] and one, "its end")
    assert found["error"]["message"] == "This model reads no words."
