"""A supervisor and a run process that are ours but for one thing: where a model would learn, numbers are counted.

Everything that a crash can break is the real one: the queue, the lease, the lock, the events, the checkpoints, the
result. What is left out is torch, which takes seconds to import.
"""

import json
import shutil
import sys
import time
from pathlib import Path
from types import SimpleNamespace

from core.durable import flush
from core.evaluation.records import Evaluation
from core.events import CheckpointSaved, LogEvent, Measured, Report, StageBegan
from core.failpoints import failpoint
from core.training.checkpoints import newest_whole, save_whole, seal, step_of
from worker.order import RunOrder

STEPS_A_PASS = 8
STEP_S = 0.01
SAVE_EVERY = 10


def loss(step: int) -> float:
    """What is measured at a step: the same in every attempt."""
    return 1 / (1 + step)


def count(order: RunOrder, report: Report, _together: object = None) -> None:
    """Counts as many steps as the epochs say, as if it trained; goes on from a whole checkpoint."""
    report(StageBegan(stage="train", text="Counting"))
    checkpoints = order.work / "checkpoints"
    found = newest_whole(checkpoints, identity=order.run_id)
    start = json.loads((found / "state.json").read_text())["step"] if found else 0
    if found:
        report(LogEvent(text=f"Resumed from the checkpoint after step {step_of(found)}."))
    failpoint("run.loading")
    steps = (getattr(order.config.learning, "epochs", None) or 8) * STEPS_A_PASS
    for step in range(start + 1, steps + 1):
        time.sleep(STEP_S)
        failpoint("run.step")
        report(Measured(name="train/loss", value=loss(step), step=step))
        if step % SAVE_EVERY == 0:
            save_whole(checkpoints, step, lambda folder, at=step: _save(folder, at), identity=order.run_id)
            report(CheckpointSaved(step=step))
    _bundle(order.work)
    evaluation = order.work / "evaluation.json"
    evaluation.write_text(Evaluation(rows=steps, metrics={}).model_dump_json())
    flush(evaluation)
    failpoint("run.saved")


def _save(folder: Path, step: int) -> None:
    (folder / "state.json").write_text(json.dumps({"step": step}))
    (folder / "weights.bin").write_bytes(bytes([step % 256]) * 100_000)


def _bundle(work: Path) -> None:
    bundle = work / "bundle"
    if not bundle.exists():
        temporary = work / "bundle.writing"
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        (temporary / "model.safetensors").write_bytes(b"weights")
        seal(temporary, identity="bundle")
        failpoint("bundle.sealed")
        temporary.rename(bundle)


def _supervise() -> None:
    from worker import __main__
    from worker.executor import LocalExecutor

    __main__.LocalExecutor = lambda logs: LocalExecutor(logs, "tests.chaos.light")  # type: ignore[attr-defined, assignment]
    __main__.serve()


def _run() -> None:
    from worker import run_process

    run_process.warm_up = lambda: SimpleNamespace(words="fingers")
    run_process.carry_out = count
    run_process.main()


if __name__ == "__main__":
    _supervise() if "supervise" in sys.argv else _run()
