"""docs/reliability.md against the tests: every case has a promise, and every test it names is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CASES = 75
ROWS = [
    [cell.strip() for cell in line.strip("|\n").split("|")]
    for line in (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| \d+ \|", line)
]
NAMED = sorted({name for row in ROWS for name in re.findall(r"`(tests/[^`]+)`", row[3])})


def test_every_case_has_a_promise_and_is_shown() -> None:
    cases = {int(row[0]) for row in ROWS}
    assert cases == set(range(1, max(CASES, *cases) + 1))
    for case, comes, promise, shown in ROWS:
        assert comes, case
        assert promise, case
        assert shown, case
        assert "tests/" in shown or promise.startswith("Cannot occur"), case


@pytest.mark.parametrize("name", NAMED)
def test_what_the_page_names_is_there(name: str) -> None:
    file, _, test = name.partition("::")
    path = ROOT / file
    assert path.exists()
    if test:
        assert re.search(rf"^( *)def {re.escape(test)}\(|^class {re.escape(test)}\b", path.read_text(), re.MULTILINE)
