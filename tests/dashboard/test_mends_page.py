"""What a finding offers is one press: a new version, told in words, that can be undone."""

import io

import openpyxl
import pytest

from storage import Dataset, Store

LABELS = ["oil", "Oil", "gas", "oil\u200b", "n/a", "gas; oil"]
ROWS = b"text,desk\n" + b"".join(f"story number {n} of the day,{LABELS[n % 6]}\n".encode() for n in range(60))


def uploaded(visitor, store: Store, content: bytes = ROWS) -> Dataset:
    visitor.open("data")
    visitor.app.file_uploader[0].upload("stories.csv", content).run()
    (dataset,) = store.datasets.list()
    visitor.open("data", dataset=dataset.id)
    return dataset


@pytest.mark.parametrize(
    ("press", "promised", "done"),
    [
        ("Join as 'oil'", "20 rows come to have the label 'oil'.", "as 'oil' in 'desk' (20 rows)."),
        ("Take as missing", "10 rows then have no label.", "Took 'n/a' in 'desk' as missing (10 rows)."),
        ("Keep the first label", "10 rows keep their first label only.", "Kept the first of several labels"),
        ("Leave these rows out", "10 rows are left out.", "Left out 10 rows with several labels"),
    ],
)
def test_a_mend_is_promised_made_and_undone(visitor, store: Store, press: str, promised: str, done: str) -> None:
    dataset = uploaded(visitor, store)
    assert promised in visitor.words()
    visitor.button(press).click().run()
    assert not visitor.app.exception
    version = store.datasets.get(visitor.app.query_params["dataset"])
    assert version.parent_id == dataset.id
    assert done in visitor.words()
    assert [box.value for box in visitor.app.selectbox[:2]] == ["text", "desk"]
    visitor.button("Undo the last change").click().run()
    assert visitor.app.query_params["dataset"] == dataset.id
    assert store.datasets.list() == [dataset]


def test_a_viewer_without_rights_to_change_sees_a_finding_and_no_button_for_rows_that_are_fine(visitor, store) -> None:
    good = b"text,desk\n" + b"".join(f"story number {n},{'oil' if n % 2 else 'gas'}\n".encode() for n in range(120))
    uploaded(visitor, store, good)
    labels = [button.label for button in visitor.app.button]
    assert not [label for label in labels if label.startswith(("Join", "Take", "Keep", "Leave", "Undo"))]


def test_several_mends_are_told_in_order_and_undone_one_by_one(visitor, store: Store) -> None:
    dataset = uploaded(visitor, store)
    for press in ("Take as missing", "Keep the first label", "Join as 'oil'"):
        visitor.button(press).click().run()
    version = store.datasets.get(visitor.app.query_params["dataset"])
    assert [note.split(" ")[0] for note in version.history] == ["Took", "Kept", "Joined"]
    assert set(store.datasets.frame(version.id)["desk"].dropna()) == {"oil", "gas"}
    visitor.button("Undo the last change").click().run()
    assert len(store.datasets.get(visitor.app.query_params["dataset"]).history) == 2
    assert dataset in store.datasets.list()


def test_a_file_is_read_in_another_way_and_mends_are_repeated(visitor, store: Store) -> None:
    uploaded(visitor, store, b"\n".join(ROWS.split(b"\n")[:11]) + b"\n" + ROWS)
    visitor.button("Take as missing").click().run()
    visitor.app.number_input[0].set_value(11)
    next(one for one in visitor.app.button if one.label == "Read again").click().run()
    assert not visitor.app.exception
    version = store.datasets.get(visitor.app.query_params["dataset"])
    assert (store.datasets.get(str(version.parent_id)).rows, version.rows) == (70, 60)
    assert version.history == (
        "Read the file again: 11 lines skipped.",
        "Took 'n/a' in 'desk' as missing (10 rows).",
    )


def test_a_mend_on_the_train_page_trains_on_the_new_version(visitor, store: Store) -> None:
    dataset = uploaded(visitor, store)
    visitor.open("train", dataset=dataset.id)
    visitor.button("Join as 'oil'").click().run()
    assert not visitor.app.exception
    version = store.datasets.get(visitor.app.query_params["dataset"])
    assert version.parent_id == dataset.id
    assert visitor.app.session_state["train:task.target"] == "desk"


@pytest.mark.parametrize("page", ["data", "train"])
def test_a_setting_that_answers_a_finding_is_one_press(visitor, store: Store, page: str) -> None:
    start = "this mail was forwarded by our reception and holds no private details " * 20
    rows = "".join(f"{start} case {n} of the day,{'oil' if n % 2 else 'gas'}\n" for n in range(60))
    dataset = uploaded(visitor, store, b"text,desk\n" + rows.encode())
    visitor.open(page, dataset=dataset.id)
    visitor.button("Read the end of each text instead").click().run()
    assert not visitor.app.exception
    assert visitor.app.session_state["train:task.cut"] == "start"
    assert visitor.app.session_state["train:task.target"] == "desk"
    assert "Read the end of each text instead" not in [one.label for one in visitor.app.button]


def test_a_model_that_reads_the_texts_is_one_press(visitor, store: Store) -> None:
    rows = "".join(f"посылка не пришла {n} раз,{'oil' if n % 2 else 'gas'}\n" for n in range(60))
    dataset = uploaded(visitor, store, b"text,desk\n" + rows.encode())
    visitor.open("data", dataset=dataset.id)
    next(one for one in visitor.app.button if one.label.startswith("Choose the model E5 small")).click().run()
    assert visitor.app.session_state["train:model"] == "e5-small"


def workbook(**sheets: list[str]) -> bytes:
    """Workbook with these labels on each sheet; a sheet whose name begins with Old is hidden."""
    book, held = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for name, labels in sheets.items():
        sheet = book.create_sheet(name, None)
        sheet.sheet_state = "hidden" if name.startswith("Old") else "visible"
        sheet.append(["text", "desk"])
        for n, label in enumerate(labels):
            sheet.append([f"story number {n} of the day", label])
    book.save(held)
    return held.getvalue()


def test_the_sheet_of_a_workbook_is_chosen_from_a_list(visitor, store: Store) -> None:
    visitor.open("data")
    book = workbook(Mail=["oil", "gas"] * 30, Calls=["oil", "gas"] * 20, Old=["oil"] * 90)
    visitor.app.file_uploader[0].upload("stories.xlsx", book).run()
    (dataset,) = store.datasets.list()
    visitor.open("data", dataset=dataset.id)
    box = next(one for one in visitor.app.selectbox if one.label == "Sheet of the workbook")
    assert box.options == ["Mail (61 rows)", "Calls (41 rows)", "Old (hidden, 91 rows)"]
    assert box.value == "Mail"
    box.select("Calls")
    next(one for one in visitor.app.button if one.label == "Read again").click().run()
    assert not visitor.app.exception
    version = store.datasets.get(visitor.app.query_params["dataset"])
    assert (version.rows, version.options.sheet) == (40, "Calls")
    visitor.open("data", dataset=version.id)
    assert next(one for one in visitor.app.selectbox if one.label == "Sheet of the workbook").value == "Calls"
