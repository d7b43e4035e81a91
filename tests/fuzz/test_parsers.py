"""A small part of `make fuzz`: made-up and damaged files are read or refused in a sentence, soon."""

import re

from tests.fuzz import parsers

INPUTS = 1_500


def test_no_made_up_or_damaged_file_breaks_a_parser() -> None:
    came, broken, slowest = parsers.fuzz(first=1_000_000, inputs=INPUTS)
    assert broken == {}
    assert slowest < parsers.LIMIT_S
    assert sum(came.values()) == INPUTS
    for kind in parsers.PARSERS:
        assert came[kind, "read"], f"no {kind} was good enough to be read: the inputs test nothing"
        assert came[kind, "refused"], kind


def test_an_input_is_made_from_its_number_alone() -> None:
    assert [parsers.made(number) for number in range(50)] == [parsers.made(number) for number in range(50)]
    assert {parsers.made(number)[0] for number in range(200)} == set(parsers.PARSERS)


def test_a_parser_that_breaks_is_counted_and_can_be_tried_again(monkeypatch) -> None:
    def breaks(path, _):
        raise KeyError(path.name)

    monkeypatch.setitem(parsers.PARSERS, ".csv", (100, parsers.text_file, breaks))
    came, broken, _ = parsers.fuzz(first=0, inputs=20)
    assert came[".csv", "broken"]
    (line, number) = next(iter(broken.items()))
    assert re.search("KeyError in test_parsers.py", line)
    assert parsers.made(number)[0] == ".csv"
