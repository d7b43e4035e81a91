"""Column names as a reader sees them: without signs that never show, and compared without case, spaces and script."""

import unicodedata
from collections.abc import Iterable

from core.data.look_alike import LOOK_ALIKE


def seen(name: str) -> str:
    """The name without characters that never show, in one line with single spaces."""
    kept = name if name.isascii() else "".join(one for one in name if unicodedata.category(one) != "Cf")
    return " ".join(kept.split())


def in_one_script(name: str) -> str:
    """The name with the Latin letters that others in it are taken for, where they stand in one word with Latin ones."""
    return name if name.isascii() else " ".join(map(_word, name.split(" ")))


def _word(word: str) -> str:
    odd = [one for one in word if one.isalpha() and not one.isascii()]
    if not odd or any(one not in LOOK_ALIKE for one in odd) or not any(map(_is_latin, word)):
        return word
    return "".join(LOOK_ALIKE.get(one, one) for one in word)


def _is_latin(one: str) -> bool:
    return one.isascii() and one.isalpha()


def name_key(name: str) -> str:
    """Key of a name: equal for names that a reader takes for one, whatever their case, spaces, dashes and signs."""
    plain = "".join(LOOK_ALIKE.get(one, one) for one in unicodedata.normalize("NFKC", seen(name)))
    return "".join(one for one in plain.casefold() if one not in " _-")


def same_name(wanted: str, names: Iterable[str]) -> str | None:
    """The one of the names that equals the wanted one, or the only one that a reader takes for it; else None."""
    known = list(names)
    if wanted in known:
        return wanted
    alike = [name for name in known if name_key(name) == name_key(wanted)]
    return alike[0] if len(alike) == 1 else None
