"""Throughput of a device, as measured: on this installation where it has runs, else on ours."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from pydantic import Field

from core.config import Frozen, RunConfig
from core.quote.work import FORWARDS

CORE_RATE = {"fp32": 75e9, "bf16": 150e9}
"""Operations a second and core: measured with MiniLM on a Xeon with AVX-512 and AMX; bf16 needs AMX to be faster."""
LORA_SHARE = 0.6
"""Share of a device's throughput that LoRA reaches, measured: its small matrices keep the device waiting."""
GPU_PEAKS = {
    "h200": 989e12,
    "h100": 989e12,
    "a100": 312e12,
    "l40": 362e12,
    "4090": 165e12,
    "a10": 125e12,
    "v100": 125e12,
    "l4": 121e12,
    "3090": 71e12,
    "t4": 65e12,
}
"""Half-precision peaks from the makers' data sheets, operations a second."""
OTHER_GPU_PEAK = 40e12
FP32_SLOWER = 8.0
"""Slowdown of fp32; the data sheets say 4 to 16 times for these cards."""
APPLE_PEAK = 5e12
REACHED = 0.2
"""Utilisation: the share of its peak that a GPU reaches with hidden sizes of 768 or more; smaller ones fill it less."""
WIDE = 768
FEW_SECONDS = 5.0
"""Minimum duration of a measured stage; a shorter one says more about starting, or a cache, than about speed."""
GUESSED: dict[str, tuple[float, float]] = {"cpu": (0.6, 1.9), "gpu": (0.4, 3.0)}
"""Prior range of the time around its middle when nothing was measured here: CPUs differ, and what else they do."""
LEARNED = (0.8, 1.4)
ONE_RUN = (0.65, 1.6)
FARTHEST = (0.3, 4.0)


Method = Literal["frozen", "full", "lora", "scratch", "answering"]


class HasWidth(Protocol):
    """A network of so many hidden units."""

    @property
    def hidden_size(self) -> int:
        """Width of the network."""
        ...


class Speed(Frozen):
    """Throughput measurement from a finished run.

    `device` as the worker names it ("2 CPU cores, bf16"). For a run's method: the `tokens` (or pictures) read while
    learning, passes included, and the `seconds` of its train stage. For "answering": the test rows' tokens, and the
    evaluate stage.
    """

    device: str
    method: Method
    parameters: int = Field(gt=0)
    tokens: float = Field(gt=0)
    seconds: float = Field(gt=0)
    reads: Literal["text", "picture"] = "text"

    @property
    def pace(self) -> float:
        """Inverse throughput: seconds for each token, parameter and pass through the model."""
        return self.seconds / self.size

    @property
    def size(self) -> float:
        """Amount of work, which the seconds grow with: tokens times parameters times passes through the model."""
        return self.tokens * self.parameters * FORWARDS[self.method]


@dataclass(frozen=True)
class Place:
    """Device of a quote, with its kind, precision and peak throughput."""

    name: str
    kind: Literal["cpu", "gpu"]
    cores: int
    precision: Literal["fp32", "bf16"]
    peak: float
    fp32_slower: float = 1.0
    """Slowdown of full precision against `peak`."""

    @property
    def words(self) -> str:
        """Name of the device for people."""
        if self.kind == "gpu":
            return self.name
        return f"{self.cores} CPU core{'' if self.cores == 1 else 's'}"

    def rate(self, method: str, model: "HasWidth", precision: str) -> float:
        """Throughput, in operations a second while doing `method`."""
        share = LORA_SHARE if method == "lora" else 1.0
        if self.kind == "gpu":
            slower = self.fp32_slower if precision == "fp32" else 1.0
            return self.peak / slower * REACHED * min(1.0, max(model.hidden_size, 64) / WIDE) * share
        return float(CORE_RATE[precision] * self.cores**0.9 * share)


@dataclass(frozen=True)
class Pace:
    """Correction factors of the default seconds: least, middle and most; and how many runs say so."""

    low: float
    middle: float
    high: float
    runs: int = 0


def place(device: str, cores: int, config: RunConfig) -> Place:
    """Parses the device from the worker's words for it; `cores` where they name none."""
    words = device.casefold()
    counted = re.search(r"(\d+) cpu core", words)
    if counted or words in {"", "cpu"}:
        bf16 = config.precision == "bf16" or (config.precision == "auto" and "bf16" in words)
        number = int(counted[1]) if counted else cores
        return Place("CPU", "cpu", max(1, number), "bf16" if bf16 else "fp32", 0.0)
    name = device.split(",", maxsplit=1)[0].strip()
    if "apple" in words or "mps" in words:
        return Place(name, "gpu", cores, "fp32", APPLE_PEAK)
    peak = next(
        (peak for key, peak in GPU_PEAKS.items() if re.search(rf"\b{key}\b|\b{key}[a-z]", words)), OTHER_GPU_PEAK
    )
    return Place(name, "gpu", cores, "fp32" if config.precision == "fp32" else "bf16", peak, FP32_SLOWER)


def learned(measured: Sequence[Speed], *, like: Speed, kind: Literal["cpu", "gpu"]) -> Pace:
    """Calibrates the default rates by this installation's runs; `like` is the work asked about, by default rates.

    Runs of the same device and method count that took long enough to tell; of the same model's size where there are
    some. Their seconds and sizes are added up, so long runs count most.
    """
    device = like.device.casefold()
    alike = [
        speed
        for speed in measured
        if (speed.device.casefold(), speed.method, speed.reads) == (device, like.method, like.reads)
        and speed.seconds >= FEW_SECONDS
    ]
    alike = [speed for speed in alike if speed.parameters == like.parameters] or alike
    if not alike:
        return Pace(GUESSED[kind][0], 1.0, GUESSED[kind][1])
    pooled = sum(speed.seconds for speed in alike) / sum(speed.size for speed in alike)
    middle = pooled / like.pace
    if len(alike) == 1:
        return Pace(middle * ONE_RUN[0], middle, middle * ONE_RUN[1], 1)
    spread = [speed.pace / pooled for speed in alike]
    low, high = max(FARTHEST[0], min(LEARNED[0], *spread)), min(FARTHEST[1], max(LEARNED[1], *spread))
    return Pace(middle * low, middle, middle * high, len(alike))
