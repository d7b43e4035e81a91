"""A few kills of the crash matrix; `make chaos` makes hundreds."""

import random
import re
from pathlib import Path

import pytest

from core.failpoints import FAILPOINTS
from tests.chaos import others
from tests.chaos.house import House
from tests.chaos.ordeal import Ordeal, Toll

pytestmark = pytest.mark.xdist_group("processes")
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "spots",
    [
        ("supervisor.claimed", "checkpoint.sealed"),
        pytest.param(("jobs.recording", "supervisor.ended"), marks=pytest.mark.slow),
        pytest.param(("supervisor.ordered", "run.speaking"), marks=pytest.mark.slow),
    ],
)
def test_a_run_killed_twice_ends_as_if_nothing_had_happened(spots: tuple[str, str], tmp_path: Path) -> None:
    toll = Ordeal(House(tmp_path / "home"), random.Random(0)).undergo(spots)
    assert sum(toll.kills.values()) == 2


@pytest.mark.parametrize("spot", ["datasets.adding", "runs.queueing", "backup.writing"])
def test_a_command_killed_half_way_can_be_given_again(spot: str, tmp_path: Path) -> None:
    others.writer(House(tmp_path / "home"), spot, Toll())


@pytest.mark.slow
def test_a_run_does_not_notice_that_the_dashboard_died(tmp_path: Path) -> None:
    others.dashboard(House(tmp_path / "home"), random.Random(0), Toll())


def test_every_failpoint_stands_in_the_code_once() -> None:
    found: list[str] = []
    for room in ("core", "storage", "worker"):
        for path in (ROOT / room).rglob("*.py"):
            found += re.findall(r'failpoint\("([^"]+)"\)', path.read_text(encoding="utf-8"))
    assert sorted(found) == sorted(FAILPOINTS)
