"""What a group of rows is called: raw text of rows is inside, so it is escaped where it is shown."""

from collections.abc import Sequence

from core.inspection import Group
from dashboard.language.words import tr


def short(group: Group) -> str:
    """The group among others of its kind: a value, or a span such as '12 to 20'."""
    if group.value is not None:
        return group.value
    if group.low is None:
        return tr("(missing)")
    if group.by == "confidence":
        return tr("{low}% to {high}%", low=f"{float(group.low) * 100:g}", high=f"{float(group.high or 1) * 100:g}")
    return group.low if group.low == group.high else tr("{low} to {high}", low=group.low, high=group.high)


def full(group: Group) -> str:
    """The group where it stands alone: 'region: north', '12 to 20 words long'."""
    name = short(group)
    if group.by == "column":
        return f"{group.column}: {name}"
    sayings = {
        "class": tr("class: {name}"),
        "number": tr("true number {name}"),
        "length": tr("{name} words long"),
        "confidence": tr("sure to {name}"),
        "width": tr("range {name} wide"),
        "word": tr("has the word “{name}”"),
    }
    return sayings[group.by].format(name=name)


def together(groups: Sequence[Group]) -> str:
    """A slice by one group or two."""
    return tr(" and ").join(full(group) for group in groups)
