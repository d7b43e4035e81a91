"""Translation (gettext): every word on a screen passes through `tr`, so that a language is a catalogue and no code.

Catalogues: `dashboard/locale/<language>/LC_MESSAGES/tuneboard.po`, compiled into the `.mo` beside it by
`python -m dashboard.language.wordlist`, which also writes the list of words to translate, `locale/tuneboard.pot`.
"""

import gettext
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

DOMAIN = "tuneboard"
FOLDER = Path(__file__).parents[1] / "locale"
SOURCE_LANGUAGE = "en"
NAMES = {SOURCE_LANGUAGE: "English", "zh": "简体中文"}
"""Names of the languages, each in itself."""
COOKIE = "tuneboard_language"
_SPOKEN: ContextVar[str | None] = ContextVar("language", default=None)
_JOINTS = {"zh": ("", "、")}
"""What stands between sentences, and between the items of a list, where it is not a space and a comma."""


_CHINESE = re.compile("[一-鿿]")
_SPACED = re.compile(r"[一-鿿]\** \**\{|\}\** \**[一-鿿]")


def tr(text: str, /, **values: object) -> str:
    """Translation of `text` into the reader's language, its {names} filled in."""
    translated = catalogue(language()).gettext(text) if text else text
    return fitted(translated, values).format(**values) if values else translated


def trn(one: str, many: str, number: int, /, **values: object) -> str:
    """Plural translation: `one` or `many`, by `number`; {n} is the number with its thousands marked."""
    translated = catalogue(language()).ngettext(one, many, number)
    return fitted(translated, values).format(n=count(number), **values)


def fitted(text: str, values: Mapping[str, object]) -> str:
    """The text without a space between two Chinese characters, where a value that begins or ends in one goes in."""
    if not _SPACED.search(text):
        return text
    for name, value in values.items():
        told = str(value).strip("*")
        if told and _CHINESE.match(told[0]):
            text = re.sub(rf"(?<=[一-鿿，、：])(\**) (\**)\{{{name}\}}", rf"\1\2{{{name}}}", text)
        if told and _CHINESE.match(told[-1]):
            text = re.sub(rf"\{{{name}\}}(\**) (\**)(?=[一-鿿])", rf"{{{name}}}\1\2", text)
    return text


def joined(sentences: Iterable[str]) -> str:
    """Paragraph of whole sentences, empty ones left out."""
    return _JOINTS.get(language(), (" ", ", "))[0].join(filter(None, sentences))


def listed(items: Iterable[str]) -> str:
    """Enumeration: "a, b, c"."""
    return _JOINTS.get(language(), (" ", ", "))[1].join(items)


def count(number: float) -> str:
    """Integer with thousands separators in the reader's language: 12533 as 12,533."""
    return _counted(str(number), language())


@lru_cache(maxsize=1024)
def _counted(number: str, locale: str) -> str:
    from babel.numbers import format_decimal  # slow to load

    return str(format_decimal(Decimal(number), format="#,##0", locale=locale))


def word(text: str, /) -> str:
    """Marker for message extraction: `text` unchanged, to be shown through `tr` later."""
    return text


def language() -> str:
    """Locale in force: of the enclosing `speaking`, else of this browser session, else English."""
    if spoken := _SPOKEN.get():
        return spoken
    if "streamlit" not in sys.modules:  # a command line, which needs none of it
        return SOURCE_LANGUAGE
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    if get_script_run_ctx(suppress_warning=True) is None:
        return SOURCE_LANGUAGE
    return str(st.session_state.get("language", SOURCE_LANGUAGE))


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Context in which the locale is `name`: outside of browser sessions."""
    token = _SPOKEN.set(name)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def choose_language() -> None:
    """Set this session's locale: by `?lang=`, else as before, else by this browser's choice, else by its own."""
    import streamlit as st

    wishes = (
        st.query_params.get("lang"),
        st.session_state.get("language"),
        st.context.cookies.get(COOKIE),
        st.context.locale,
    )
    st.session_state["language"] = first_known(wishes)


def first_known(wishes: Iterable[str | None]) -> str:
    """First locale of these that has a catalogue ("zh-CN" is served by "zh"); English where none has."""
    for wish in filter(None, wishes):
        wanted = wish.replace("-", "_").split(".")[0]
        for name in (wanted, wanted.split("_")[0]):
            if name in languages():
                return name
    return SOURCE_LANGUAGE


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """Locales that can be chosen: English, and those with a catalogue."""
    return (SOURCE_LANGUAGE, *sorted(place.parents[1].name for place in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")))


@lru_cache(maxsize=32)
def catalogue(name: str) -> gettext.NullTranslations:
    """Messages of one language; without a catalogue every text stays as it is."""
    return gettext.translation(DOMAIN, FOLDER, languages=[name], fallback=True)


def of_context(name: str, context: str) -> dict[str, str]:
    """Messages of a language that stand under a gettext context, by their text."""
    known = getattr(catalogue(name), "_catalog", {})
    start = f"{context}\x04"
    return {key.removeprefix(start): value for key, value in known.items() if str(key).startswith(start)}
