"""Pages on which pictures are at home: brought, looked at, chosen for, judged."""

import pytest

from core.data import row_ids
from core.inspection import likely_wrong, suspects
from core.preparation import prepare
from core.tasks import TASKS
from dashboard.inputs.picture.suspects import scores
from tests.dashboard import seed_pictures as seed


def htmls(app) -> str:
    return "".join(str(element.proto.body) for element in app.get("html"))


def bring(visitor, *files: tuple[str, bytes], uploader: int = 0):
    visitor.open("data")
    for name, content in files:
        visitor.app.file_uploader[uploader].upload(name, content)
    visitor.app.run()
    assert not visitor.app.exception
    return visitor.app


def test_a_zip_of_folders_becomes_a_dataset_whose_first_rows_are_a_gallery(visitor, store):
    app = bring(visitor, ("shapes.zip", seed.archive()))
    (dataset,) = store.datasets.list()
    assert (dataset.name, dataset.rows) == ("shapes.zip", 60)
    assert app.query_params["dataset"] == dataset.id
    assert [box.value for box in app.selectbox][:2] == ["picture", "label"]
    assert htmls(app).count("data:image/jpeg;base64,") >= 24
    assert store.datasets.head(dataset.id, 1)["picture"][0] not in visitor.words()
    assert "Which column holds the pictures?" in [box.label for box in app.selectbox]


def test_several_pictures_and_a_table_that_names_them_come_together(visitor, store):
    files = [(f"{shape}{n}.png", seed.png(shape, n)) for n, shape in enumerate(seed.SHAPES * 6)]
    table = "name,kind\n" + "".join(f"{name},{name[:4]}\n" for name, _ in files)
    bring(visitor, *files, ("kinds.csv", table.encode()))
    (dataset,) = store.datasets.list()
    assert (dataset.name, dataset.rows) == ("19 files", 18)
    assert set(store.datasets.frame(dataset.id)["kind"]) == {"circ", "squa", "stri"}
    assert "ZIP" not in " ".join(dataset.notes)


def test_a_folder_of_folders_is_learned_by_their_names(visitor, store):
    files = [(f"shapes/{shape}/{n}.png", seed.png(shape, n)) for n, shape in enumerate(seed.SHAPES * 6)]
    bring(visitor, *files, uploader=1)
    (dataset,) = store.datasets.list()
    assert dataset.name == "shapes"
    assert set(store.datasets.frame(dataset.id)["label"]) == set(seed.SHAPES)


def test_two_tables_at_once_are_refused_in_a_sentence(visitor, store):
    bring(visitor, ("a.csv", b"text,label\nx,y\n"), ("b.csv", b"text,label\nx,y\n"))
    assert store.datasets.list() == []
    assert "one table or one archive at a time" in visitor.words()


def test_a_file_called_like_a_picture_that_is_none_is_refused(visitor, store):
    bring(visitor, ("fake.png", b"<svg onload=alert(1)>"))
    assert store.datasets.list() == []
    assert visitor.app.error


def test_what_a_finding_names_is_shown_beside_it(visitor, store):
    plain = {f"circle/plain{n}.png": one_colour(n) for n in range(3)}
    dataset = seed.shapes(store, more=plain)
    visitor.open("data", dataset=dataset.id)
    assert "all of one colour" in visitor.words()
    assert "gallery-small" in htmls(visitor.app)


def test_a_picture_with_two_answers_is_shown_and_not_named_by_its_reference(visitor, store):
    dataset = seed.shapes(store, more={"square/again.png": seed.png("circle", 0)})
    visitor.open("data", dataset=dataset.id)
    assert "1 picture stands with different answers: one of them is 'circle', 'square'." in visitor.words()
    assert ">circle<" in htmls(visitor.app).split("gallery-small")[1]


def one_colour(n: int) -> bytes:
    import io

    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", (40, 40), (40 + n, 90, 160)).save(buffer, "PNG")
    return buffer.getvalue()


def test_a_class_called_like_markup_stays_words(visitor, store):
    hostile = "<img src=x onerror=alert(1)>"
    with_name = {f"{hostile}/{n}.png": seed.png("square", 300 + n) for n in range(12)}
    dataset = seed.shapes(store, more=with_name)
    visitor.open("data", dataset=dataset.id)
    assert hostile not in htmls(visitor.app)


@pytest.mark.parametrize("task", [name for name, one in TASKS.items() if one.backbone])
def test_a_form_offers_models_that_read_what_its_task_reads(store, task):
    from core.models import CATALOGUE
    from dashboard.parts.train.models import choices

    offered = set(choices(store, TASKS[task].inputs.name))
    assert offered
    assert offered == {key for key, entry in CATALOGUE.items() if entry.reads == TASKS[task].inputs.name}


@pytest.fixture
def judged(store):
    dataset = seed.shapes(store, each=30)
    return seed.finished(store, dataset), dataset


def no_page_speaks_of_texts(visitor) -> None:
    words = visitor.words().casefold()
    assert " text " not in words
    assert " texts " not in words


def test_wrong_rows_are_a_gallery_with_the_truth_and_the_answer(visitor, judged):
    run, _ = judged
    visitor.open("evaluate", run=run.id, view="Wrong rows")
    shown = htmls(visitor.app)
    wrong = sum(one != other for one, other in zip(*both(run), strict=True))
    assert shown.count("<img") == wrong
    assert shown.count("True class: ") == 2 * wrong  # to read, and for those who hear it
    assert "test pictures right" in visitor.words()
    assert "Words" not in [tab.label for tab in visitor.app.tabs]
    no_page_speaks_of_texts(visitor)


def both(run):
    from dashboard.access.store import house

    found = house().runs.predictions(run.id, "model")
    return found.answers, found.targets


@pytest.mark.parametrize("inside", ["Slices", "Fairness", "Labels", "Calibration"])
def test_looking_inside_groups_pictures_by_what_was_measured_of_them(visitor, judged, inside):
    run, _ = judged
    visitor.open("inspect", run=run.id, inside=inside)
    no_page_speaks_of_texts(visitor)
    if inside == "Slices":
        ways = next(box for box in visitor.app.selectbox if box.label == "Group the rows by")
        assert {"brightness", "contrast", "size_kb"} <= set(ways.options)
        assert "Length of the text" not in ways.options


def test_rows_that_changed_are_thumbnails(visitor, store, judged):
    run, dataset = judged
    other = seed.finished(store, dataset, right=0.7, seed=5)
    visitor.open("compare", runs=f"{run.id},{other.id}", view="Rows that changed")
    assert "What happened: " in htmls(visitor.app)
    no_page_speaks_of_texts(visitor)


def test_the_first_page_invites_to_try_a_picture(visitor, judged):
    visitor.open("home")
    assert "a picture of your own" in visitor.words()


def chosen(visitor, path: str):
    return visitor.app.session_state[f"train:{path}"]


def test_the_form_of_pictures_offers_their_models_and_settings(visitor, store):
    dataset = seed.shapes(store)
    visitor.open("train", dataset=dataset.id)
    assert chosen(visitor, "task.task") == "picture-classification"
    assert chosen(visitor, "model") == "efficientnet-lite0"
    models = visitor.app.selectbox(key="train:model")
    assert "MiniLM (small, English)" not in models.options
    assert not any(box.key == "train:task.max_tokens" for box in visitor.app.number_input)
    no_page_speaks_of_texts(visitor)


def test_a_network_from_scratch_asks_for_no_model(visitor, store):
    dataset = seed.shapes(store)
    visitor.open("train", dataset=dataset.id)
    visitor.app.session_state["train:learning.method"] = "scratch"
    visitor.app.run()
    assert not visitor.app.exception
    assert "train:model" not in [box.key for box in visitor.app.selectbox]


def test_what_the_network_will_see_is_made_in_a_process_apart(store, home):
    import sys

    from core.config import make_config
    from dashboard.inputs.picture import preview

    dataset = seed.shapes(store)
    config = make_config(dataset=dataset.id, **seed.COLUMNS, method="full", colour=True, flip=False)
    found = preview._sheets(dataset.id, "picture", "label", preview._made_for(config), 32, 0)
    assert preview._changes(config) == "co"
    assert len(found["co"]) > len(found[""])
    assert "dashboard" in sys.modules


def test_labels_of_training_pictures_are_doubted_and_planted_wrong_ones_are_found(visitor, store):
    wrong = {f"circle/wrong{n}.png": seed.png("stripes", 7000 + n) for n in range(6)}
    dataset = seed.shapes(store, each=30, more=wrong)
    run = seed.finished(store, dataset, method="scratch")
    frame = store.datasets.frame(dataset.id)
    train = prepare(frame, run.config).train
    taught = set(train.row_ids)
    planted = {
        row for row, file in zip(row_ids(frame), frame["file"], strict=True) if "wrong" in file and row in taught
    }
    answers = scores(dataset.id, run.config)
    assert answers.row_ids == train.row_ids
    found = suspects(answers)
    assert planted <= {one.row_id for one in found}
    assert {one.suggested for one in found if one.row_id in planted} == {"stripes"}
    limits = likely_wrong(answers, {one.row_id for one in found})
    assert limits.low <= len(planted) <= limits.high
    visitor.open("inspect", run=run.id, inside="Labels")
    visitor.app.segmented_control[0].set_value("Training set").run()
    visitor.button("Read the training rows").click().run(timeout=90)
    words = visitor.words()
    assert f"**{len(found)} labels are worth a look**, of {len(train)} rows." in words
    assert "Likely wrong among them: about" in words
    assert "The model says: stripes" in htmls(visitor.app)
    table = visitor.app.dataframe[0].value
    assert set(table["Decision"]) == {"Keep"}
    assert table["Label now"].tolist() == [one.given for one in found]
