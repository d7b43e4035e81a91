"""Runs that the code of 03ebf49 began are resumed and repeated by today's worker."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.events import Measured
from storage import Store
from tests.golden import GOLDEN, golden_home
from tests.worker.conftest import ended, supervised
from worker.event_file import read_events
from worker.order import events_path

pytestmark = pytest.mark.xdist_group("processes")
TOLD = json.loads((GOLDEN / "store.json").read_text(encoding="utf-8"))


@pytest.fixture
def golden(tmp_path: Path) -> Iterator[Store]:
    with Store.open(golden_home(tmp_path)) as store:
        store.runs.stop(TOLD["ids"]["Queued"])
        yield store


def test_a_stopped_run_goes_on_from_its_checkpoint_and_a_finished_one_comes_out_again_as_it_was(golden: Store) -> None:
    stopped = golden.runs.get(TOLD["ids"]["Stopped"])
    (checkpoint,) = (golden.runs.work_folder(stopped.id) / "checkpoints").glob("checkpoint-*")
    saved = int(checkpoint.name.partition("-")[2])
    again = {name: golden.runs.rerun(TOLD["ids"][name], name).id for name in TOLD["runs"]}
    golden.runs.resume(stopped.id)
    with supervised(golden):
        resumed = ended(golden, stopped.id)
        runs = {name: ended(golden, run_id) for name, run_id in again.items()}
    assert (resumed.status, resumed.attempts) == ("succeeded", stopped.attempts + 1)
    events, _ = read_events(events_path(golden.runs.attempt_folder(stopped.id, resumed.attempts)), 0)
    assert min(one.step for one in events if isinstance(one, Measured) and one.name == "train/loss") > saved
    for name, run in runs.items():
        then = TOLD["runs"][name]["evaluation"]
        assert run.evaluation is not None
        found = {metric: one.value for metric, one in run.evaluation.metrics.items()}
        assert found == pytest.approx({metric: one["value"] for metric, one in then["metrics"].items()}, abs=1e-6)


def test_every_event_that_was_written_is_heard(golden: Store) -> None:
    files = sorted(golden.runs.folder.glob("*/attempts/*/events.jsonl"))
    assert len(files) == 6
    for file in files:
        events, end = read_events(file, 0)
        assert (len(events), end) == (file.read_bytes().count(b"\n"), file.stat().st_size)
