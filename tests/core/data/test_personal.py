import pandas as pd
import pytest

from core.data.checks.personal import masked, personal_columns


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("write to anna.k+x@mail.example.org today", "write to [e-mail] today"),
        ("@VirginAmerica thanks, see https://t.example/abc", "[account name] thanks, see [link]"),
        (
            "call +49 (30) 1234-567 or 0171 2345678 or 555-123-4567",
            "call [phone number] or [phone number] or [phone number]",
        ),
        ("pay DE89 3704 0044 0532 0130 00 now", "pay [account number] now"),
        ("card 4111 1111 1111 1111.", "card [account number]."),
        ("from 192.168.0.12, ticket 123456789", "from [internet address], ticket [long number]"),
    ],
)
def test_what_points_at_a_person_is_replaced_by_its_kind(text, shown):
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "net profit 1 10 31 42 cts vs 55 1987 1986 of 1,234,567,890 dlrs",
        "on 2015-02-17 at 10:30 the index fell 1.25 pct to 2,189.12",
        "version 2.31.0 of 1986/87, 7674 rows",
    ],
)
def test_numbers_and_dates_of_a_story_stay(text):
    assert masked(text) == text


def test_columns_are_personal_by_name_or_by_content():
    frame = pd.DataFrame(
        {
            "text": ["oil rose", "wheat fell", "rates cut", "ships late"],
            "customerName": ["A", "B", "C", "D"],
            "Geburtsdatum": ["1", "2", "3", "4"],
            "contact": ["a@b.de", "c@d.de", None, "none"],
            "amount": [123456789012, 2, 3, 4],
            "filename_size": [1, 2, 3, 4],
        }
    )
    found = personal_columns(frame)
    assert list(found) == ["customerName", "Geburtsdatum", "contact"]
    assert found["contact"] == "many of its cells hold an e-mail"


def test_a_huge_cell_without_a_space_takes_no_longer_than_reading_it():
    huge = "x" * 1_000_000
    assert masked(huge) == huge
    assert personal_columns(pd.DataFrame({"text": [huge] * 3})) == {}
