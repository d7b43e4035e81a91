"""Translation (gettext): every word on a screen passes through `tr`, so that a language is a catalogue and no code.

Catalogues: `dashboard/locale/<language>/LC_MESSAGES/tuneboard.mo`; the list of words to translate is
`dashboard/locale/tuneboard.pot`, written by `python -m dashboard.language.wordlist`.
"""

import gettext
import sys
from functools import lru_cache
from pathlib import Path

DOMAIN = "tuneboard"
FOLDER = Path(__file__).parents[1] / "locale"
SOURCE_LANGUAGE = "en"


def tr(text: str, /, **values: object) -> str:
    """Translation of `text` into the reader's language, its {names} filled in."""
    translated = _catalogue(language()).gettext(text)
    return translated.format(**values) if values else translated


def trn(one: str, many: str, number: int, /, **values: object) -> str:
    """Plural translation: `one` or `many`, by `number`; {n} is the number with its thousands marked."""
    translated = _catalogue(language()).ngettext(one, many, number)
    return translated.format(n=count(number), **values)


def count(number: float) -> str:
    """Integer with thousands separators in the reader's language: 12533 as 12,533."""
    from babel.numbers import format_decimal  # slow to load

    return str(format_decimal(number, format="#,##0", locale=language()))


def word(text: str, /) -> str:
    """Marker for message extraction: `text` unchanged, to be shown through `tr` later."""
    return text


def language() -> str:
    """Locale of this session: chosen by `?lang=`, else kept from before, else the browser's, else English."""
    if "streamlit" not in sys.modules:  # a command line, which needs none of it
        return SOURCE_LANGUAGE
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    if get_script_run_ctx(suppress_warning=True) is None:
        return SOURCE_LANGUAGE
    return str(st.session_state.get("language", SOURCE_LANGUAGE))


def choose_language() -> None:
    """Set this session's locale; the shell does it once at the start of each script run."""
    import streamlit as st

    asked = st.query_params.get("lang") or st.session_state.get("language") or st.context.locale or SOURCE_LANGUAGE
    wanted = str(asked).replace("-", "_")
    known = {SOURCE_LANGUAGE, *(place.parent.parent.name for place in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))}
    chosen = next((name for name in (wanted, wanted.split("_")[0]) if name in known), SOURCE_LANGUAGE)
    st.session_state["language"] = chosen


@lru_cache(maxsize=32)
def _catalogue(name: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, FOLDER, languages=[name], fallback=True)
