"""Quote, the cost estimate of a run: a range of minutes, memory and energy, why so much, and what would halve it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from core.config import Descent, Frozen, Head, RunConfig
from core.quote.memory import memory
from core.quote.pace import Place, Speed, place
from core.quote.row_cost import RowCost
from core.quote.times import QuotedRun, Times, timed

WATTS_A_CORE = 12.0
"""Green Algorithms' default for an unknown CPU (Lannelongue et al. 2021)."""
GPU_WATTS = {"h200": 700.0, "h100": 700.0, "a100": 400.0, "l40": 300.0, "4090": 450.0, "a10": 150.0, "v100": 300.0}
OTHER_GPU_WATTS = 250.0
APPLE_WATTS = 30.0
SHORT_S = 60.0
"""Duration of a short run, which need not be halved."""
ABOUT_HALF = (0.4, 0.6)


class Quote(Frozen):
    """Cost estimate of a run. `energy_wh` is for the middle of the range, at `watts`."""

    minutes_low: float
    minutes_high: float
    memory_gb: float
    reasons: tuple[str, ...]
    halve_it: str | None
    energy_wh: float = 0.0
    watts: float = 0.0


def quote(
    config: RunConfig,
    *,
    rows: int,
    test_rows: int,
    cost: RowCost,
    cores: int,
    device: str,
    measured: Sequence[Speed],
) -> Quote:
    """Estimates the cost of a run before it starts.

    `rows` teach and `test_rows` judge; `cost` is that of one of them; `device` is the worker's name for it, as "2 CPU
    cores, bf16". `measured` are this installation's own runs, which make the range narrower.
    """
    asked = QuotedRun(config, rows, test_rows, cost, place(device, cores, config), device.strip(), tuple(measured))
    times = timed(asked)
    needed = memory(config, rows=rows + test_rows, cost=cost, place=asked.place)
    power = watts(asked.place)
    energy = power * times.middle / 3600
    return Quote(
        minutes_low=times.low / 60,
        minutes_high=times.high / 60,
        memory_gb=needed,
        reasons=_reasons(asked, times, energy, power),
        halve_it=halve_it(asked, times),
        energy_wh=energy,
        watts=power,
    )


def watts(here: Place) -> float:
    """Assumed power draw: the device's own, and two cores to feed a GPU."""
    if here.kind == "cpu":
        return WATTS_A_CORE * here.cores
    name = here.name.casefold()
    if "apple" in name or name == "mps":
        return APPLE_WATTS
    return next((power for key, power in GPU_WATTS.items() if key in name), OTHER_GPU_WATTS) + 2 * WATTS_A_CORE


def halve_it(asked: QuotedRun, times: Times) -> str | None:
    """The first change that would about halve the time, in a sentence; None when it is short or nothing would."""
    if times.middle < SHORT_S:
        return None
    for change, said in _changes(asked, times):
        seconds = timed(change).middle
        if seconds <= ABOUT_HALF[1] * times.middle:
            about = seconds >= ABOUT_HALF[0] * times.middle
            return f"{said} would {'about halve it' if about else f'bring it to about {_minutes(seconds)}'}."
    return None


def _changes(asked: QuotedRun, times: Times) -> Iterator[tuple[QuotedRun, str]]:
    """Cheaper variants of the request, the least painful first, each with a phrase for it."""
    config, passes = asked.config, times.work.passes
    learning = config.learning
    if isinstance(learning, Descent):
        if passes > 1:
            shorter = learning.model_copy(update={"epochs": passes // 2})
            fewer = replace(asked, config=config.model_copy(update={"learning": shorter}))
            yield fewer, f"Reading the rows {_often(passes // 2)} in place of {_often(passes)}"
        if config.learning.method != "scratch":
            quick = replace(asked, config=config.model_copy(update={"learning": Head()}))
            yield quick, "The quick preset, where only a small head learns,"
    for cost, settings, phrase in asked.cost.smaller(config):
        task = config.task.model_copy(update=settings)
        yield replace(asked, config=config.model_copy(update={"task": task}), cost=cost), phrase
    if asked.rows > 1:
        yield replace(asked, rows=asked.rows // 2), f"Learning from half of the rows, {asked.rows // 2:,} of them,"
    if asked.test_rows > 1:
        half = replace(asked, test_rows=asked.test_rows // 2)
        yield half, f"Judging by half of the test rows, {asked.test_rows // 2:,} of them,"


def _reasons(asked: QuotedRun, times: Times, energy: float, power: float) -> tuple[str, ...]:
    """Why so much, a sentence each."""
    load = times.work
    head_alone = asked.config.learning.method == "frozen"
    reasons = [
        *asked.cost.reasons(asked.rows, _often(load.passes), head_alone=head_alone),
        f"Of the time, about {_minutes(times.learns.middle * times.training)} are for learning, "
        f"{_minutes(times.answers.middle * times.answering)} for answering {load.answered:,} test and training rows, "
        f"{_minutes(times.baseline)} for the simple model beside it.",
        *_encoding(times),
        *_may_end_early(times),
        _pace_in_words(asked, times),
        f"About {energy:.2g} Wh of energy, taking {power:.0f} W for {asked.place.words}.",
    ]
    if fetch := asked.cost.to_fetch():
        reasons.append(fetch)
    return tuple(reasons)


def _encoding(times: Times) -> Iterator[str]:
    """What encoding the rows takes, where that is seconds."""
    if times.encoding >= 1:
        yield f"Bringing the pictures to size takes about {_minutes(times.encoding)}."


def _may_end_early(times: Times) -> Iterator[str]:
    """Why the range begins so low, where training may stop before its last pass."""
    if times.earliest < 1:
        passes = round(times.earliest * times.work.passes)
        yield f"It may end after {passes:,} of {times.work.passes:,} passes, when they stop helping: hence the low end."


def _pace_in_words(asked: QuotedRun, times: Times) -> str:
    runs = times.learns.runs
    if runs:
        return f"The speed of {asked.place.words} is that of {runs:,} earlier {'run' if runs == 1 else 'runs'} here."
    kind = "a server's" if asked.place.kind == "cpu" else "the maker's figures for it"
    return (
        f"The speed of {asked.place.words} is taken from {kind}, so the estimate is rough; the first run here "
        "sharpens it."
    )


def _often(times: int) -> str:
    return {1: "once", 2: "twice"}.get(times, f"{times:,} times")


def _minutes(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{seconds / 60:,.0f} minutes" if seconds < 5400 else f"{seconds / 3600:,.1f} hours"
