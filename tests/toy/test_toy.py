"""A task of sixty lines in a package of its own is at home everywhere, with no change to anything else."""

import os
from pathlib import Path

import pytest

from tests.test_command_line import ROOT, Tuneboard
from tests.worker.conftest import sixty_rows

pytestmark = pytest.mark.xdist_group("processes")


@pytest.fixture
def tuneboard(tmp_path: Path) -> Tuneboard:
    """The program beside an installed package that brings the toy task."""
    about = tmp_path / "packages" / "toy-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: toy\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[tuneboard.tasks]\ntext-length = tests.toy.lengths:text_length\n")
    program = Tuneboard(tmp_path)
    program.environment["PYTHONPATH"] += os.pathsep + str(tmp_path / "packages")
    return program


def test_the_toy_is_one_short_file() -> None:
    assert len((Path(__file__).parent / "lengths.py").read_text().splitlines()) <= 60


def test_it_trains_evaluates_compares_predicts_and_reports(tuneboard: Tuneboard, tmp_path: Path) -> None:
    rows = sixty_rows().assign(length=lambda frame: frame["text"].str.len())
    rows.to_csv(tmp_path / "rows.csv", index=False)
    tuneboard("datasets", "add", str(tmp_path / "rows.csv"), "--name", "rows")
    asked = ("train", "--dataset", "rows", "--target", "length", "--task", "text-length", "--wait")
    assert tuneboard("quote", *asked[1:-1])["quote"] is None
    first, second = (tuneboard(*asked, "--set", f"seed={seed}", "--set", "name=x")["run"] for seed in (0, 0))
    assert (first["status"], second["status"]) == ("succeeded", "succeeded")
    found = tuneboard("evaluate", first["id"])
    assert found["headline"] == "mae"
    assert set(found["baselines"]) == {"mean"}
    middle = rows["length"].median()
    (answer,) = tuneboard("predict", first["id"], "--text", "anything")["predictions"]
    assert abs(answer["value"] - middle) < rows["length"].std()
    compared = tuneboard("compare", first["id"], second["id"])
    assert compared["metric"] == "mae"
    curve = tuneboard("labels", *asked[1:], "--sizes", "8,30", "--draws", "2")
    assert [one["rows"] for one in curve["sizes"]] == [8, 30]
    assert set(curve["sizes"][0]) >= {"model", "mean"}
    tuneboard("report", first["id"], "-o", str(tmp_path / "report.html"))
    assert "Length of a text" in (tmp_path / "report.html").read_text()
    assert (ROOT / "core" / "tasks" / "task.py").exists()
