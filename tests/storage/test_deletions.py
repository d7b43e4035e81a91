"""What is waiting or at work is not deleted, and neither is what it needs."""

import pytest

from core.errors import ConfigError, DatasetError
from storage import Job, Store


@pytest.mark.parametrize("state", ["queued", "leased", "running"])
def test_a_run_that_waits_or_works_stays_and_so_does_its_dataset(store: Store, job: Job, state: str) -> None:
    if state == "queued":
        store.jobs.release(job)
    elif state == "running":
        store.jobs.start(job, "1/1/1")
    with pytest.raises(ConfigError, match="Stop it first"):
        store.runs.delete(job.run_id)
    with pytest.raises(DatasetError, match="1 run needs the dataset"):
        store.datasets.delete(job.config.dataset)
    assert store.runs.get(job.run_id).dataset_id == job.config.dataset
    assert len(store.datasets.frame(job.config.dataset)) == 3
