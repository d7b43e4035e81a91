"""Distributed process group that trains one model: rank, world size, and the collectives (broadcast, gather).

All ranks read the same rows and hold the same model; each computes its part of every batch, and torch's
DistributedDataParallel adds the gradients up. Decisions that hang on a clock or on a person (log, save, stop) are rank
0's alone. Knows nothing of how the processes came to be: `worker.ranks` and `worker.ray.run` start them.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch
from torch import distributed

BACKEND = "cpu:gloo,cuda:nccl"
PATIENCE = timedelta(hours=2)
"""Timeout of a collective: another rank may be fitting a head or saving. One that died is noticed at once."""


@dataclass(frozen=True)
class Together:
    """Rank (`number`) and world size of this process; the default is a process alone."""

    number: int = 0
    size: int = 1

    @property
    def is_first(self) -> bool:
        """Whether this is rank 0, which reports, saves and decides."""
        return self.number == 0

    def shared(self, thing: Any) -> Any:
        """Broadcasts rank 0's `thing` to every process."""
        if self.size == 1:
            return thing
        box = [thing]
        distributed.broadcast_object_list(box, src=0)
        return box[0]

    def agreed(self, flags: Sequence[bool]) -> list[bool]:
        """Broadcasts rank 0's `flags` to every process; cheap enough for every step."""
        if self.size == 1:
            return list(flags)
        box = torch.tensor(flags, dtype=torch.uint8)
        distributed.broadcast(box, src=0)
        return [bool(flag) for flag in box.tolist()]

    def gathered(self, thing: Any) -> list[Any]:
        """All-gather: every rank's `thing`, in their order, in every process."""
        if self.size == 1:
            return [thing]
        things: list[Any] = [None] * self.size
        distributed.all_gather_object(things, thing)
        return things


ALONE = Together()


def join(number: int, size: int, meeting: Path) -> Together:
    """Joins the process group of this machine, by the file `meeting`; returns when all `size` ranks are there.

    Small things travel between the CPUs (gloo), gradients between the GPUs (NCCL) where each process has one.
    """
    # transformers and accelerate read these; where they are missing, they take the process for one alone.
    place = {"RANK": number, "WORLD_SIZE": size, "LOCAL_RANK": number, "LOCAL_WORLD_SIZE": size}
    os.environ |= {name: str(value) for name, value in place.items()} | {"MASTER_ADDR": "127.0.0.1"}
    gpus = torch.cuda.device_count()
    if gpus:
        torch.cuda.set_device(number % gpus)
    backend = BACKEND if gpus >= size else "gloo"  # NCCL refuses two processes on one GPU
    distributed.init_process_group(backend, f"file://{meeting}", PATIENCE, world_size=size, rank=number)
    return Together(number, size)


def lost_a_process(error: BaseException) -> bool:
    """Whether the error says that another rank is gone or does not answer."""
    words = str(error).lower()
    return isinstance(error, distributed.DistError) or "gloo" in words or "connection closed" in words
