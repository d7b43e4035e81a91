"""Column role inference: guesses what each column is for. Contents decide; a well-known name tips the balance."""

import json
import math
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd
from pydantic import Field

from core.config import Frozen
from core.data.rows.clean import INVISIBLE
from core.data.rows.times import moments
from core.data.rows.values import cells
from core.data.sentences import counted, quoted
from core.data.splits.given import part_of

SAMPLE = 5_000
MANY_COLUMNS_SAMPLE = 500
MAX_CLASSES = 1_000
WIDE = re.compile(r"[\u2e80-\ud7ff\uff00-\uffef]")
NUMBER = re.compile(r"[-+]?\s*[$€£¥]?\s*\d[\d., ']*\s*[%$€£¥]?")

CURRENCY = re.compile(r"[$€£¥₹₽₩]|\b(?:USD|EUR|GBP|JPY|CNY|CHF)\b")


class Suggestion(Frozen):
    """Inferred roles, each with its column or None; `reasons` has a sentence for each that was found."""

    text: str | None = None
    target: str | None = None
    split: str | None = None
    group: str | None = None
    time: str | None = None
    reasons: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True)
class Profile:
    """Profile of a column: its name, and a sample of its values."""

    name: str
    words: frozenset[str]
    values: tuple[str, ...]
    rows: int
    is_typed_time: bool = False

    @property
    def distinct(self) -> int:
        """How many different values there are."""
        return len(set(self.values))

    @property
    def distinct_share(self) -> float:
        """Different values per filled row."""
        return self.distinct / len(self.values)

    @property
    def length(self) -> float:
        """Mean characters of a value; one of Chinese or Japanese says as much as three."""
        return float(np.mean([len(value) + 2 * len(WIDE.findall(value)) for value in self.values[:1_000]]))

    @property
    def has_words(self) -> bool:
        """Whether values are usually of several words."""
        several = [" " in value.strip() or len(WIDE.findall(value)) > 3 for value in self.values[:1_000]]
        return float(np.mean(several)) >= 0.3

    @property
    def is_numbers(self) -> bool:
        """Whether nearly all values are numbers."""
        return float(np.mean([NUMBER.fullmatch(value.strip()) is not None for value in self.values[:1_000]])) >= 0.95

    @property
    def is_json(self) -> bool:
        """Whether most values are nested: JSON objects or lists."""
        return float(np.mean([value.lstrip()[:1] in "{[" and _is_nested(value) for value in self.values[:200]])) >= 0.5

    @property
    def is_money(self) -> bool:
        """Whether the values are amounts of money: numbers with a currency sign, or in a column called so."""
        signs = float(np.mean([bool(CURRENCY.search(value)) for value in self.values[:1_000]]))
        return self.is_numbers and (signs >= 0.5 or bool(name_score(self, "money")))

    @property
    def is_id(self) -> bool:
        """Whether the values number or name the rows: in a column called so, or whole numbers one after the other."""
        if name_score(self, "id") and self.distinct_share >= 0.3:
            return True
        whole = [value for value in self.values if value.isdecimal() and len(value) < 16]
        if len(whole) < len(self.values) or self.distinct < len(self.values) or len(whole) < 10:
            return False
        steps = np.diff([int(value) for value in whole])
        return bool((steps == steps[0]).all() and steps[0] != 0)

    @property
    def is_fractions(self) -> bool:
        """Whether the values are numbers and many have a fraction."""
        return self.is_numbers and float(np.mean([bool(re.search(r"\d[.,]\d", value)) for value in self.values])) > 0.2


def _is_nested(value: str) -> bool:
    try:
        return isinstance(json.loads(value), dict | list)
    except ValueError:
        return False


def suggest(frame: pd.DataFrame) -> Suggestion:
    """Infers the role of each column, as far as its contents tell."""
    every = [profile for name in frame.columns if (profile := profile_of(frame, str(name)))]
    profiles = [profile for profile in every if not profile.is_json]
    found: dict[str, tuple[str, str]] = {}
    for role, look in (("split", find_split), ("text", find_text), ("target", find_target)):
        if answer := look(free(profiles, found)):
            found[role] = answer
    if "target" not in found and (answer := find_number(free(profiles, found))):
        found["target"] = answer
    classes = next((profile.distinct for profile in profiles if profile.name == found.get("target", ("",))[0]), 0)
    if answer := find_time(free(profiles, found)):
        found["time"] = answer
    if answer := find_group(free(profiles, found), classes):
        found["group"] = answer
    chosen = {role: name for role, (name, _) in found.items()}
    return Suggestion(**chosen, reasons={role: reason for role, (_, reason) in found.items()})


def profile_of(frame: pd.DataFrame, name: str) -> Profile | None:
    """A profile of the column, or None where it is empty."""
    size = SAMPLE if len(frame.columns) <= 50 else MANY_COLUMNS_SAMPLE
    column = frame[name]
    sample = column.iloc[:: max(1, -(-len(column) // size))]
    values = tuple(cell for cell in cells(sample) if cell and cell.strip(INVISIBLE))
    if not values:
        return None
    is_time = pd.api.types.is_datetime64_any_dtype(column)
    return Profile(name, name_words(name), values, len(sample), is_time)


def name_words(name: str) -> frozenset[str]:
    """The words in a column's name: 'customerId' and 'customer_id' are customer, id and customerid."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    words = re.split(r"[\s_\-./]+", apart.casefold())
    return frozenset([*words, "".join(words)])


def free(profiles: list[Profile], found: dict[str, tuple[str, str]]) -> list[Profile]:
    """The columns that have no purpose yet."""
    taken = {name for name, _ in found.values()}
    return [profile for profile in profiles if profile.name not in taken]


@cache
def known_words(role: str) -> dict[str, int]:
    """Well-known names for this purpose, each with its place in the list."""
    lists = tomllib.loads(files("core.data").joinpath("column_words.toml").read_text("utf-8"))
    return {word: place for place, word in enumerate(lists[role].split())}


def name_score(profile: Profile, role: str) -> float:
    """From 1 for the surest name for this purpose down to 0 for an unknown one."""
    places = [place for word, place in known_words(role).items() if word in profile.words]
    return 1 - 0.5 * min(places) / len(known_words(role)) if places else 0.0


def is_named(profile: Profile, role: str) -> bool:
    """Whether the column's name speaks for this purpose."""
    return name_score(profile, role) > 0


def find_split(profiles: list[Profile]) -> tuple[str, str] | None:
    """A column whose values are train and test."""
    for profile in profiles:
        parts = {part_of(value) for value in set(profile.values)}
        if profile.distinct <= 6 and {"train", "test"} <= parts and "" not in parts:
            return profile.name, f"Its values name the parts: {quoted(sorted(set(profile.values)))}."
    return None


def find_text(profiles: list[Profile]) -> tuple[str, str] | None:
    """The column with the longest and most varied words."""

    def score(profile: Profile) -> float:
        return (
            math.log1p(profile.length)
            * profile.distinct_share
            * (1 if profile.has_words else 0.3)
            * (1 + name_score(profile, "text"))
        )

    worded = [
        profile
        for profile in profiles
        if not (profile.is_numbers or profile.is_json or is_time(profile))
        and (profile.has_words or name_score(profile, "text"))
    ]
    if not worded:
        return None
    best = max(worded, key=score)
    if is_named(best, "text"):
        return best.name, "It holds the longest and most varied texts, and its name says so."
    return best.name, "It holds the longest and most varied texts."


def find_target(profiles: list[Profile]) -> tuple[str, str] | None:
    """A column of few values that come back often."""
    candidates = [profile for profile in profiles if is_classes(profile)]
    if not candidates:
        return None

    def score(profile: Profile) -> float:
        likely = 2 * name_score(profile, "target") - name_score(profile, "group")
        return likely + (0 if profile.is_numbers else 0.5) + 0.5 / math.log2(1 + profile.distinct)

    best = max(candidates, key=score)
    values = counted(best.distinct, "value")
    if is_named(best, "target"):
        return best.name, f"It has {values} that come back often, and its name says so."
    return best.name, f"It has {values} that come back often."


def find_number(profiles: list[Profile]) -> tuple[str, str] | None:
    """A column of numbers to come near to; one whose name says so first, no ids and no times."""

    def score(profile: Profile) -> float:
        return name_score(profile, "target") + (0.5 if profile.is_fractions else 0.0)

    candidates = [
        profile
        for profile in profiles
        if profile.is_numbers
        and profile.distinct > 2
        and not is_time(profile)
        and not profile.is_id
        and not name_score(profile, "group")
        and (score(profile) or profile.distinct_share < 0.9)
    ]
    if not candidates:
        return None
    best = max(candidates, key=score)
    values = counted(best.distinct, "different number")
    if is_named(best, "target"):
        return best.name, f"It holds {values}, and its name says so."
    return best.name, f"It holds {values}."


def is_classes(profile: Profile) -> bool:
    """Whether the values could be classes: at least 2, not too many, short, coming back, no measurements."""
    comes_back = len(profile.values) / profile.distinct >= (1.2 if name_score(profile, "target") else 2)
    return (
        2 <= profile.distinct <= MAX_CLASSES
        and comes_back
        and profile.length <= 100
        and not (profile.is_fractions or profile.is_money or profile.is_id or profile.is_json)
        and not is_time(profile)
    )


def find_time(profiles: list[Profile]) -> tuple[str, str] | None:
    """A column of dates or times; plain numbers only where the name says so."""
    for profile in sorted(profiles, key=lambda profile: -name_score(profile, "time")):
        if is_time(profile):
            return profile.name, f"Its values are dates or times, such as '{profile.values[0]}'."
    return None


def is_time(profile: Profile) -> bool:
    """Whether nearly all values can be read as moments."""
    if profile.is_typed_time:
        return True
    if profile.is_numbers and not name_score(profile, "time"):
        return False
    return bool(moments(pd.Series(profile.values[:200])).notna().mean() >= 0.95)


def find_group(profiles: list[Profile], classes: int) -> tuple[str, str] | None:
    """A column that says whom or what a row belongs to: known by its name, and its values come back."""
    candidates = [
        profile
        for profile in profiles
        if name_score(profile, "group") and profile.distinct > max(classes, 2) and profile.distinct_share < 0.8
    ]
    if not candidates:
        return None
    best = max(candidates, key=lambda profile: name_score(profile, "group"))
    return best.name, f"Rows share its {best.distinct:,} values, as rows of one person or source do."
