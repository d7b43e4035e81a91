"""What the README says is so."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^tuneboard (.+)$", README, re.MULTILINE)


def test_the_tree_is_what_is_on_the_disk() -> None:
    checked = subprocess.run([sys.executable, "docs/tree.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


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
