"""Prices from files and stories, and what is refused."""

import pytest
from pydantic import ValidationError

from core.errors import ConfigError
from core.payoff import from_story, number, read_prices
from core.scenarios import SCENARIOS
from core.scenarios.scenario import NumberPayoff, Payoff
from tests.core.payoff.made import prices

LABELS = ("Unhappy", "Neutral", "Pleased")


def test_a_storys_prices_become_a_matrix():
    found = from_story(SCENARIOS["support-tone"].payoff, LABELS)
    assert found.worths == ((2.0, -6.0, -6.0), (-1.0, 0.5, -0.5), (-1.0, -0.5, 0.5))
    assert (found.nothing, found.person, found.currency) == ("Neutral", 0.5, "USD")


@pytest.mark.parametrize(
    "story", [one for one in SCENARIOS.values() if isinstance(one.payoff, Payoff)], ids=lambda one: one.key
)
def test_every_story_of_classes_has_prices(story):
    found = from_story(story.payoff, tuple(story.data.classes.values()) or ("a", "b"))
    assert found.person == story.payoff.person
    assert (found.matrix.diagonal() > 0).all()


@pytest.mark.parametrize(
    "story", [one for one in SCENARIOS.values() if isinstance(one.payoff, NumberPayoff)], ids=lambda one: one.key
)
def test_every_story_of_numbers_has_prices(story):
    found = number.from_story(story.payoff)
    assert min(found.too_high, found.too_low) > 0
    assert [-one.amount for one in story.payoff.table] == [found.too_high, found.too_low]


def test_a_toml_file_names_two_prices_and_the_exceptions(tmp_path):
    file = tmp_path / "costs.toml"
    file.write_text('right = 1\nwrong = -2\nperson = 0.4\nnothing = "Neutral"\n[worths.Unhappy]\nNeutral = -9\n')
    found = read_prices(file, LABELS)
    assert found.worths == ((1.0, -9.0, -2.0), (-2.0, 1.0, -2.0), (-2.0, -2.0, 1.0))
    assert (found.person, found.nothing) == (0.4, "Neutral")


def test_a_table_from_a_spreadsheet_is_read(tmp_path):
    file = tmp_path / "costs.csv"
    file.write_text("\ufefftrue,Unhappy,Neutral,Pleased\nUnhappy,2,-6,-6\nNeutral,-1,0.5,\nPleased,-1,-0.5,0.5\n")
    assert read_prices(file, LABELS).worths == ((2.0, -6.0, -6.0), (-1.0, 0.5, -1.0), (-1.0, -0.5, 0.5))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("rihgt = 1", "Did you mean 'right'?"),
        ("[worths.Unhapy]\nNeutral = 1", "Did you mean 'Unhappy'?"),
        ("right = 'much'", "valid number"),
        ("person = -1", "greater than or equal to 0"),
        ("right = nan", "finite number"),
        ("right = ", "cannot be read"),
        ("worths = 3", "not a table"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_a_sentence(tmp_path, text, words):
    file = tmp_path / "costs.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as error:
        read_prices(file, LABELS)
    assert words in str(error.value)


def test_a_matrix_must_have_every_class():
    with pytest.raises(ValidationError, match="3 lines of 3"):
        prices([[1, 0], [0, 1]], ("a", "b")).model_validate(
            {"currency": "USD", "labels": LABELS, "worths": ((1, 0), (0, 1))}
        )
