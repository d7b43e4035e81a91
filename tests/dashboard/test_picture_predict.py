"""A model of pictures tried on the pages: dropped, taken out of its own rows, many at once, and asked why."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.payoff import appraise, simple
from dashboard.inputs.picture.examples import examples_of
from dashboard.inputs.picture.predict import in_batches
from storage import Run, Store
from tests.asking import answering
from tests.core.pictures.made import zipped
from tests.pictured import COLOURS, keep, one

pytestmark = pytest.mark.xdist_group("processes")


@pytest.fixture
def run(store: Store, pictured: Path) -> Iterator[Run]:
    found = keep(store, pictured)
    with answering(store):
        yield found


def htmls(app) -> str:
    return "".join(str(element.proto.body) for element in app.get("html"))


def test_a_dropped_picture_is_answered_beside_its_thumbnail_and_explained(visitor, run: Run):
    app = visitor.open("predict", run=run.id)
    assert [tab.label for tab in app.tabs][:2] == ["One picture", "Many pictures"]
    app.file_uploader[0].upload("mine.png", one("ring"))
    app.run()
    assert not app.exception
    assert [head.value for head in app.header] == ["ring"]
    assert "The picture that was asked about" in htmls(app)
    ways = next(box for box in app.selectbox if box.label == "Way to find out")
    assert ways.options == ["Occlusion", "Integrated gradients"]
    visitor.button("Show why").click().run()
    deadline = time.monotonic() + 120
    while 'class="overlays"' not in htmls(app) or "alike" not in htmls(app):
        assert time.monotonic() < deadline, visitor.words()
        time.sleep(0.2)
        app.run()
    said = visitor.words()
    assert "With all of it covered, the model gives this picture" in said
    assert "So the places named do matter more than others." in said
    assert "most alike rows" in said
    assert "speaks for ring" in htmls(app)
    assert " text" not in said.replace("texts", "").casefold()


def test_one_of_its_own_test_rows_is_asked_about_with_one_press(visitor, run: Run):
    app = visitor.open("predict", run=run.id)
    found = examples_of(run)
    assert len({example.picture for example in found}) == len(found) == 6
    assert {example.answer for example in found[:3]} == set(COLOURS)
    app.button(key=f"example-{run.id}-{found[0].picture}").click().run()
    assert not app.exception
    assert [head.value for head in app.header] == [found[0].answer]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<svg onload='alert(1)'/>", "is an SVG drawing"),
        (one()[:80], "cut off or damaged"),
        (b"", "is empty"),
        (one() + b"<script>alert(1)</script>", "a web page at once"),
    ],
    ids=["svg", "cut", "empty", "double"],
)
def test_what_is_no_picture_is_refused_in_a_sentence(visitor, run: Run, content: bytes, said: str):
    app = visitor.open("predict", run=run.id)
    app.file_uploader[0].upload("mine.png", content)
    app.run()
    assert not app.exception
    assert said in app.error[0].value
    assert "Show why" not in [button.label for button in app.button]


def test_an_archive_of_pictures_is_answered_as_a_gallery_with_a_table_to_take_away(visitor, run: Run, tmp_path: Path):
    members = {f"{shape}-{n}.png": one(shape, 300 + n) for n in range(3) for shape in COLOURS}
    archive = zipped(tmp_path / "many.zip", {**members, "broken.png": one()[:70]})
    app = visitor.open("predict", run=run.id)
    app.file_uploader[1].upload("many.zip", archive.read_bytes())
    app.run()
    assert "broken.png" in visitor.words()
    visitor.button("Answer 9 pictures").click().run()
    assert not app.exception
    table = app.dataframe[0].value
    assert list(table.columns)[:3] == ["file", "answer", "probability"]
    assert [file.split("-")[0] for file in table["file"]] == list(table["answer"])
    assert htmls(app).count("data:image/jpeg;base64,") >= 9


def test_several_pictures_come_together_and_what_holds_none_is_refused(visitor, run: Run):
    app = visitor.open("predict", run=run.id)
    app.file_uploader[1].upload("a.png", one("square"))
    app.file_uploader[1].upload("b.png", one("disc"))
    app.run()
    visitor.button("Answer 2 pictures").click().run()
    assert list(app.dataframe[0].value["answer"]) == ["square", "disc"]
    app.file_uploader[1].upload("c.zip", b"no archive")
    app.run()
    assert not app.exception
    assert app.error


def test_many_pictures_go_in_questions_that_have_room_for_them():
    class Known:
        def read(self, picture: str) -> bytes:
            return b"x" * int(picture)

    sizes = [5_000_000, 5_000_000, 100, *[10] * 600]
    batches = list(in_batches([*map(str, sizes), ""], Known()))
    assert [len(batch) for batch in batches] == [1, 256, 256, 91]
    assert batches[-1][-1] == ""


def test_what_it_is_worth_is_told_of_pictures_as_of_texts_and_decides_their_answers(visitor, store: Store, run: Run):
    decision = simple(tuple(COLOURS), right=1.0, wrong=-3.0, person=0.2)
    answers = store.runs.predictions(run.id)
    beside = {who: (None, store.runs.predictions(run.id, who)) for who in ("pixels",)}
    found = appraise(answers, decision, validation=answers, baselines=beside)
    assert found.value.rows == len(answers.row_ids)
    assert "pixels" in found.alternatives
    store.runs.decide(run.id, found.decision)
    visitor.open("payoff", run=run.id)
    said = visitor.words()
    assert "1,000 cases" in said
    assert " text" not in said.casefold()
    app = visitor.open("predict", run=run.id)
    app.file_uploader[0].upload("mine.png", one("square"))
    app.run()
    assert not app.exception
    assert [head.value for head in app.header] == ["square"]
