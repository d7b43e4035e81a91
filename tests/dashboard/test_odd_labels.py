"""Labels that a program likes to mistake keep their spelling and their order on every page, in each file and report."""

import io
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from core.bundles.open import open_bundle
from core.data.labels.order import in_order
from core.inputs.base import Brought
from dashboard import downloads
from dashboard.answers.one_class.asked import replies as asked
from dashboard.answers.one_class.report import figures
from dashboard.answers.one_class.views import VIEW
from dashboard.predictor.answering import with_answers
from dashboard.report.facts import gather
from storage import Store
from tests.test_mend_commands import tuneboard
from worker.answering import reply_to

LABELS = {
    "words for missing, zeros in front, right to left": (
        "NA",
        "None",
        "null",
        "007",
        "07",
        "7",
        "חשבון",
        "טכני",
        "כרטיס",
    ),
    "grades from 0 to 11": tuple(str(grade) for grade in range(12)),
}
NAMES = ("True class", "Before", "After", "answer")
ROWS = 40
"""Rows of each class."""


@pytest.fixture(params=LABELS)
def labels(request: pytest.FixtureRequest) -> tuple[str, ...]:
    return LABELS[request.param]


def trained(home: Path, labels: tuple[str, ...], tiny_model: Path) -> str:
    """Id of a run on rows that say nothing of their label: it answers some of them wrong."""
    store = Store.open(home)
    store.models.mkdir(parents=True, exist_ok=True)
    (store.models / tiny_model.name).symlink_to(tiny_model)
    store.close()
    rows = [(f"what came in as number {n} of {ROWS}", label) for n in range(ROWS) for label in labels]
    file = home.parent / "mails.csv"
    file.write_text(
        "\n".join(["message,topic", *(f"{text} for {at},{label}" for at, (text, label) in enumerate(rows))])
    )
    tuneboard("datasets", "add", str(file), "--name", "mails", "--target", "topic")
    train = ["train", "--dataset", "mails", "--text", "message", "--target", "topic", "--set", "model=local:tiny"]
    told, _ = tuneboard(*train, "--wait")
    return str(told["run"]["id"])


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> list[pd.DataFrame]:
    """Tables that a person can download from the pages opened since, as the workbook has them."""
    tables: list[pd.DataFrame] = []

    def kept(frame: pd.DataFrame, _name: str, *, key: str) -> None:
        tables.append(read(downloads.as_excel(frame)))

    for module in ("parts.inspect.slices", "answers.one_class.labels", "answers.one_class.calibration"):
        monkeypatch.setattr(f"dashboard.{module}.offer", kept)
    monkeypatch.setattr(downloads, "offer", kept)
    return tables


def read(workbook: bytes) -> pd.DataFrame:
    heads, *rows = openpyxl.load_workbook(io.BytesIO(workbook)).active.values
    return pd.DataFrame(rows, columns=heads, dtype=object)


def test_they_stay_as_they_are_written(labels, home, visitor, offered, tiny_model):
    run_id = trained(home, labels, tiny_model)
    with Store.open(home) as store:
        answers, facts, bundle = store.runs.predictions(run_id), gather(store, [run_id]), store.runs.bundle(run_id)
    assert set(answers.labels) == set(answers.targets) == set(labels)

    for view in VIEW.evaluate:
        visitor.open("evaluate", run=run_id, view=view)
    for inside in ("Slices", *VIEW.inspect):
        visitor.open("inspect", run=run_id, inside=inside)
    visitor.open("compare", runs=f"{run_id},{run_id}:tfidf", view="Rows that changed")
    model = open_bundle(bundle)
    reply = reply_to(model, Brought(("what came in as number 3",) * 5, ("",) * 5))
    replies = [asked(reply.model_dump())]
    offered.append(read(downloads.as_excel(with_answers(pd.DataFrame({"message": ["x"] * 5}), replies))))
    columns = [(name, set(table[name])) for table in offered for name in table if name in NAMES]
    assert {name for name, _ in columns} == set(NAMES)
    assert all(found <= set(labels) for _, found in columns), columns
    (matrix,) = (one.figure.data[0] for name, one in figures(facts) if name == "mixups")
    assert list(matrix.x) == list(matrix.y) == in_order(labels)
