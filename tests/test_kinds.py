"""Nothing outside of its own folder knows which task it is, which metric counts, or which column holds what."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.evaluation import MEANINGS
from core.tasks import TASKS

ROOT = Path(__file__).parent.parent
ROOMS = ("core", "storage", "worker", "dashboard", "pages")
TASK_NAMES = set(TASKS)
METRIC_NAMES = set(MEANINGS)
COLUMNS = {f"task.{task.column}" for task in TASKS.values()}
LOSSES = ("core/config/tasks.py", "core/training/losses.py", "core/training/ridge.py")
"""A loss may have the name of a metric. `evaluation/records.py` says what evaluations of the first release stood by."""
MAY_NAME = {
    "tasks": ("core/tasks/", "core/config/run.py", "core/training/earlier_releases.py"),
    "metrics": (
        *("core/evaluation/", "core/comparison/", "core/targets/", "core/inspection/", "core/cards/"),
        *("dashboard/answers/", "core/evaluation/records.py", *LOSSES),
    ),
    "columns": ("core/tasks/",),
}
WORDS = {"tasks": TASK_NAMES, "metrics": METRIC_NAMES - {"bias"}, "columns": COLUMNS}
"""`bias` is also what a linear layer has."""


def named(path: Path) -> Iterator[tuple[int, str]]:
    """Every string constant of a file that is no docstring, with its line."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.lineno, node.value


@pytest.mark.parametrize("what", MAY_NAME)
def test_names_stand_in_their_own_folders_only(what: str) -> None:
    files = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    found = [
        f"{where}:{line} {word!r}"
        for path in files
        if not (where := path.relative_to(ROOT).as_posix()).startswith(MAY_NAME[what])
        for line, word in named(path)
        if word in WORDS[what]
    ]
    assert found == []
