"""Parsing of the prices of numbers, from a scenario, or from plain values as a file or a form has."""

from pathlib import Path
from typing import Any, Protocol

from pydantic import ValidationError

from core.errors import ConfigError, did_you_mean
from core.payoff.number.decision import NumberDecision
from core.payoff.prices import told_in

KNOWN = ("currency", "too_high", "too_low", "upfront", "shift")


class _Cost(Protocol):
    @property
    def amount(self) -> float: ...


class NumberPayoffStory(Protocol):
    """The payoff of a scenario for numbers, as far as prices need it."""

    @property
    def currency(self) -> str:
        """Currency of the amounts."""

    @property
    def too_high(self) -> _Cost:
        """What one unit too high costs, a case."""

    @property
    def too_low(self) -> _Cost:
        """What one unit too low costs, a case."""


def from_story(story: NumberPayoffStory) -> NumberDecision:
    """A scenario's own prices."""
    return NumberDecision(currency=story.currency, too_high=story.too_high.amount, too_low=story.too_low.amount)


def read_prices(path: Path) -> NumberDecision:
    """The prices in a TOML or JSON file, which name KNOWN. Raises ConfigError in a sentence."""
    try:
        told = told_in(path)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise ConfigError(f"The prices in {path.name} cannot be read: {error}.", "Give TOML or JSON.") from None
    return from_words(told)


def from_words(told: dict[str, Any]) -> NumberDecision:
    """Parses prices from plain values; a shift that is told counts as set by hand. Raises ConfigError in a sentence."""
    if strange := [name for name in told if name not in KNOWN]:
        hint = did_you_mean(strange[0], KNOWN) or f"The prices may hold: {', '.join(KNOWN)}."
        raise ConfigError(f"There is no price called '{strange[0]}'.", hint)
    by_hand = {"chosen_on": "hand"} if "shift" in told else {}
    try:
        return NumberDecision.model_validate({"currency": "USD", "too_high": 1.0, "too_low": 1.0, **told, **by_hand})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "prices"
        raise ConfigError(f"The prices do not fit: {where}: {first['msg'].removeprefix('Value error, ')}.") from None
