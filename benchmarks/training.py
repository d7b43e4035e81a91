"""How fast the engine trains, against a stock transformers.Trainer doing the same work in turns.

    python benchmarks/training.py                    two cores: ours against the Trainer's defaults; quick against full
    python benchmarks/training.py --device cuda      a GPU: rows/s, tokens/s, share of the device's own matmul rate

Every turn is a process of its own, in the order A B A B. Rows are Reuters R8 as published, texts of uneven length.
Seconds run from texts in memory to a trained model: tokenising, reading for the first head, every step.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
CONTENDERS = {
    "ours": "Tuneboard, method full",
    "stock": "transformers.Trainer, its defaults",
    "stock-best": "transformers.Trainer, grouped by length, fused AdamW, on a GPU with loading workers",
    "quick": "Tuneboard, method frozen",
}


def main() -> None:
    """Run the turns and print what they took, or be one turn."""
    options = read_options()
    if options.turn:
        print(json.dumps(take_turn(options)))
        return
    names = options.contenders.split(",")
    turns: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for number in range(options.turns):
        for name in names:
            turns[name].append(start_turn(name))
            if not options.json:
                seconds = turns[name][-1]["seconds"]
                print(f"turn {number + 1}, {name}: {seconds:.1f} s", file=sys.stderr)
    report = summary(turns, options)
    if turns[names[0]][0]["device_kind"] == "cuda":  # looking where the time goes holds a GPU up: turns of their own
        for name in names:
            report["contenders"][name]["where"] = start_turn(name, "--where")["where"]
    print(json.dumps(report, indent=1) if options.json else table(report))


def read_options() -> argparse.Namespace:
    """The command line."""
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    read.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    read.add_argument("--rows", type=int, help="training rows; 800, or 5,000 with --device cuda")
    read.add_argument("--test-rows", type=int, default=1000)
    read.add_argument("--max-tokens", type=int, default=256)
    read.add_argument("--epochs", type=int, default=2)
    read.add_argument("--batch-size", type=int, help="rows a step; 16, or 64 with --device cuda")
    read.add_argument("--precision", choices=("auto", "fp32", "bf16", "fp16"), default="auto")
    read.add_argument("--learning-rate", type=float, default=5e-5)
    read.add_argument("--turns", type=int, default=3)
    read.add_argument("--contenders", default="ours,stock,stock-best,quick", help="of " + ", ".join(CONTENDERS))
    read.add_argument("--cache", type=Path, default=ROOT / ".assets", help="where the model and the rows are kept")
    read.add_argument("--json", action="store_true")
    read.add_argument("--turn", choices=tuple(CONTENDERS), help=argparse.SUPPRESS)
    read.add_argument("--where", action="store_true", help=argparse.SUPPRESS)
    options = read.parse_args()
    options.rows = options.rows or (5_000 if options.device == "cuda" else 800)
    options.batch_size = options.batch_size or (64 if options.device == "cuda" else 16)
    if options.device == "cuda":
        import torch

        if not torch.cuda.is_available():
            read.exit(2, "There is no CUDA device here; leave --device out to measure the CPU.\n")
    return options


def start_turn(name: str, *more: str) -> dict[str, Any]:
    """One turn in a fresh process with this process's options."""
    command = [sys.executable, __file__, *sys.argv[1:], "--turn", name, *more]
    # Sleeping threads, as our runs have them: with spinning ones a shared machine would decide the race.
    environment = {"OMP_WAIT_POLICY": "PASSIVE", **os.environ, "PYTHONPATH": str(ROOT)}
    if read_options().device == "cpu":
        environment["CUDA_VISIBLE_DEVICES"] = ""
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT, env=environment)
    if done.returncode:
        sys.exit(f"The turn of {name} failed:\n{done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def take_turn(options: argparse.Namespace) -> dict[str, Any]:
    """Train once as `options.turn` says, and judge on the test rows."""
    from benchmarks.contenders import train_ours, train_stock

    with tempfile.TemporaryDirectory() as folder:
        train = train_stock if options.turn.startswith("stock") else train_ours
        return train(options, Path(folder))


def summary(turns: dict[str, list[dict[str, Any]]], options: argparse.Namespace) -> dict[str, Any]:
    """Medians of the turns, and the ratios that are promised."""
    contenders = {}
    for name, taken in turns.items():
        middle = {key: statistics.median(turn[key] for turn in taken) for key in ("seconds", "accuracy")}
        rows = options.rows * (1 if name == "quick" else options.epochs)
        contenders[name] = {
            "title": CONTENDERS[name],
            **middle,
            "rows_per_second": rows / middle["seconds"],
            "tokens_per_second": taken[0]["tokens"] / middle["seconds"],
            "share_of_matmul_rate": statistics.median(turn["share_of_matmul_rate"] for turn in taken),
            "interval": interval(middle["accuracy"], taken[0]["test_rows"]),
            "where": {p: statistics.median(turn["where"][p] for turn in taken) for p in taken[0]["where"]},
            "all_seconds": [turn["seconds"] for turn in taken],
        }
    first = next(iter(turns.values()))[0]
    speed = {name: found["seconds"] for name, found in contenders.items()}
    ratios = {
        "ours against stock": ratio(speed, "stock", "ours"),
        "ours against stock-best": ratio(speed, "stock-best", "ours"),
        "quick against full": ratio(speed, "ours", "quick"),
    }
    return {
        "device": first["device"],
        "matmul_tflops": first["matmul_tflops"],
        "rows": options.rows,
        "mean_tokens": first["mean_tokens"],
        "max_tokens": options.max_tokens,
        "epochs": options.epochs,
        "batch_size": options.batch_size,
        "contenders": contenders,
        "ratios": {name: value for name, value in ratios.items() if value},
    }


def ratio(seconds: dict[str, float], slow: str, fast: str) -> float | None:
    """How many times `fast` is as fast as `slow`, where both took part."""
    return seconds[slow] / seconds[fast] if slow in seconds and fast in seconds else None


def interval(share: float, rows: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share of `rows` rows."""
    z = 1.96
    middle = (share + z * z / (2 * rows)) / (1 + z * z / rows)
    half = z * ((share * (1 - share) / rows + z * z / (4 * rows * rows)) ** 0.5) / (1 + z * z / rows)
    return middle - half, middle + half


def table(report: dict[str, Any]) -> str:
    """The report for people."""
    lines = [
        f"{report['rows']} rows of {report['mean_tokens']:.0f} tokens on average (at most {report['max_tokens']}), "
        f"{report['epochs']} passes, {report['batch_size']} rows a step, on {report['device']}",
        f"The device's own matmul rate: {report['matmul_tflops']:.2f} TFLOP/s",
        "",
        f"{'':12}{'seconds':>9}{'rows/s':>9}{'tokens/s':>10}{'of rate':>9}{'accuracy':>10}  95% interval",
    ]
    for name, one in report["contenders"].items():
        low, high = one["interval"]
        lines.append(
            f"{name:12}{one['seconds']:9.1f}{one['rows_per_second']:9.1f}{one['tokens_per_second']:10.0f}"
            f"{one['share_of_matmul_rate']:9.1%}{one['accuracy']:10.4f}  {low:.4f} to {high:.4f}"
        )
    lines += ["", "Where the time goes, in seconds:"]
    for name, one in report["contenders"].items():
        lines.append(f"{name:12}" + "  ".join(f"{part} {seconds:.1f}" for part, seconds in one["where"].items()))
    lines += ["", *(f"{name}: {value:.2f} times" for name, value in report["ratios"].items())]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
