"""A run on a CUDA device as users have it: a supervisor, a run process, a stop. Skipped where there is none."""

from collections.abc import Callable

import pytest
import torch

from core.config import RunConfig
from storage import Store
from tests.worker.conftest import ended, supervised, wait_for

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine, or not asked for"),
]


def test_a_run_trains_stops_resumes_and_leaves_the_device_free(store: Store, make: Callable[..., RunConfig]) -> None:
    free, _ = torch.cuda.mem_get_info()
    run = store.runs.queue(make(epochs=200), "one")
    with supervised(store):
        wait_for(lambda: store.runs.series(run.id).get("train/loss"), "the first steps")
        store.runs.stop(run.id)
        assert ended(store, run.id).status == "cancelled"
        store.runs.resume(run.id)
        run = ended(store, run.id)
    assert run.status == "succeeded", run.error
    assert torch.cuda.get_device_name() in str(run.device)
    assert torch.cuda.mem_get_info()[0] >= free - 2**26
