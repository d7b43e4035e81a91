import gzip
import io
import shutil
import subprocess
import tarfile
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from PIL import Image

from core.data import read_apart
from core.debian import DebianPackage, fetch_package, read_member
from core.errors import DatasetError, UserError
from core.scenarios import available
from core.scenarios.recipes.pictures import FASHION, digits, fashion, idx
from core.scenarios.rows import load_table
from core.scenarios.scenario import Scenario, read_scenario
from tests.conftest import ROOT

TASK = "picture-classification"
EVERY = {path.stem: path for path in sorted((ROOT / "core" / "scenarios").glob("*.toml"))}
STORIES = {key: path for key, path in EVERY.items() if read_scenario(path).config("", "quick").task.task == TASK}


def story(key: str) -> Scenario:
    return read_scenario(STORIES[key])


@pytest.mark.parametrize("key", STORIES)
def test_a_story_of_pictures_is_whole(key: str) -> None:
    told = story(key)
    assert told.question.endswith("?")
    assert len({example.answer for example in told.examples}) >= 3
    assert told.misuse
    assert told.data.licence.strip()
    assert told.payoff.right > 0 > told.payoff.wrong
    assert 0 < told.success.value < 1


@pytest.mark.parametrize("preset", ["quick", "balanced", "best"])
@pytest.mark.parametrize("key", STORIES)
def test_every_preset_of_a_story_makes_a_config(key: str, preset: str) -> None:
    config = story(key).config("some-dataset", preset, seed=7)
    assert (config.scenario, config.preset, config.task.task) == (key, preset, TASK)


def test_digits_come_with_scikit_learn(tmp_path: Path) -> None:
    told = story("finance-cheques")
    assert available(told, tmp_path) == (True, "The rows are on this machine.")
    table = load_table(told, tmp_path)
    assert len(table.frame) == told.data.rows
    assert table.frame["label"].value_counts().min() == 174
    assert set(table.frame["width"]) == {32}
    by_file = table.frame.set_index("file")["label"]
    assert {example.text: by_file[example.text] for example in told.examples} == {
        example.text: example.answer for example in told.examples
    }


def idx_file(array: np.ndarray) -> bytes:
    head = np.array([0x0800 + array.ndim, *array.shape], ">u4").tobytes()
    return gzip.compress(head + array.astype(np.uint8).tobytes())


def package(path: Path, files: dict[str, bytes], *, name: str = "data.tar.xz") -> Path:
    """A Debian package with these files, as dpkg-deb would lay it out."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=f"w:{name.rsplit('.', 1)[-1]}") as data:
        for member, content in files.items():
            entry = tarfile.TarInfo(f"./{member}")
            entry.size = len(content)
            data.addfile(entry, io.BytesIO(content))
    with path.open("wb") as file:
        file.write(b"!<arch>\n")
        for member, content in {"debian-binary": b"2.0\n", "control.tar.xz": b"x" * 7, name: buffer.getvalue()}.items():
            file.write(f"{member:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n".encode())
            file.write(content + b"\n" * (len(content) % 2))
    return path


def garments(tmp_path: Path) -> tuple[Path, np.ndarray]:
    pictures = np.random.default_rng(0).integers(0, 255, (6, 28, 28)).astype(np.uint8)
    files = {}
    for file, some in (("train", slice(0, 4)), ("t10k", slice(4, 6))):
        files[f"{FASHION}/{file}-images-idx3-ubyte.gz"] = idx_file(pictures[some])
        files[f"{FASHION}/{file}-labels-idx1-ubyte.gz"] = idx_file(np.arange(6)[some])
    return package(tmp_path / "a.deb", files), pictures


def test_garments_are_read_out_of_the_package_with_their_part_and_class(tmp_path: Path) -> None:
    path, pictures = garments(tmp_path)
    fashion(path, tmp_path / "fashion.zip")
    table = read_apart(tmp_path / "fashion.zip", "fashion.zip")
    rows = table.frame.sort_values("file").reset_index(drop=True)
    assert rows["part"].value_counts().to_dict() == {"train": 4, "test": 2}
    assert set(rows["label"]) == {"T-shirt or top", "Trousers", "Pullover", "Dress", "Coat", "Sandal"}
    coat = rows[rows["label"] == "Coat"].iloc[0]
    assert coat["file"] == "test/Coat/00000.png"
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(table.pictures.read(coat["picture"])))), pictures[4])


@pytest.mark.parametrize("kind", ["xz", "gz", "bz2"])
def test_a_member_of_a_package_is_read_whatever_packs_it(kind: str, tmp_path: Path) -> None:
    path = package(tmp_path / "a.deb", {"usr/a": b"one", "usr/b": b"two"}, name=f"data.tar.{kind}")
    assert read_member(path, "usr/b") == b"two"
    with pytest.raises(UserError, match="has no file 'usr/c'"):
        read_member(path, "usr/c")


@pytest.mark.parametrize("cut", [0, 7, 30, 100, 250])
def test_a_cut_package_is_damaged(cut: int, tmp_path: Path) -> None:
    path = package(tmp_path / "a.deb", {"usr/a": b"one"})
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(UserError, match=r"is damaged|is not a Debian package"):
        read_member(path, "usr/a")


def test_a_file_of_another_layout_is_refused() -> None:
    with pytest.raises(DatasetError, match="not laid out"):
        idx(idx_file(np.zeros((2, 2), np.uint8)), 3)
    with pytest.raises(DatasetError, match="not laid out"):
        idx(gzip.compress(gzip.decompress(idx_file(np.zeros((2, 2, 2), np.uint8)))[:-1]), 3)


def apt(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """A stand-in for apt-get that does this, and is the only program there is."""
    (folder / "bin").mkdir()
    (folder / "bin" / "apt-get").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "bin" / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(folder / "bin"))


def told(path: Path) -> DebianPackage:
    from core.durable import sha256_of

    return DebianPackage(package="toy", version="1.0", file="toy_1.0_all.deb", sha256=sha256_of(path), megabytes=0.1)


def test_a_package_is_fetched_checked_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = package(tmp_path / "toy_1.0_all.deb", {"usr/a": b"one"})
    apt(tmp_path, monkeypatch, f'[ "$2" = toy=1.0 ] && /bin/cp {path} .')
    kept = fetch_package(told(path), tmp_path / "cache")
    assert read_member(kept, "usr/a") == b"one"
    (tmp_path / "bin" / "apt-get").unlink()
    assert fetch_package(told(path), tmp_path / "cache") == kept


def test_where_apt_cannot_fetch_it_the_reason_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = package(tmp_path / "toy_1.0_all.deb", {"usr/a": b"one"})
    wanted = told(path)
    apt(tmp_path, monkeypatch, "echo 'E: Unable to locate package toy' >&2; exit 100")
    with pytest.raises(UserError, match="could not fetch: Unable to locate package toy"):
        fetch_package(wanted, tmp_path / "cache")
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    with pytest.raises(UserError, match="has no apt-get"):
        fetch_package(wanted, tmp_path / "cache")
    with pytest.raises(DatasetError, match=r"'What garment is it\?' cannot be had.*has no apt-get"):
        load_table(story("retail-sorting"), tmp_path / "cache")


def test_another_package_than_promised_is_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = package(tmp_path / "toy_1.0_all.deb", {"usr/a": b"one"})
    wanted = told(path)
    path.write_bytes(path.read_bytes() + b"\n")
    apt(tmp_path, monkeypatch, f"/bin/cp {path} .")
    with pytest.raises(UserError, match="not the one expected"):
        fetch_package(wanted, tmp_path / "cache")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_garments_are_as_many_as_the_story_says(assets: Path) -> None:
    """The whole road out of the real package, where apt can fetch it."""
    if (
        shutil.which("apt-get") is None
        or subprocess.run(["apt-cache", "show", "dataset-fashion-mnist"], capture_output=True, check=False).returncode
    ):
        with pytest.raises(DatasetError, match="cannot be had"):
            load_table(story("retail-sorting"), assets / "nowhere")
        return
    with FileLock(assets / "garments.lock"):
        table = load_table(story("retail-sorting"), assets)
    assert len(table.frame) == story("retail-sorting").data.rows
    assert table.frame.groupby(["part", "label"]).size().groupby("part").unique().map(list).to_dict() == {
        "test": [1000],
        "train": [6000],
    }
    by_file = table.frame.set_index("file")["label"]
    for example in story("retail-sorting").examples:
        assert by_file[example.text] == example.answer


def test_digits_are_enlarged_without_another_look(tmp_path: Path) -> None:
    digits(None, tmp_path / "digits.zip")
    digits(None, tmp_path / "again.zip")
    assert (tmp_path / "digits.zip").read_bytes() == (tmp_path / "again.zip").read_bytes()
