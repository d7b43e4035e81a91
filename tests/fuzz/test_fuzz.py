"""A small part of `make fuzz`: 300 cases of rows, model folders, backups and requests."""

import pytest

from tests.attacks.taken import Taken
from tests.fuzz import backups, models, rows
from tests.fuzz.__main__ import KINDS, Found, fuzz, refuse_excess
from tests.fuzz.case import Broken, refuse_bad_refusal
from tests.fuzz.meters import Meter

pytestmark = pytest.mark.xdist_group("processes")
CASES = {"rows": 80, "models": 30, "backups": 80, "requests": 110}
FIRST = 1_000_000


@pytest.mark.slow
@pytest.mark.parametrize("kind", CASES)
def test_every_case_is_read_rightly_or_refused_in_a_sentence(kind: str) -> None:
    found: Found = fuzz(kind, FIRST, CASES[kind])
    assert found.broken == {}
    assert sum(found.came.values()) == CASES[kind]
    assert found.count(refused=False) > CASES[kind] // 10, "the cases test nothing"
    assert found.count(refused=True) > CASES[kind] // 10


def test_a_case_is_made_from_its_number_alone() -> None:
    assert [rows.made(number) for number in range(20)] == [rows.made(number) for number in range(20)]
    assert {rows.made(number).suffix for number in range(80)} == set(rows.SUFFIXES)
    assert {rows.made(number).way for number in range(20)} == set(rows.WAYS)
    assert sum(weight for weight, _ in models.TAMPERINGS.values()) == 100
    assert set(KINDS) == set(CASES)
    assert backups.ASKED


@pytest.mark.parametrize(
    ("message", "hint"), [("", "A hint."), ("x" * 400, "y" * 100), ("Something went wrong.", ""), ("A Traceback", "")]
)
def test_a_bad_refusal_is_broken(message: str, hint: str) -> None:
    with pytest.raises(Broken):
        refuse_bad_refusal(message, hint)


def test_too_much_and_what_is_left_are_broken(tmp_path) -> None:
    meter = Meter()
    refuse_excess(meter, [], tmp_path)
    for took in (Taken(seconds=21, most_mb=0), Taken(seconds=0, most_mb=1_001)):
        with pytest.raises(Broken, match=r"21 s|1001 MB"):
            refuse_excess(meter, [took], tmp_path)
    (tmp_path / "left").touch()
    with pytest.raises(Broken, match="left"):
        refuse_excess(meter, [], tmp_path)
