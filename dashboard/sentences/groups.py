"""Names of groups and slices of rows. Raw text of rows is inside, so they are escaped where they are shown."""

from collections.abc import Sequence

from core.inspection import Group
from dashboard.language.words import tr


def short(group: Group) -> str:
    """Short name of a group among others of its feature: a value, or an interval such as '12 to 20'."""
    if group.value is not None:
        return group.value
    if group.low is None:
        return tr("(missing)")
    if group.by == "confidence":
        return tr("{low}% to {high}%", low=f"{float(group.low) * 100:g}", high=f"{float(group.high or 1) * 100:g}")
    return group.low if group.low == group.high else tr("{low} to {high}", low=group.low, high=group.high)


def full(group: Group) -> str:
    """Full name of a group where it stands alone: 'region: north', '12 to 20 words long'."""
    name = short(group)
    if group.by == "column":
        return f"{group.column}: {name}"
    sayings = {
        "class": tr("class: {name}"),
        "number": tr("true number {name}"),
        "length": tr("{name} words long"),
        "confidence": tr("sure to {name}"),
        "width": tr("interval {name} wide"),
        "word": tr("has the word “{name}”"),
    }
    return sayings[group.by].format(name=name)


def together(groups: Sequence[Group]) -> str:
    """Name of a slice: the intersection of one group or two."""
    return tr(" and ").join(full(group) for group in groups)
