"""Signs in a label that a reader does not see or takes for others: their names, and the label without them."""

import unicodedata

from core.data.look_alike import LOOK_ALIKE
from core.data.sentences import shortened

UNSEEN = frozenset("\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2060\u3164\ufeff\uffa0") | {
    chr(code) for start, end in ((0x202A, 0x202E), (0x2061, 0x206F)) for code in range(start, end + 1)
}
"""Characters that never show: direction marks, soft hyphens, zero-width spaces, byte order marks."""
JOINERS = "\u200c\u200d\ufe0e\ufe0f"
"""Joiners and variation selectors, which shape their neighbours and so count inside a word, never at its ends."""
NAMES = {
    "\ufeff": "byte order mark",
    "\u00ad": "soft hyphen",
    "\u200e": "left-to-right mark",
    "\u200f": "right-to-left mark",
}
PLURALS = {"full-width characters", "special forms of characters", "letters and accents apart", "spaces around it"}


def without_unseen(label: str) -> str:
    """The label without characters that never show, and with single spaces."""
    seen = label if label.isascii() else "".join(one for one in label if one not in UNSEEN)
    return " ".join(seen.strip(JOINERS).split()).strip(JOINERS)


def tidy(label: str) -> str:
    """The label as training reads it: Unicode NFC, single spaces, no characters that never show."""
    return without_unseen(label if label.isascii() else unicodedata.normalize("NFC", label))


def spelled(label: str) -> str:
    """The label in quotes, and what a reader can't see in it in words: "'billing' with a soft hyphen"."""
    odd = [one if one in PLURALS else f"{'an' if one[0] in 'aeiou' else 'a'} {one}" for one in _odd(label)]
    return f"'{shortened(without_unseen(label))}'" + (f" with {' and '.join(odd)}" if odd else "")


def _odd(label: str) -> tuple[str, ...]:
    found = oddities(label)
    ends = {"space at the start", "space at the end"}
    return (*(one for one in found if one not in ends), "spaces around it") if ends <= set(found) else found


def oddities(label: str) -> tuple[str, ...]:
    """What a reader can't see in a label, in words: "no-break space", "Cyrillic letter a", "space at the end"."""
    found = [_name(one) for one in label if _is_odd(one)]
    if _mixes_scripts(label):
        found += [_name(one) for one in label if one in LOOK_ALIKE and not one.isascii()]
    found += _forms("".join(one for one in label if not _is_odd(one)))
    found += [f"space at the {end}" for end, there in _plain_spaces(label).items() if there]
    if "  " in label.strip(" "):
        found.append("double space")
    return tuple(dict.fromkeys(found))


def _forms(label: str) -> list[str]:
    composed = unicodedata.normalize("NFC", label)
    if any(unicodedata.east_asian_width(one) == "F" for one in label):
        return ["full-width characters"]
    if unicodedata.normalize("NFKC", composed) != composed:
        return ["special forms of characters"]
    return ["letters and accents apart"] if composed != label else []


def _is_odd(one: str) -> bool:
    return one in UNSEEN or one in JOINERS or (one.isspace() and one != " ") or unicodedata.category(one) == "Cc"


def _plain_spaces(label: str) -> dict[str, bool]:
    bare = "".join(one for one in label if one not in UNSEEN)
    return {"start": bare.startswith(" "), "end": bare.endswith(" ")}


def _mixes_scripts(label: str) -> bool:
    """Whether Latin letters stand beside letters of another script that look like Latin ones."""
    scripts = {unicodedata.name(one, "").split(" ")[0] for one in label if one.isalpha()}
    return bool({"CYRILLIC", "GREEK"} & scripts) and (
        "LATIN" in scripts or all(one in LOOK_ALIKE for one in label if one.isalpha())
    )


def _name(one: str) -> str:
    if one in NAMES:
        return NAMES[one]
    name = unicodedata.name(one, "")
    if not name:
        return {"\n": "line break", "\r": "line break", "\t": "tab"}.get(one, f"control character U+{ord(one):04X}")
    if " LETTER " in name:
        return f"{name.split(' ')[0].capitalize()} letter {name.split(' ')[-1].lower()}"
    return name.lower().replace("zero width", "zero-width")
