"""Hostile files in a checkpoint: passed over where they are not our own, and never run where they pretend to be."""

import json
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.errors import Stopped
from core.training.checkpoints import is_whole, seal
from tests.attacks.rows import Marker
from tests.core.training.test_resuming import SETTINGS, stop_at

PICKLES = ["optimizer.pt", "scheduler.pt", "rng_state.pth", "training_args.bin"]


@pytest.fixture
def marker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MARKER", str(tmp_path / "marker"))
    return tmp_path / "marker"


@pytest.fixture
def checkpoint(run: Callable[..., Any], tmp_path: Path, marker: Path) -> Path:
    """The checkpoint of a run that was stopped after its first step."""
    with pytest.raises(Stopped):
        run("run", report=stop_at(1), **SETTINGS)
    (found,) = (tmp_path / "run" / "checkpoints").glob("checkpoint-*")
    return found


def identity(checkpoint: Path) -> str:
    return str(json.loads((checkpoint / "manifest.json").read_text())["identity"])


def test_a_checkpoint_with_another_file_or_one_more_or_a_link_is_passed_over(checkpoint: Path, tmp_path: Path) -> None:
    before = identity(checkpoint)
    for name in [*PICKLES, "pytorch_model.bin", "adapter_config.json", "deeper/more.pkl"]:
        path = checkpoint / name
        own = path.read_bytes() if path.exists() else None
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(pickle.dumps(Marker()))
        assert not is_whole(checkpoint, identity=before), name
        path.unlink() if own is None else path.write_bytes(own)
    assert is_whole(checkpoint, identity=before)
    shutil.move(checkpoint / "optimizer.pt", tmp_path / "elsewhere")
    (checkpoint / "optimizer.pt").symlink_to(tmp_path / "elsewhere")
    assert not is_whole(checkpoint, identity=before)


@pytest.mark.parametrize("name", PICKLES)
def test_a_pickle_in_a_forged_checkpoint_is_never_run(
    checkpoint: Path, name: str, run: Callable[..., Any], marker: Path
) -> None:
    """Whoever can write into the store can forge a manifest; what is loaded holds numbers only all the same."""
    (checkpoint / name).write_bytes(pickle.dumps(Marker()))
    before = identity(checkpoint)
    (checkpoint / "manifest.json").unlink()
    seal(checkpoint, identity=before)
    assert is_whole(checkpoint, identity=before)
    try:
        run("run", **SETTINGS)
    except Exception as error:
        assert "Weights only load failed" in str(error)  # noqa: PT017  # training_args.bin is not read at all
    assert not marker.exists()
