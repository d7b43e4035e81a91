"""How fast the network from scratch learns, beside a plain PyTorch loop with the same net.

Run as `python benchmarks/pictures.py`.

Fashion-MNIST's training pictures, the same batches of 128, AdamW and flips; one process after the other, both told how
many threads they have. Prints seconds a pass and, for ours, the accuracy on the 10,000 test pictures.
"""

import argparse
import io
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn
from torch.nn import functional

from core.config import make_config
from core.data import Table
from core.events import LogEvent
from core.execute import execute
from core.inputs.picture import shelf
from core.learners.scratch.cnn import Cnn, CnnConfig
from core.scenarios.rows import load_table
from core.scenarios.scenario import read_scenario

STORY = Path(__file__).parents[1] / "core" / "scenarios" / "pictures" / "retail-sorting.toml"
BATCH = 128


def plain_pass(pixels: torch.Tensor, targets: torch.Tensor, passes: int) -> float:
    """Seconds a pass of the loop that anybody would write."""
    network = nn.Sequential(*Cnn(CnnConfig(num_labels=10)).layers)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)
    rows = torch.utils.data.TensorDataset(pixels, targets)
    loader = torch.utils.data.DataLoader(rows, batch_size=BATCH, shuffle=True)
    began = time.perf_counter()
    for _ in range(passes):
        for batch, right in loader:
            mirrored = torch.rand(len(batch)) < 0.5
            values = torch.where(mirrored[:, None, None, None], batch.flip(-1), batch)
            loss = functional.cross_entropy(network(values), right)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return (time.perf_counter() - began) / passes


def our_pass(table: Table, passes: int) -> tuple[float, float]:
    """Seconds a pass of a whole run's training, with all it does beside, and the accuracy that it reaches."""
    config = make_config(
        **{
            "task.task": "picture-classification",
            "task.crop": False,
            "learning.method": "scratch",
            "learning.epochs": passes,
            "split.by": "given",
            "split.column": "part",
            "split.validation": 0.02,
            "dataset": "benchmark",
        }
    )
    with tempfile.TemporaryDirectory() as folder, shelf.holding(table.pictures):
        place = Path(folder)

        def tell(event: object) -> None:
            if isinstance(event, LogEvent):
                print("  ", event.text)

        found = execute(config, table.frame, place / "run", models=place / "models", cache=place / "cache", report=tell)
    return found.seconds["train"] / passes, found.metrics["accuracy"].value


def main() -> None:
    """Both, and how they compare."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--passes", type=int, default=2)
    asked.add_argument("--threads", type=int, default=torch.get_num_threads())
    asked.add_argument("--cache", type=Path, default=Path(".assets"))
    given = asked.parse_args()
    torch.set_num_threads(given.threads)
    table = load_table(read_scenario(STORY), given.cache)
    assert table.pictures is not None
    train = table.frame[table.frame["part"] == "train"]
    raw = [np.asarray(Image.open(io.BytesIO(one))) for one in table.pictures.each(train["picture"])]
    pixels = torch.from_numpy(np.stack(raw))[:, None].float() / 255
    targets = torch.from_numpy(train["label"].factorize(sort=True)[0].astype(np.int64))
    plain = plain_pass(pixels, targets, given.passes)
    ours, accuracy = our_pass(table, given.passes)
    print(f"a plain loop   {plain:6.1f} s a pass")
    print(f"Tuneboard      {ours:6.1f} s a pass, accuracy {accuracy:.4f} after {given.passes}")
    print(f"{plain / ours:.2f} times as fast")


if __name__ == "__main__":
    main()
