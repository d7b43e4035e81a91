"""The share page writes a report, makes links that are told once, and takes them back."""

from storage import Run, Store
from tests.dashboard import seed


def token_on(visitor) -> str:
    """The token in the link that is on the screen."""
    return visitor.app.code[0].value.rsplit("/s/", 1)[1]


def newest(store: Store) -> Run:
    return store.runs.list(status="succeeded")[0]


def test_it_offers_the_newest_run_and_says_what_a_report_holds(visitor, shop):
    visitor.open("share")
    assert visitor.app.multiselect[0].value == [newest(shop).id]
    assert "who approved it" in visitor.words()
    assert visitor.app.query_params["runs"] == newest(shop).id


def test_the_address_names_the_runs(visitor, shop):
    ids = [run.id for run in shop.runs.list(status="succeeded", scenario="finance-newsdesk")]
    visitor.open("share", runs=",".join([*ids, "r0"]))
    assert visitor.app.multiselect[0].value == ids


def test_a_report_is_written_and_a_link_to_it_opens_the_same(visitor, store):
    run = seed.finished(store, seed.newsdesk(store, 300), rows=300, quickly=True, name="Tickets")
    visitor.open("share", run=run.id)
    visitor.app.text_input[0].set_value("Ada Lovelace")
    visitor.button("Write the report").click().run()
    assert "The report is ready" in visitor.words()
    visitor.button("Make a link to this report").click().run()
    share, content = store.shares.open(token_on(visitor))
    assert share.run_ids == (run.id,)
    assert b"Ada Lovelace" in content


def test_a_report_written_for_other_words_is_not_offered(visitor, store):
    run = seed.finished(store, seed.newsdesk(store, 300), rows=300, quickly=True)
    visitor.open("share", run=run.id)
    visitor.button("Write the report").click().run()
    visitor.app.text_input[0].set_value("Somebody").run()
    assert "The report is ready" not in visitor.words()


def test_a_demo_is_shared_and_taken_back(visitor, store):
    run = seed.finished(store, seed.newsdesk(store, 300, scenario="finance-newsdesk"), rows=300, quickly=True)
    visitor.open("share", run=run.id, view="Demo")
    visitor.button("Make a link to the demo").click().run()
    token = token_on(visitor)
    assert store.shares.open(token)[0].kind == "demo"
    visitor.open("share", view="What is shared")
    assert visitor.app.dataframe[0].value["Seen"].tolist() == [1]
    visitor.app.selectbox[0].set_value(store.shares.list()[0].id).run()
    visitor.button("Take it back").click().run()
    assert "The link opens nothing any more. It was opened 1 time." in visitor.words()
    assert store.shares.list()[0].state == "open"
    visitor.app.button(key="deletion:go").click().run()
    assert store.shares.list()[0].state == "revoked"
    assert "opens nothing any more" in visitor.words()


def test_a_column_that_looks_personal_says_so_and_is_not_chosen(visitor, store):
    import pandas as pd

    rows = seed.newsdesk(store, 300)
    frame = store.datasets.frame(rows.id).assign(email="a@b.de")
    dataset = store.datasets.add(seed.Rows(pd.DataFrame(frame)), name="With owners", source="x.csv")
    run = seed.finished(store, dataset, rows=300, quickly=True)
    visitor.open("share", run=run.id)
    columns = visitor.app.multiselect[1]
    assert columns.options == ["email (looks personal)"]
    assert columns.value == []
