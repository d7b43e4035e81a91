"""Device selection: which device computes, in which precision, with which attention, and how to say so to a person."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import nn
from transformers import PreTrainedModel

from core.errors import ConfigError

CPU_ATTENTION = "cpu_products"
"""Attention implementation of core.training.cpu, by the name in transformers' registry."""

Precision = Literal["fp32", "bf16", "fp16"]


@dataclass(frozen=True)
class Device:
    """A device and the way to use it best."""

    kind: Literal["cpu", "cuda", "mps"]
    name: str
    cores: int
    precision: Precision
    attention: str
    """Attention implementation in training, as transformers calls it, of models that leave the choice."""
    reading_attention: str
    """Attention implementation in inference, with no gradients."""
    note: str = ""
    """What a person should know about the choice."""

    @property
    def unit(self) -> torch.device:
        """The device as torch names it."""
        return torch.device(self.kind)

    @property
    def words(self) -> str:
        """A phrase for people: "2 CPU cores, bf16"."""
        place = f"{self.cores} CPU core{'s' if self.cores != 1 else ''}" if self.kind == "cpu" else self.name
        return f"{place}, {self.precision}" + (f" ({self.note})" if self.note else "")

    def autocast(self) -> torch.autocast:
        """Autocast context: inside, a model computes in this device's precision."""
        return torch.autocast(self.kind, dtype=_DTYPES[self.precision], enabled=self.precision != "fp32")


_DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


def choose(precision: str = "auto", *, threads: int | None = None) -> Device:
    """The best device here, set up for use. Raises ConfigError when it cannot compute in `precision`."""
    if torch.cuda.is_available():
        if computes_on(torch.cuda.get_device_capability(), torch.cuda.get_arch_list()):
            return _cuda(precision)
        cpu = _cpu("auto" if precision == "fp16" else precision, threads or cores())
        return replace(cpu, note=f"this torch has no code for {torch.cuda.get_device_name()}")
    if torch.backends.mps.is_available():
        return _mps(precision)
    return _cpu(precision, threads or cores())


def computes_on(capability: tuple[int, int], built_for: list[str]) -> bool:
    """Whether a torch built for these architectures ("sm_90", "compute_120") has code for a GPU of this capability.

    Machine code (sm) runs on the same major version from its minor on; intermediate code (compute) on all later ones.
    """
    for built in built_for:
        kind, _, number = built.partition("_")
        made_for = divmod(int("".join(filter(str.isdigit, number))), 10)
        if kind == "sm" and made_for[0] == capability[0] and made_for[1] <= capability[1]:
            return True
        if kind == "compute" and made_for <= capability:
            return True
    return False


def cores() -> int:
    """CPU cores that this process may use (its affinity); OMP_NUM_THREADS, where it is set, says fewer."""
    told = os.environ.get("OMP_NUM_THREADS", "")
    if told.isdecimal() and int(told) > 0:
        return int(told)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _cpu(precision: str, threads: int) -> Device:
    torch.set_num_threads(threads)
    if precision == "fp16":
        raise ConfigError(
            "The number format fp16 needs a CUDA device, and there is none.", "Choose auto, bf16 or fp32."
        )
    # Without AMX tiles bf16 is emulated and slower than fp32; with them a step takes about half the time.
    fast_bf16 = torch.cpu._is_amx_tile_supported() and torch.cpu._is_avx512_bf16_supported()
    chosen: Precision = "bf16" if precision == "bf16" or (precision == "auto" and fast_bf16) else "fp32"
    return Device("cpu", "CPU", threads, chosen, attention=CPU_ATTENTION, reading_attention="sdpa")


def _cuda(precision: str) -> Device:
    chosen: Precision
    if precision == "auto":
        chosen = "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "fp16"
    elif precision == "bf16" and not torch.cuda.is_bf16_supported(including_emulation=False):
        raise ConfigError(f"{torch.cuda.get_device_name()} does not compute in bf16.", "Choose auto, fp16 or fp32.")
    else:
        chosen = precision  # type: ignore[assignment]
    # cuDNN's attention plans anew for every shape of a batch, and ours have many; flash and the others do not.
    torch.backends.cuda.enable_cudnn_sdp(False)
    return Device("cuda", torch.cuda.get_device_name(), cores(), chosen, "sdpa", "sdpa")


def _mps(precision: str) -> Device:
    if precision == "fp16":
        raise ConfigError(
            "The number format fp16 needs a CUDA device, and there is none.", "Choose auto, bf16 or fp32."
        )
    return Device("mps", "Apple GPU", cores(), "bf16" if precision == "bf16" else "fp32", "sdpa", "sdpa")


@contextmanager
def reading(model: nn.Module, device: Device) -> Iterator[None]:
    """Inference mode: inside, `model` has no dropout, no gradients, and the attention that reads fastest."""
    was_training = model.training
    learning = [part for part in _pretrained(model) if part.config._attn_implementation == device.attention]
    for part in learning:
        part.set_attn_implementation(device.reading_attention)
    model.to(device.unit).eval()
    try:
        with torch.inference_mode(), device.autocast():
            yield
    finally:
        model.train(was_training)
        for part in learning:
            part.set_attn_implementation(device.attention)


def attend(model: PreTrainedModel, attention: str) -> PreTrainedModel:
    """Sets the attention of `model` where it takes whichever it is given; the others have one of their own."""
    if model.config._attn_implementation == "sdpa" and model._can_set_attn_implementation():
        model.set_attn_implementation(attention)
    return model


def _pretrained(model: nn.Module) -> list[PreTrainedModel]:
    return [part for part in model.modules() if isinstance(part, PreTrainedModel)]
