import pytest
import streamlit as st

from tests.dashboard import seed

GOOD = b"text;desk\n" + b"".join(
    f"story number {i} about oil;{'crude' if i % 2 else 'earn'}\n".encode() for i in range(60)
)


def upload(visitor, name: str, content: bytes):
    visitor.open("data")
    visitor.app.file_uploader[0].upload(name, content).run()
    assert not visitor.app.exception
    return visitor.app


def test_an_uploaded_file_becomes_a_dataset_and_opens(visitor, store):
    app = upload(visitor, "stories.csv", GOOD)
    (dataset,) = store.datasets.list()
    assert app.query_params["dataset"] == dataset.id
    assert (dataset.name, dataset.rows) == ("stories.csv", 60)
    assert [box.value for box in app.selectbox] == ["text", "desk"]


def test_the_same_file_twice_is_one_dataset(visitor, store):
    upload(visitor, "stories.csv", GOOD)
    upload(visitor, "stories.csv", GOOD)
    assert len(store.datasets.list()) == 1


@pytest.mark.parametrize(
    "content", [b"", b"text,desk\n", b"PK\x03\x04 not a table", b'a,b\n"never closed,1\nx,2\n'], ids=len
)
def test_a_file_that_cannot_be_read_is_a_sentence_and_keeps_nothing(visitor, store, content):
    app = upload(visitor, "bad.csv", content)
    assert app.error or store.datasets.list()  # a file may be readable and only useless; then the check speaks
    if app.error:
        assert store.datasets.list() == []
        assert len(app.error[0].value) > 20


def test_what_is_wrong_with_the_rows_is_said_with_its_remedy_before_any_training(visitor, store):
    one_class = b"text,desk\n" + b"".join(f"story {i},earn\n".encode() for i in range(30))
    upload(visitor, "one.csv", one_class)
    (dataset,) = store.datasets.list()
    visitor.open("data", dataset=dataset.id)
    for box, value in zip(visitor.app.selectbox, ("text", "desk"), strict=True):
        box.set_value(value)
    visitor.app.run()
    assert visitor.app.error
    assert "earn" in visitor.words()


def test_rows_with_an_error_cannot_be_trained_on(visitor, store):
    one_class = b"text,desk\n" + b"".join(f"story {i},earn\n".encode() for i in range(30))
    upload(visitor, "one.csv", one_class)
    visitor.open("train", dataset=store.datasets.list()[0].id)
    visitor.app.selectbox(key="train:task.text").set_value("text")
    visitor.app.selectbox(key="train:task.target").set_value("desk").run()
    assert visitor.button("Start").disabled


def test_train_on_these_rows_takes_the_chosen_columns_along(visitor, store):
    upload(visitor, "stories.csv", GOOD)
    (dataset,) = store.datasets.list()
    visitor.open("data", dataset=dataset.id)
    visitor.button("Train on these rows").click().run()
    assert visitor.app.session_state["train:task.target"] == "desk"
    assert visitor.app.query_params["dataset"] == dataset.id


def test_the_hub_that_does_not_answer_is_a_sentence(visitor, store):
    visitor.open("data")
    visitor.app.text_input[0].set_value("owner/name")
    visitor.app.form_submit_button[0].click().run()
    assert not visitor.app.exception
    assert "HF_HUB_OFFLINE" in visitor.words()


def test_columns_named_like_markup_are_shown_and_do_nothing(visitor, store):
    content = "<b>text</b>,[x](https://evil.example)\n" + "".join(
        f"a story {i},{'u' if i % 2 else 'v'}\n" for i in range(40)
    )
    upload(visitor, "<img src=x>.csv", content.encode())
    (dataset,) = store.datasets.list()
    visitor.open("data", dataset=dataset.id)
    assert "<img" not in "".join(title.value for title in visitor.app.title).replace("\\<img", "")


def test_a_story_handed_to_the_form_keeps_its_settings(visitor, store):
    from core.scenarios import SCENARIOS

    dataset = seed.newsdesk(store, scenario="finance-newsdesk")
    config = SCENARIOS["finance-newsdesk"].config(dataset.id, "quick")
    visitor.app.run()
    visitor.app.session_state["train:from"] = config
    visitor.open("train", dataset=dataset.id)
    assert visitor.app.session_state["train:rows_per_class"] == config.rows_per_class
    assert visitor.app.session_state["train:scenario"] == "finance-newsdesk"


def test_a_dataset_that_cannot_be_shown_can_be_renamed_downloaded_and_deleted(visitor, store):
    upload(visitor, "stories.csv", GOOD)
    (dataset,) = store.datasets.list()
    store.datasets.files.place(dataset.sha256).write_bytes(b"PAR1 damaged PAR1")
    st.cache_data.clear()
    visitor.open("data", dataset=dataset.id)
    assert visitor.app.error
    assert "These rows cannot be shown" in visitor.words()
    assert visitor.app.get("download_button")
    visitor.app.text_input(key=f"{dataset.id}:name").set_value("letters")
    visitor.button("Save the name").click().run()
    assert store.datasets.get(dataset.id).name == "letters"
    visitor.button("Delete").click().run()
    visitor.app.button(key="deletion:go").click().run()
    assert store.datasets.list() == []


def test_a_preview_sends_only_the_beginning_of_a_long_cell(visitor, store):
    long = b'"' + b"word " * 100_000 + b'";earn\n'
    upload(visitor, "stories.csv", GOOD + long * 3)
    (dataset,) = store.datasets.list()
    frame = store.datasets.frame(dataset.id)
    store.datasets.add(seed.Rows(frame.iloc[::-1].reset_index(drop=True), "As CSV."), name="long", source="x")
    visitor.open("data", dataset=store.datasets.get("long").id)
    shown = [one.value for one in visitor.app.dataframe]
    assert any("text" in one for one in shown)
    assert max(one["text"].str.len().max() for one in shown if "text" in one) <= 401
