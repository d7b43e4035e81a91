"""What the README says is so."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
TREE = README.split("## Where things are")[1].split("```")[1].strip().splitlines()
COMMANDS = re.findall(r"^tuneboard (.+)$", README, re.MULTILINE)


def tracked() -> set[str]:
    """Files that git tracks, and new ones that it does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name for name in listed.stdout.splitlines() if (ROOT / name).exists()}


def shown() -> list[str]:
    """The paths of the README's tree: folders, with their contents indented beneath them."""
    paths, folder = [], ""
    for line in TREE:
        name = line.strip().split("  ")[0].strip()
        if not line.startswith(" "):
            folder = name if name.endswith("/") else ""
            paths.append(name)
        else:
            paths.append(folder + name)
    return paths


def test_everything_in_the_tree_is_on_the_disk() -> None:
    assert [path for path in shown() if not (ROOT / path).exists()] == []


def test_everything_of_the_first_two_levels_is_in_the_tree() -> None:
    first_two = set()
    for name in tracked():
        first, *rest = name.split("/")
        first_two.add(f"{first}/" if rest else first)
        if rest and first in ("core", "dashboard", "pages", "storage", "worker"):
            first_two.add(f"{first}/{rest[0]}/" if len(rest) > 1 else f"{first}/{rest[0]}")
    expected = {path for path in first_two if not path.endswith("__init__.py")}
    assert expected - set(shown()) == set()


def test_every_line_of_the_tree_says_what_it_is() -> None:
    assert [line for line in TREE if "  " not in line.strip()] == []


@pytest.mark.parametrize("target", re.findall(r"^make (\w+)", README, re.MULTILINE))
def test_the_make_targets_exist(target: str) -> None:
    subprocess.run(["make", "--dry-run", target], cwd=ROOT, check=True, capture_output=True)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_are_understood(command: str) -> None:
    """Each word and option of the README's commands is one that the program knows."""
    words = shlex.split(command)
    shown = subprocess.run(
        [
            sys.executable,
            "-m",
            "dashboard",
            *[w for w in words[:2] if not w.startswith("-") and "." not in w],
            "--help",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    options = [word for word in words if word.startswith("--")]
    assert [option for option in options if option not in shown.stdout] == []
