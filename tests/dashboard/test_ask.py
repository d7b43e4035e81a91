import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pandas as pd
import pytest

from core.errors import ModelError
from dashboard.downloads import as_csv
from dashboard.predictor.answering import with_answers
from dashboard.predictor.ask import ask, in_batches
from storage import PredictorAddress

TOKEN = "secret-token"


class Predictor(BaseHTTPRequestHandler):
    """Speaks as the predictor does: says the class whose name is longest in the text."""

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            return self._say(401, {"detail": "no"})
        if question["run"] == "gone":
            return self._say(422, {"error": {"message": "There is no run 'gone'.", "hint": "Choose another."}})
        said = {"undecided": None, "cheap": "a"}
        rows = [
            {"label": said.get(text, "b"), "scores": {"b": 0.75, "a": 0.25}}
            for text in (row["text"] for row in question["rows"])
        ]
        return self._say(200, {"labels": ["a", "b"], "predictions": rows})

    def _say(self, code: int, what: object) -> None:
        body = json.dumps(what).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def predictor() -> Iterator[PredictorAddress]:
    server = HTTPServer(("127.0.0.1", 0), Predictor)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield PredictorAddress(url=f"http://127.0.0.1:{server.server_port}", token=TOKEN)
    server.shutdown()
    server.server_close()
    thread.join()


def rows_of(*texts: str) -> list[dict[str, str]]:
    return [{"text": text} for text in texts]


def test_answers_come_in_the_order_of_the_labels(predictor):
    answers = ask(predictor, "r1", rows_of("x", "y"))
    assert answers.labels == ("a", "b")
    assert np.allclose(answers.scores, [[0.25, 0.75], [0.25, 0.75]])
    assert answers.best == ("b", "b")


def test_what_the_runs_decision_makes_of_the_scores_is_the_answer(predictor):
    answers = ask(predictor, "r1", rows_of("x", "undecided", "cheap"))
    assert answers.answers == ("b", None, "a")
    table = with_answers(pd.DataFrame({"text": ["x", "undecided", "cheap"]}), [answers])
    assert list(table["answer"]) == ["b", "for a person", "a"]
    assert list(table["probability"]) == [0.75, 0.75, 0.25]


def test_many_texts_go_in_batches_and_none_is_lost(predictor):
    parts = [ask(predictor, "r1", rows_of(*some)) for some in in_batches(["x"] * 150, size=64)]
    assert [len(part.scores) for part in parts] == [64, 64, 22]


def test_a_refusal_is_the_predictors_own_sentence(predictor):
    with pytest.raises(ModelError, match="There is no run 'gone'") as refusal:
        ask(predictor, "gone", rows_of("x"))
    assert refusal.value.hint == "Choose another."


def test_no_predictor_is_a_sentence_that_says_how_to_start_it():
    with pytest.raises(ModelError, match="not running") as missing:
        ask(None, "r1", rows_of("x"))
    assert "tuneboard" in missing.value.hint


def test_a_silent_predictor_is_a_sentence():
    with pytest.raises(ModelError, match="did not answer"):
        ask(PredictorAddress(url="http://127.0.0.1:9", token="x"), "r1", rows_of("x"))


def test_the_download_keeps_every_row_and_runs_no_formula(predictor):
    frame = pd.DataFrame({"text": ["=1+1", "fine", "ü"], "answer": ["x", "y", "z"]})
    answered = with_answers(frame, [ask(predictor, "r1", rows_of(*frame["text"]))])
    assert list(answered.columns) == ["text", "answer", "answer_", "probability", "p: a", "p: b"]
    written = as_csv(answered)
    assert written.startswith(b"\xef\xbb\xbf")
    assert b"'=1+1" in written
    assert "ü".encode() in written


def test_a_text_is_asked_on_the_page_and_answered_in_the_classes_own_words(visitor, store, predictor):
    from tests.dashboard import seed

    run = seed.finished(store, seed.newsdesk(store), quickly=True)
    store.announce_predictor(predictor)
    visitor.open("predict", run=run.id)
    visitor.app.text_area[0].set_value("Oil rose")
    visitor.button("Ask the model").click().run()
    assert visitor.app.header[0].value == "b"
    assert "75.0%" in visitor.words()


def test_a_case_that_the_decision_leaves_to_a_person_gets_no_answer_on_the_page(visitor, store, predictor):
    from tests.dashboard import seed

    run = seed.finished(store, seed.newsdesk(store), quickly=True)
    store.announce_predictor(predictor)
    visitor.open("predict", run=run.id)
    visitor.app.text_area[0].set_value("undecided")
    visitor.button("Ask the model").click().run()
    assert "For a person" in visitor.app.header[0].value
    assert "Its likeliest answer is b (75.0%)" in visitor.words()


def test_without_a_predictor_the_page_says_how_to_start_one(visitor, store):
    from tests.dashboard import seed

    run = seed.finished(store, seed.newsdesk(store), quickly=True)
    visitor.open("predict", run=run.id)
    visitor.app.text_area[0].set_value("Oil rose")
    visitor.button("Ask the model").click().run()
    assert "tuneboard up" in visitor.words()


def test_a_file_to_predict_is_read_in_every_other_way_that_the_data_page_offers(visitor, store):
    from tests.dashboard import seed
    from tests.dashboard.test_mends_page import workbook

    run = seed.finished(store, seed.newsdesk(store), quickly=True)
    visitor.open("predict", run=run.id)
    rows = "".join(f"story number {n} of the day,{n}\n" for n in range(30))
    visitor.app.file_uploader[0].upload("asked.csv", f"Stories of the week\n\nstory,number\n{rows}".encode()).run()
    labels = [one.label for one in visitor.app.button]
    assert "Answer 30 rows" in labels
    assert {"The first line holds the column names", "There are no column names: every line is a row"} <= set(labels)
    book = workbook(Mail=["oil"] * 30, Old=["gas"] * 40)
    visitor.app.file_uploader[0].upload("asked.xlsx", book).run()
    box = next(one for one in visitor.app.selectbox if one.label == "Sheet of the workbook")
    assert box.options == ["Mail (31 rows)", "Old (hidden, 41 rows)"]
    box.select("Old").run()
    assert "Answer 40 rows" in [one.label for one in visitor.app.button]
    visitor.button("Read it as it was found").click().run()
    assert "Answer 30 rows" in [one.label for one in visitor.app.button]
    assert not visitor.app.exception
