"""Inference of what each of a table's columns is read as, by its contents."""

import pandas as pd

from core.config.tasks import CellKind
from core.data.checks.suggest import MAX_CLASSES, Profile, Suggestion, profile_of
from core.data.rows.columns import plain
from core.data.rows.numbers import is_blank, looks_like, read_numbers
from core.data.rows.times import moments

YES = frozenset({"yes", "y", "true", "t", "1", "on", "ja", "j", "oui", "sí", "si", "sim", "да", "是", "有", "はい"})
NO = frozenset({"no", "n", "false", "f", "0", "off", "nein", "non", "não", "нет", "否", "无", "無", "いいえ"})
MOST_KINDS = 50
"""Values of a column called like a group, such as an account, up to which it tells kinds and no single customers."""
DATES_TRIED, NEARLY_ALL = 200, 0.95
"""Values that are tried as dates, and the share of them that have to be."""
SELDOM = 0.5
"""Share of different values from which names are those of single rows, and no classes."""


def kinds_suggested(frame: pd.DataFrame, roles: Suggestion, target: str | None) -> dict[str, CellKind]:
    """What each column is read as, in the frame's order, without the target.

    Left out are those by which rows are split, groups and ids, what is empty or constant, and texts of many words.
    """
    profiles = {str(name): _profile(frame, str(name)) for name in frame.columns if str(name) != target}
    group = profiles.get(roles.group or "")
    taken = {roles.split, roles.group if group is not None and group.distinct > MOST_KINDS else None}
    found = {name: "left_out" if name in taken else kind_of(profile) for name, profile in profiles.items()}
    return {name: _in_all_rows(kind, frame[name]) for name, kind in found.items()}


def _profile(frame: pd.DataFrame, name: str) -> Profile | None:
    """A profile of the column; of its different values where a sample of the rows has one only."""
    profile = profile_of(frame, name)
    if profile is None or profile.distinct < 2:
        return profile_of(pd.DataFrame({name: frame[name].drop_duplicates()}), name)
    return profile


def _in_all_rows(kind: CellKind, column: pd.Series) -> CellKind:
    """The kind that a sample suggests; not yes or no where other values stand in rows beyond it."""
    if kind != "yes_no":
        return kind
    values = [word for word in plain(column.drop_duplicates()) if not is_blank(word)]
    if is_yes_no(set(values)):
        return kind
    return "class" if read_numbers(values).unread else "number"


def kind_of(profile: Profile | None) -> CellKind:
    """What a column of such values is read as."""
    if profile is None or profile.distinct < 2 or profile.is_id or profile.is_json:
        return "left_out"
    if is_yes_no(set(profile.values)):
        return "yes_no"
    if is_date(profile):
        return "date"
    if looks_like(profile.values).kind != "class":
        return "number"
    few = profile.distinct <= MAX_CLASSES and profile.distinct_share <= SELDOM
    return "class" if few or profile.distinct <= 2 else "left_out"


def is_date(profile: Profile) -> bool:
    """Whether the values are days or moments, and no plain numbers, such as years."""
    if profile.is_typed_time:
        return True
    some = pd.Series(profile.values[:DATES_TRIED])
    if pd.to_numeric(some, errors="coerce").notna().mean() > 1 - NEARLY_ALL:
        return False
    return bool(moments(some).notna().mean() >= NEARLY_ALL)


def is_yes_no(values: set[str]) -> bool:
    """Whether these are two words, one for yes and one for no."""
    words = {value.strip().casefold() for value in values}
    return len(words) == 2 and bool(words & YES) and bool(words & NO)
