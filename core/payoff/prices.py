"""Cost matrices to start from: two amounts, a story's, or a file's."""

import csv
import json
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from pydantic import ValidationError

from core.answers import ClassAnswers
from core.errors import ConfigError, did_you_mean
from core.payoff.decision import Decision


class PayoffStory(Protocol):
    """The payoff of a scenario, as far as prices need it."""

    @property
    def currency(self) -> str:
        """Currency of the amounts."""

    @property
    def person(self) -> float | None:
        """Cost of a person, a case."""

    @property
    def nothing(self) -> str | None:
        """The answer that doing nothing amounts to."""

    def amount(self, target: str, answer: str) -> float:
        """Entry of the cost matrix: the worth of `answer` where `target` is true."""


def labels_of(*answered: ClassAnswers) -> tuple[str, ...]:
    """Union of the labels that can be answered or are true somewhere, those of the first model before the others."""
    known = dict.fromkeys(label for one in answered for label in one.labels)
    return (*known, *sorted({target for one in answered for target in one.targets} - known.keys()))


def simple(
    labels: Sequence[str],
    *,
    right: float = 1.0,
    wrong: float = -1.0,
    person: float | None = None,
    currency: str = "USD",
) -> Decision:
    """Cost matrix with one amount for every right answer and one for every wrong one."""
    worths = tuple(tuple(right if t == a else wrong for a in labels) for t in labels)
    return Decision(currency=currency, labels=tuple(labels), worths=worths, person=person)


def from_story(story: PayoffStory, labels: Sequence[str]) -> Decision:
    """Cost matrix of a scenario's own prices for these classes."""
    worths = tuple(tuple(story.amount(t, a) for a in labels) for t in labels)
    nothing = story.nothing if story.nothing in labels else None
    return Decision(currency=story.currency, labels=tuple(labels), worths=worths, person=story.person, nothing=nothing)


def read_prices(path: Path, labels: Sequence[str]) -> Decision:
    """The prices in a TOML or JSON file, or a CSV table. Raises ConfigError in a sentence.

    A table has the true class in the first column and a column for each answer. TOML and JSON name `currency`,
    `right`, `wrong`, and if wanted `person`, `nothing`, `upfront`, and `worths`: `{true class: {answer: amount}}` over
    the two.
    """
    try:
        told = _table(path) if path.suffix.lower() == ".csv" else told_in(path)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise ConfigError(f"The prices in {path.name} cannot be read: {error}.", "Give TOML, JSON or CSV.") from None
    return from_words(told, labels)


def from_words(told: dict[str, Any], labels: Sequence[str]) -> Decision:
    """Parses prices from plain values, as in a file. Raises ConfigError in a sentence."""
    known = ("currency", "right", "wrong", "person", "nothing", "upfront", "worths", "thresholds")
    if strange := [name for name in told if name not in known]:
        hint = did_you_mean(strange[0], known) or f"The prices may hold: {', '.join(known)}."
        raise ConfigError(f"There is no price called '{strange[0]}'.", hint)
    named = told.get("worths", {})
    if not isinstance(named, dict) or not all(isinstance(line, dict) for line in named.values()):
        raise ConfigError("The worths are not a table.", "Give for each true class the answers and their amounts.")
    for name in {*named, *(answer for line in named.values() for answer in line), *told.get("thresholds", {})}:
        if name not in labels:
            raise ConfigError(
                f"The prices name a class '{name}' that the run does not know.", did_you_mean(name, labels)
            )
    both = (told.get("wrong", -1.0), told.get("right", 1.0))
    worths = [[named.get(t, {}).get(a, both[t == a]) for a in labels] for t in labels]
    more: dict[str, Any] = {name: told[name] for name in ("currency", "person", "nothing", "upfront") if name in told}
    if "thresholds" in told:
        bars = tuple(told["thresholds"].get(label, 1 / len(labels)) for label in labels)
        more |= {"thresholds": bars, "rule": "hand", "chosen_on": "hand"}
    try:
        return Decision.model_validate({"currency": "USD", "labels": tuple(labels), "worths": worths, **more})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "prices"
        raise ConfigError(f"The prices do not fit: {where}: {first['msg'].removeprefix('Value error, ')}.") from None


def told_in(path: Path) -> dict[str, Any]:
    """Parses a TOML or JSON file into names and values. Raises ValueError where it holds none."""
    text = path.read_text(encoding="utf-8-sig")
    told = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    if not isinstance(told, dict):
        raise ValueError("it holds no names with values")
    return told


def _table(path: Path) -> dict[str, Any]:
    """Parses a CSV's cost matrix, whose columns are headed by the answers."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *lines = list(csv.reader(file))
    worths: dict[str, dict[str, float]] = {}
    for line in lines:
        if line and line[0].strip():
            worths[line[0]] = {a: float(v) for a, v in zip(head[1:], line[1:], strict=False) if v.strip()}
    return {"worths": worths}
