"""Runs of pictures told to others: thumbnails in the report, a demo that takes a visitor's picture, and keeps none."""

import base64
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core.scenarios import SCENARIOS
from dashboard.access.security import SecurityHeaders
from dashboard.report import ReportOptions, report
from dashboard.shares import routes, snapshots
from dashboard.shares.create import share_demo
from dashboard.shares.rates import RateLimit
from dashboard.shares.routes import ROUTES
from dashboard.shares.telling import Told, tell
from storage import Run, Store
from tests.asking import answering
from tests.dashboard import seed
from tests.pictured import keep, one

pytestmark = pytest.mark.xdist_group("processes")
THUMBNAIL = re.compile(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)")


@pytest.fixture
def run(store: Store, pictured: Path) -> Run:
    return keep(store, pictured)


@pytest.fixture
def browser(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setattr(snapshots, "BY_VISITOR", RateLimit(times=20, seconds=60))
    app = Starlette(routes=list(ROUTES))
    app.add_middleware(SecurityHeaders)
    with answering(store), TestClient(app) as client:
        yield client


def pictures_in(page: str) -> list[Image.Image]:
    return [Image.open(io.BytesIO(base64.b64decode(code))) for code in THUMBNAIL.findall(page)]


def test_a_report_shows_thumbnails_of_rows_and_stays_small(store: Store, run: Run):
    page = report(store, [run.id], ReportOptions(examples=6))
    found = pictures_in(page)
    assert 3 <= len(found) <= 12
    assert all(picture.format == "JPEG" and max(picture.size) <= 144 for picture in found)
    assert store.datasets.frame(run.dataset_id)["picture"][0].split(".")[0] not in page
    assert "Look who can be seen on them" in page
    assert "E-mail addresses" not in page
    assert len(page.encode()) < 8_000_000
    assert len(report(store, [run.id], ReportOptions(examples=50)).encode()) < 8_000_000
    assert not pictures_in(report(store, [run.id], ReportOptions(examples=0)))


def test_no_sentence_about_a_picture_speaks_of_a_text(store: Store, run: Run):
    told = tell(store, run)
    assert told.question == "Can a machine give each picture in 'shapes' its right 'label'?"
    page = report(store, [run.id], ReportOptions(examples=3))
    shown = re.sub(r"<(script|style|pre)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert [line.strip() for line in shown.splitlines() if re.search(r"\b[Tt]exts?\b", line)] == []


@pytest.fixture
def token(store: Store, run: Run) -> str:
    return share_demo(store, run, days=1)[1]


def test_a_visitor_tries_a_picture_of_her_own_and_none_of_it_is_kept(store: Store, browser: TestClient, token: str):
    page = browser.get(f"/s/{token}")
    assert 'type="file"' in page.text
    assert "<textarea" not in page.text
    before = {path for path in store.home.rglob("*") if path.is_file()}
    answer = browser.post(
        f"/s/{token}", files={"picture": ("mine.png", one("ring"), "image/png")}, data={"keep": "yes"}
    )
    assert answer.status_code == 200
    assert '<p class="label">ring</p>' in answer.text
    assert len(pictures_in(answer.text)) == 1
    assert "Nothing of your picture was kept." in answer.text
    assert {path for path in store.home.rglob("*") if path.is_file()} == before
    assert not store.shares.said(store.shares.list()[0].id)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"<svg/>", "SVG drawing"), (one()[:70], "cut off or damaged"), (b"GIF89a<script>", "The picture")],
    ids=["svg", "cut", "script"],
)
def test_a_visitor_s_hostile_file_is_refused_in_a_sentence(browser: TestClient, token: str, content: bytes, said: str):
    answer = browser.post(f"/s/{token}", files={"picture": ("mine.png", content, "image/png")})
    assert answer.status_code == 200
    assert said in answer.text
    assert "<script>" not in answer.text


def test_a_reference_is_no_way_to_the_rows(store: Store, run: Run, browser: TestClient, token: str):
    own = store.datasets.frame(run.dataset_id)["picture"][0]
    for form in ({"text": own}, {"text": ""}, {}):
        answer = browser.post(f"/s/{token}", data=form)
        assert "Choose a picture first." in answer.text
        assert not pictures_in(answer.text)


def test_files_come_to_demos_of_pictures_alone_and_no_larger_than_they_may(
    store: Store, run: Run, browser: TestClient, token: str, monkeypatch: pytest.MonkeyPatch
):
    file = {"picture": ("mine.png", one(), "image/png")}
    assert browser.post("/s/nobody", files=file).status_code == 404
    texts = seed.finished(store, seed.newsdesk(store, 200), rows=200, quickly=True)
    told = tell(store, texts).model_dump_json().encode()
    _, other = store.shares.create("demo", title="x", run_ids=(texts.id,), content=told)
    assert browser.post(f"/s/{other}", files=file).status_code == 404
    monkeypatch.setattr(routes, "MOST_FILE_BYTES", 1_000)
    assert browser.post(f"/s/{token}", files=file).status_code == 413
    broken = browser.post(f"/s/{token}", content=b"x", headers={"Content-Type": "multipart/form-data"})
    assert broken.status_code == 400


def test_a_story_s_own_pictures_are_examples_with_thumbnails(
    store: Store, run: Run, browser: TestClient, monkeypatch: pytest.MonkeyPatch
):
    story = next(story for story in SCENARIOS.values() if story.settings.get("task.task", "").startswith("picture"))
    files = store.datasets.frame(run.dataset_id)
    own = [
        one.model_copy(update={"text": files["file"][row], "answer": files["label"][row]})
        for one, row in zip(story.examples, (0, 30, 60), strict=False)
    ]
    monkeypatch.setitem(SCENARIOS, story.key, story.model_copy(update={"examples": tuple(own)}))
    of_story = run.model_copy(update={"scenario": story.key})
    told = tell(store, of_story)
    assert [example.answer for example in told.examples] == list(files["label"][[0, 30, 60]])
    assert all(example.picture.startswith("data:image/jpeg") for example in told.examples)
    assert Told.model_validate_json(told.model_dump_json()) == told
    _, token = store.shares.create("demo", title="x", run_ids=(run.id,), content=told.model_dump_json().encode())
    page = browser.get(f"/s/{token}").text
    assert len(pictures_in(page)) == 3
    answer = browser.post(f"/s/{token}", data={"text": told.examples[1].text})
    assert f'<p class="label">{told.examples[1].answer}</p>' in answer.text
