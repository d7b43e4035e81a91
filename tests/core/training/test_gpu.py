"""The engine on a CUDA device. Skipped, with the reason, where there is none."""

import gc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from core.answers import ClassAnswers
from core.bundles.open import open_bundle
from core.device import Device, choose
from core.learners.network import TextNetwork
from core.targets import ClassTarget
from tests.asked import scores_of

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine, or not asked for"),
]


def in_use() -> int:
    """Bytes that tensors hold; cuBLAS's own workspaces, which it keeps for the next product, do not count."""
    gc.collect()
    torch._C._cuda_clearCublasWorkspaces()
    return torch.cuda.memory_allocated()


def test_the_device_is_used_with_its_fast_formats() -> None:
    device = choose("auto")
    assert device.kind == "cuda"
    assert device.precision in {"bf16", "fp16"}
    assert device.attention == "sdpa"


@pytest.mark.parametrize("method", ["frozen", "full", "lora"])
def test_a_run_goes_end_to_end_and_leaves_the_memory_free(run: Callable[..., Any], method: str) -> None:
    before = in_use()
    folder, events = run(precision="auto", method=method, epochs=3, learning_rate=1e-3)
    name = torch.cuda.get_device_name()
    assert any(name in getattr(event, "text", "") for event in events)
    assert len(ClassAnswers.read(folder / "predictions/model.parquet").scores) > 0
    assert in_use() <= before + 2**20


def test_the_gpu_answers_as_the_cpu_does(run: Callable[..., Any], rows: Any) -> None:
    folder, _ = run(preset="quick")
    on_cpu = Device("cpu", "CPU", 2, "fp32", "sdpa", "sdpa")
    texts = list(rows["text"][:20])
    bundle, target = folder / "bundle", ClassTarget(("energy", "freight", "mood"), (0, 0, 0))
    here = scores_of(open_bundle(bundle), texts)
    there = scores_of(TextNetwork.open(bundle, target, on_cpu), texts)
    np.testing.assert_allclose(here, there, atol=1e-3)
