"""Pages on which pictures are at home: brought, looked at, chosen for, judged."""

import pytest

from core.tasks import TASKS
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


@pytest.mark.parametrize("task", TASKS)
def test_a_form_offers_models_that_read_what_its_task_reads(task):
    from core.models import CATALOGUE
    from dashboard.parts.models import reads

    offered = {key for key in CATALOGUE if reads(key, TASKS[task].inputs.name)}
    assert offered
    assert offered == {key for key, entry in CATALOGUE.items() if entry.reads == TASKS[task].inputs.name}
