"""A run on a made-up table, really trained: boosted trees for the class `bought`, in a few seconds."""

import shutil
from pathlib import Path

from core.config import RunConfig
from core.data import Table
from core.evaluation.records import Evaluation
from core.execute import execute
from storage import Run, Store
from tests.core.estimators.made import config_for, frame


def settings(**more: object) -> RunConfig:
    """Settings of the run."""
    return config_for("bought", **{"method": "boosted", "trees": 30, **more})


def train(folder: Path) -> Path:
    """Everything that a run on the table leaves in `folder`."""
    (folder / "work").mkdir()
    execute(settings(), frame(), folder / "work", models=folder, cache=folder / "cache", report=lambda _event: None)
    return folder


def keep(store: Store, trained: Path, name: str = "shoppers", config: RunConfig | None = None) -> Run:
    """A run in the store that has ended as the one in `trained` did, with these settings or the usual ones."""
    dataset = store.datasets.add(Table(frame()), name=name, source=f"{name}.csv")
    queued = store.runs.queue((config or settings()).model_copy(update={"dataset": dataset.id}), name)
    job = store.jobs.claim("tests")
    assert job is not None
    store.jobs.start(job, process="0")
    shutil.copytree(trained / "work", store.runs.work_folder(queued.id))
    store.jobs.succeed(job, Evaluation.model_validate_json((trained / "work" / "evaluation.json").read_bytes()))
    return store.runs.get(queued.id)
