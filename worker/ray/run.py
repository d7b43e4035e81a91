"""Entrypoint of a Ray job that does a run: `python -m worker.ray.run ORDER CPUS GPUS`.

A run of one process is this process. For several, Ray Train places them and this one waits for them.
"""

import os
import sys
import threading
from pathlib import Path
from typing import Any

from worker.executor import passes_on
from worker.order import RunOrder, RunResult, output_path, processes_of, result_path
from worker.tie import UNSEEN_FOLDER, FileTie

CLEAN = "TUNEBOARD_CLEAN"
KEPT = ("NVIDIA_", "OMP_", "PYTHON", "TOKENIZERS_", "HF_HUB_")
PLACED = ("RAY_TRAIN_", "MASTER_", "ACCELERATE_TORCH_DEVICE", "RANK", "WORLD_SIZE", "LOCAL_", "NODE_RANK")
"""Environment variables by which Ray Train tells a process its rank and device."""
PATIENCE_S = 7200


def main() -> None:
    """Executes the order, unless its lease is lost."""
    path, cpus, gpus = Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
    try:
        order = RunOrder.model_validate_json(path.read_text())
    except FileNotFoundError:
        sys.stderr.write(f"{path} is not there: this node does not see the store's folder under the same path.\n")
        sys.exit(UNSEEN_FOLDER)
    alone = processes_of(order) == 1
    if alone and CLEAN not in os.environ:  # a node's environment may hold what a run should not know
        os.execve(sys.executable, [sys.executable, "-m", "worker.ray.run", *sys.argv[1:]], clean(os.environ))  # noqa: S606
    tie = FileTie(order.attempt)
    if not tie.is_held or result_path(order.attempt).exists():
        sys.exit("Nobody holds this attempt any more.")
    tie.watch()
    if alone:
        _do_alone(order, tie)
    else:
        _train_with_ray(order, tie, cpus, gpus)


def clean(environment: Any) -> dict[str, str]:
    """Allowlisted variables of a node's environment: no token, no address."""
    kept = {name: value for name, value in environment.items() if passes_on(name) or name.startswith(KEPT)}
    return {**kept, CLEAN: "1"}


def _do_alone(order: RunOrder, tie: FileTie) -> None:
    from worker.run_process import leave, send_output_to

    send_output_to(output_path(order.attempt))
    _do(order, tie)
    leave()


def _do(order: RunOrder, tie: FileTie, together: Any = None) -> None:
    from core.device import choose
    from worker.run_process import do, leave_result

    leave_result(order, do(order, tie.stop_asked, choose(), together))


def _train_with_ray(order: RunOrder, tie: FileTie, cpus: float, gpus: float) -> None:
    os.environ["RAY_TRAIN_V2_ENABLED"] = "1"
    threading.Thread(target=_exit_if_stopped_early, args=(order, tie), daemon=True).start()
    from ray.train import FailureConfig, RunConfig, ScalingConfig
    from ray.train.torch import TorchConfig, TorchTrainer

    from core.training.together import BACKEND
    from worker.run_process import leave, send_output_to

    send_output_to(output_path(order.attempt))
    trainer = TorchTrainer(
        _train_rank,
        train_loop_config={"order": order.model_dump_json()},
        torch_config=TorchConfig(backend=BACKEND if gpus else "gloo", timeout_s=PATIENCE_S),
        scaling_config=ScalingConfig(
            num_workers=processes_of(order), use_gpu=gpus > 0, resources_per_worker={"CPU": cpus, "GPU": gpus}
        ),
        run_config=RunConfig(name="ray", storage_path=str(order.attempt), failure_config=FailureConfig(max_failures=0)),
    )
    trainer.fit()
    leave()


def _exit_if_stopped_early(order: RunOrder, tie: FileTie) -> None:
    """Exits when a stop comes before Ray Train has placed the processes; later rank 0 obeys it."""
    tie.stop_asked.wait()
    if not _began(order).exists():
        result_path(order.attempt).write_text(RunResult(status="stopped").model_dump_json())
        os._exit(0)


def _began(order: RunOrder) -> Path:
    """Marker file, there once Ray Train has placed every process."""
    return order.attempt / "began"


def _train_rank(config: dict[str, str]) -> None:
    """Training function of one rank, in a worker of Ray Train."""
    import contextlib

    import ray.train
    import ray.train.torch
    import torch

    from core.errors import Stopped, UserError
    from core.execute import assist
    from core.inputs.picture.shelf import rows_of
    from core.training.together import Together

    order = RunOrder.model_validate_json(config["order"])
    context = ray.train.get_context()
    together = Together(context.get_world_rank(), context.get_world_size())
    for name in os.environ.keys() - clean(os.environ).keys():
        if not name.startswith(PLACED):
            del os.environ[name]
    if torch.cuda.is_available():
        torch.cuda.set_device(ray.train.torch.get_device())
    if together.is_first:
        _began(order).touch()
        tie = FileTie(order.attempt)
        tie.watch()
        _do(order, tie, together)
        return
    with contextlib.suppress(Stopped, UserError), rows_of(order.dataset) as frame:  # rank 0 reports them
        assist(order.config, frame, order.work, models=order.models, cache=order.cache, together=together)


if __name__ == "__main__":
    main()
