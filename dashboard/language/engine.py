"""Translation of what the engine says: its sentences are known by their templates, also those that were stored.

The engine knows no language: it says English sentences with values in them. A catalogue holds their templates under
the context "engine" ("There is no column '{name}'."); a sentence is matched with them, and its values go into the
translated one. So what an earlier release stored, or another machine sent, is translated too.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from dashboard.language.engine_words import FORMS, GRAMMAR
from dashboard.language.words import SOURCE_LANGUAGE, catalogue, joined, language, listed, of_context

CONTEXT = "engine"
_PLACE = re.compile(r"\{(\w+)\}")
_GRAMMAR = "|".join(sorted(map(re.escape, FORMS), key=len, reverse=True))
_QUOTED = re.compile(r"'\{(\w+)\}'")
_END_OF_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-Z'\"(0-9])")


def said(text: str) -> str:
    """Translation of the engine's sentences; what no template knows stays as it is."""
    return _said(text, language())


@lru_cache(maxsize=4096)
def _said(text: str, spoken: str) -> str:
    patterns, text = _patterns(spoken), text.strip() if spoken != SOURCE_LANGUAGE else text
    if not patterns or not text:
        return text
    if (whole := _matched(text, patterns)) is not None:
        return whole
    if text.endswith((".", "?", "!")) and (same := catalogue(spoken).gettext(text)) != text:
        return same
    if "\n" in text:
        return "\n".join(map(said, text.split("\n")))
    parts = _END_OF_SENTENCE.split(text)
    if len(parts) == 1:
        return _enumeration(text, patterns) or text
    return joined(said(part) for part in parts)


def _enumeration(text: str, patterns: Iterable[tuple[str, re.Pattern[str], str]]) -> str:
    """The text as a list of phrases; "" unless every one is known. Single words may be a user's, and stay."""
    for sign in ("; ", ", "):
        phrases = text.removesuffix(".").split(sign)
        known = [_matched(one, patterns) if " " in one else one for one in phrases]
        if len(phrases) > 1 and all(known) and known != phrases:
            return listed(filter(None, known))
    return ""


def _matched(text: str, patterns: Iterable[tuple[str, re.Pattern[str], str]]) -> str | None:
    """The text in the words of the first template that fits; None without one. What stands in quotes is a name."""
    for template, pattern, translated in patterns:
        if found := pattern.fullmatch(text):
            names = set(_QUOTED.findall(template))
            values = {name: value if name in names else said(value) for name, value in found.groupdict().items()}
            return _PLACE.sub(lambda place, known=values: known.get(place[1], place[0]), translated)
    return None


@lru_cache(maxsize=8)
def _patterns(spoken: str) -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """Templates of a language as patterns with their translations, those with the most fixed letters first."""
    known = sorted(of_context(spoken, CONTEXT).items(), key=lambda pair: -len(_PLACE.sub("", pair[0])))
    return tuple((template, pattern_of(template), translated) for template, translated in known)


def pattern_of(template: str) -> re.Pattern[str]:
    """Regular expression of a template: {number} is digits, a place of grammar a form, another {name} any text.

    A place behind a sentence may be empty.
    """
    seen: set[str] = set()

    def group(name: str, before: str) -> str:
        first = name not in seen
        seen.add(name)
        anything = r"[\d.,]+" if name == "number" else ".*?" if before.endswith((".", "?", "!")) else ".+?"
        anything = _GRAMMAR if name in GRAMMAR else anything
        return f"(?P<{name}>{anything})" if first else f"(?P={name})"

    pieces = _PLACE.split(template)
    parts = (group(one, pieces[i - 1]) if i % 2 else re.escape(one) for i, one in enumerate(pieces))
    return re.compile("".join(parts), re.DOTALL)
