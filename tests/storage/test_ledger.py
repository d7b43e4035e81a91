"""What was judged on which rows is known when the runs are gone, and goes with the dataset."""

import pandas as pd
from sqlalchemy import text

from core.config import RunConfig
from core.data.rows.sketch import RowSketch
from core.evaluation.records import Evaluation, Interval
from storage import Dataset, Run, Store
from storage.database import open_database
from storage.schema import migrate
from tests.storage.conftest import Rows
from tests.storage.test_migrations import an_older_store, empty  # noqa: F401  # the fixture of an empty home


def judged_on(store: Store, config: RunConfig, rows: int) -> Run:
    """A run that ended with an evaluation on the first `rows` of all rows."""
    run = store.runs.queue(config, f"{config.dataset} {rows} {len(store.runs.list())}")
    job = store.jobs.claim("me")
    assert job is not None
    store.jobs.start(job, process="0")
    sketch = RowSketch.of([f"{row:016x}" for row in range(rows)])
    reached = {"accuracy": Interval(value=0.9, low=0.8, high=0.95)}
    store.jobs.succeed(job, Evaluation(rows=rows, metrics=reached, sketch=sketch))
    return store.runs.get(run.id)


def test_deleting_the_others_does_not_make_a_run_the_only_one(store: Store, config: RunConfig) -> None:
    first, second, third = (judged_on(store, config, 60) for _ in range(3))
    assert store.ledger.asked(first.id) == (3, 1)
    store.runs.delete(second.id)
    store.runs.delete(third.id)
    assert store.ledger.asked(first.id) == (3, 1)


def test_rows_that_grew_in_another_dataset_are_a_second_look(store: Store, config: RunConfig, rows: Rows) -> None:
    first = judged_on(store, config, 40)
    grown = store.datasets.add(
        Rows(rows.frame.assign(text=[*"abc"])), name="more answers", source="answers-and-more.csv"
    )
    again = judged_on(store, config.model_copy(update={"dataset": grown.id}), 60)
    assert store.ledger.asked(first.id) == (1, 1)
    assert store.ledger.asked(again.id) == (1, 2)


def test_another_question_about_the_same_rows_is_another_question(store: Store, config: RunConfig) -> None:
    first = judged_on(store, config, 40)
    task = config.task.model_copy(update={"target": "other"})
    judged_on(store, config.model_copy(update={"task": task}), 40)
    assert store.ledger.asked(first.id) == (1, 1)


def test_a_dataset_that_goes_takes_its_entries_along(store: Store, config: RunConfig, dataset: Dataset) -> None:
    run = judged_on(store, config, 40)
    store.runs.delete(run.id)
    store.datasets.delete(dataset.id)
    with store._database.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM judged")).scalar_one() == 0


def test_a_run_that_was_never_judged_was_asked_once(store: Store, config: RunConfig) -> None:
    assert store.ledger.asked(store.runs.queue(config, "waits").id) == (1, 1)


def test_runs_that_an_earlier_version_judged_are_counted(empty) -> None:  # noqa: F811
    engine = an_older_store(empty, "0007")
    with engine.execution_options(writes=True).begin() as connection:
        evaluated = '{"rows": 3, "metrics": {}}'
        columns = "request_id, name, dataset_id, config, done, total, created, created_by, bytes, log_lines"
        again = f"{columns}, metric_points, cut"
        connection.execute(
            text(
                f"INSERT INTO run (id, ended, evaluation, {again}) "  # noqa: S608
                f"SELECT 'r2', created, :evaluated, 'q2', {again.removeprefix('request_id, ')} FROM run"
            ),
            {"evaluated": evaluated},
        )
        connection.execute(
            text("UPDATE run SET evaluation = :evaluated, ended = created WHERE id = 'r1'"), {"evaluated": evaluated}
        )
    migrate(engine)
    engine.dispose()
    engine = open_database(empty)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT run_id, dataset_id, target, rows FROM judged ORDER BY run_id")).all()
    engine.dispose()
    assert [tuple(one) for one in found] == [("r1", "d1", "label", 0), ("r2", "d1", "label", 0)]
    with Store.open(empty) as store:
        assert store.ledger.asked("r1") == (2, 1)


def test_an_old_run_whose_predictions_are_damaged_keeps_its_ranges_and_ends_nobody(
    store: Store, config: RunConfig
) -> None:
    for number, content in enumerate((None, b"no parquet", b"PAR1" + bytes(40) + b"PAR1")):
        run = judged_on(store, config, 40 + number)
        folder = store.runs.work_folder(run.id) / "predictions"
        folder.mkdir(parents=True)
        if content is not None:
            (folder / "model.parquet").write_bytes(content)
    odd = judged_on(store, config, 50)
    folder = store.runs.work_folder(odd.id) / "predictions"
    folder.mkdir(parents=True)
    pd.DataFrame({"something": [1]}).to_parquet(folder / "model.parquet")
    assert len({store.remeasuring.one() for _ in range(4)}) == 4
    assert store.remeasuring.one() is None
    assert not any(run.evaluation.remeasured for run in store.runs.list() if run.evaluation)
