"""A checkpoint is whole or not there."""

from pathlib import Path

import pytest

from core.training.checkpoints import is_whole, newest_whole, save_whole, seal, step_of


def save(folder: Path, step: int) -> Path:
    def write(place: Path) -> None:
        (place / "weights").write_text(f"of step {step}")

    return save_whole(folder, step, write, identity="a")


def test_two_are_kept(tmp_path: Path) -> None:
    for step in (1, 9, 10):
        save(tmp_path, step)
    assert sorted(place.name for place in tmp_path.iterdir()) == ["checkpoint-10", "checkpoint-9"]


def test_the_newest_whole_one_is_found(tmp_path: Path) -> None:
    save(tmp_path, 9)
    save(tmp_path, 10)
    found = newest_whole(tmp_path, identity="a")
    assert found
    assert step_of(found) == 10
    (found / "weights").write_text("torn")
    found = newest_whole(tmp_path, identity="a")
    assert found
    assert step_of(found) == 9
    assert newest_whole(tmp_path, identity="b") is None


def test_a_folder_that_is_sealed_again_is_whole(tmp_path: Path) -> None:
    folder = save(tmp_path, 1)
    (folder / "weights").write_text("of a later attempt")
    assert not is_whole(folder, identity="a")
    seal(folder, identity="a")
    assert is_whole(folder, identity="a")


def test_an_interrupted_writing_never_counts(tmp_path: Path) -> None:
    def fails(place: Path) -> None:
        (place / "weights").write_text("half")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        save_whole(tmp_path, 5, fails, identity="a")
    assert newest_whole(tmp_path, identity="a") is None
    save(tmp_path, 5)
    assert newest_whole(tmp_path, identity="a")


@pytest.mark.parametrize("damage", ["unlink", "empty", "manifest"])
def test_any_damage_is_noticed(tmp_path: Path, damage: str) -> None:
    place = save(tmp_path, 3)
    if damage == "unlink":
        (place / "weights").unlink()
    elif damage == "empty":
        (place / "weights").write_text("")
    else:
        (place / "manifest.json").write_text("[1, 2]")
    assert newest_whole(tmp_path, identity="a") is None
