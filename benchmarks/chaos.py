"""Whether killing anything loses anything: processes killed at every named spot, and what was found afterwards.

    python benchmarks/chaos.py [--kills 300] [--real 0.3] [--at-once 2] [--seed 0] [--json] [--write FILE]

Every run is killed twice (SIGKILL), at spots drawn so that each comes up equally often, then left in peace. After each
kill the database is checked; at the end the run must have succeeded once, with the figures of a run that nothing
happened to; every metric that storage had, or that any attempt had written down, must be there; no two processes may
ever work on a run; nobody may be left over; and a lost run must be taken up within 90 s of a supervisor's start.
`--real` is the share of runs that train a small model; the others only count, so that torch need not be imported:
queue, lease, events, checkpoints and results are the real ones in both.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import argparse
import json
import random
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor

from core.failpoints import FAILPOINTS
from tests.chaos import others
from tests.chaos.house import House
from tests.chaos.ordeal import AT_RANDOM, OF_RUNS, Ordeal, Toll
from tests.tiny import make_tiny

OTHERS = (*others.WRITERS, *others.PREDICTORS, others.DASHBOARD)


def plan(kills: int, chance: random.Random) -> tuple[list[tuple[str, str]], list[str]]:
    """Pairs of spots for runs, and spots for the processes beside them; each spot about equally often."""
    rounds = -(-kills // (len(OF_RUNS) + len(AT_RANDOM) + len(OTHERS)))
    spots = [*OF_RUNS, *AT_RANDOM] * rounds
    chance.shuffle(spots)
    spots += spots[: len(spots) % 2]
    return list(zip(spots[::2], spots[1::2], strict=True)), list(OTHERS) * rounds


def share(pairs: list[tuple[str, str]], beside: list[str], *, real: bool, seed: int) -> Toll:
    """One process's share of the plan, in a house of its own."""
    chance, toll = random.Random(seed), Toll()  # noqa: S311  # the same kills again, not a secret
    with tempfile.TemporaryDirectory(prefix="tuneboard-chaos-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        house = House(place / "home", make_tiny(place / "tiny", place / "models") if real else None)
        for pair in pairs:
            try:
                toll.add(Ordeal(house, chance).undergo(pair))
            except AssertionError as error:
                error.add_note(f"killed at {pair}")
                raise
            print(f"{sum(toll.kills.values())} kills: {pair}", file=sys.stderr, flush=True)
        for spot in beside:
            if spot in others.WRITERS:
                others.writer(house, spot, toll)
            elif spot in others.PREDICTORS:
                others.predictor(house, spot, toll)
            else:
                others.dashboard(house, chance, toll)
            print(f"{sum(toll.kills.values())} kills: {spot}", file=sys.stderr, flush=True)
    return toll


def storm(kills: int, *, real: float, at_once: int, seed: int) -> Toll:
    """The whole plan, by so many processes at once."""
    pairs, beside = plan(kills, random.Random(seed))  # noqa: S311
    cut = round(len(pairs) * real)
    models = [spot for spot in beside if spot in others.PREDICTORS] if real else []
    parts = [(pairs[n:cut:at_once], models[n::at_once], True) for n in range(at_once)]
    rest = [spot for spot in beside if spot not in others.PREDICTORS]
    parts += [(pairs[cut + n :: at_once], rest[n::at_once], False) for n in range(at_once)]
    toll = Toll()
    with ProcessPoolExecutor(at_once) as pool:
        asked = [
            pool.submit(share, mine, theirs, real=is_real, seed=seed + n)
            for n, (mine, theirs, is_real) in enumerate(parts)
            if mine or theirs
        ]
        for one in asked:
            toll.add(one.result())
    return toll


def table(toll: Toll) -> str:
    """The counts, as Markdown."""
    spots = {**FAILPOINTS, **dict.fromkeys((*AT_RANDOM, others.DASHBOARD), "at any moment")}
    rows = [f"| {name} | {what} | {toll.kills[name]} | {toll.missed[name]} |" for name, what in spots.items()]
    return "\n".join(["| killed at | when | kills | over before |", "|---|---|---:|---:|", *rows])


def main() -> None:
    """Kills, and prints what became of it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--real", type=float, default=0.3)
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", type=Path, help="a Markdown file for the table")
    asked = parser.parse_args()
    began = time.monotonic()
    toll, rounds = Toll(), 0
    while (short := asked.kills - sum(toll.kills.values())) > 0:  # where a run was over first, nobody was killed
        toll.add(storm(short, real=asked.real, at_once=asked.at_once, seed=asked.seed + 100 * rounds))
        rounds += 1
    minutes = (time.monotonic() - began) / 60
    killed = sum(toll.kills.values())
    sentence = (
        f"{killed} kills over {len(toll.kills)} spots and {toll.runs} runs in {minutes:.0f} minutes: no run lost, none "
        f"worked on twice at once, no metric lost, every database sound, every outcome that of an undisturbed run. "
        f"{toll.resumed} runs went on from a checkpoint; {toll.given_up} lost all three tries, said so and were "
        f"resumed. The longest wait of a lost run for its next process: {toll.slowest_s:.1f} s."
    )
    page = f"# What killing everything did\n\nWritten by `make chaos`.\n\n{sentence}\n\n{table(toll)}\n"
    if asked.write:
        asked.write.write_text(page, encoding="utf-8")
    if asked.json:
        facts = {"kills": killed, "spots": dict(toll.kills), "runs": toll.runs, "minutes": round(minutes, 1)}
        print(json.dumps({**facts, "resumed": toll.resumed, "slowest_s": round(toll.slowest_s, 1)}))
    else:
        print(page)


if __name__ == "__main__":
    main()
