"""Word attributions over a text: each word coloured by its push, as HTML in which the text is escaped."""

import html
import re
from collections.abc import Callable

from core.explanations import Explanation
from dashboard.charts.pushes import times
from dashboard.language.words import tr

LEVELS = 5
FAINTEST = 0.08
"""A push below this share of the text's strongest stays uncoloured."""
LONGEST = 6000
"""Most characters shown; the rest is named by its length."""

_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
"""Invisible and bidirectional control characters; they are shown by their code point."""


def odds(push: float) -> str:
    """A push in log-odds, in words."""
    return tr("The odds {times}", times=times(push))


def pushed_text(found: Explanation, text: str, said: Callable[[float], str] = odds) -> str:
    """The text as one block of HTML: words for the answer and words against it, stronger where the push is.

    `said` puts a push into words.
    """
    strongest = max((abs(word.push) for word in found.words), default=0.0)
    parts, here = [], 0
    for word in found.words:
        if word.end > LONGEST:
            break
        parts.append(_escaped(text[here : word.start]))
        parts.append(_marked(word.text, word.push, strongest, said))
        here = word.end
    read_to = found.words[-1].end if found.words else 0
    shown = "".join(parts) + _rest(text, here, unread=bool(found.unread) and here >= read_to)
    return f'<div class="pushed" dir="auto">{shown}</div>'


def legend(label: str) -> str:
    """Legend of the two colours for a class."""
    return two_sides(tr("speaks for {label}", label=label), tr("speaks against it"))


def two_sides(up: str, down: str) -> str:
    """Legend of the two colours."""
    return (
        '<div class="pushed-legend">'
        f'<mark class="for-4">{_escaped(up)}</mark> <mark class="against-4">{_escaped(down)}</mark></div>'
    )


def _marked(word: str, push: float, strongest: float, said: Callable[[float], str]) -> str:
    part = abs(push) / strongest if strongest else 0.0
    if part < FAINTEST:
        return _escaped(word)
    level = min(LEVELS, 1 + int(part * LEVELS))
    side = "for" if push > 0 else "against"
    says = html.escape(said(push))
    return f'<mark class="{side}-{level}" title="{says}">{_escaped(word)}</mark>'


def _rest(text: str, here: int, *, unread: bool) -> str:
    """Rest of the text behind the last word shown; what the model did not read is marked."""
    rest = text[here : max(here, LONGEST)]
    left = len(text) - here - len(rest)
    more = f" … (+{left:,})" if left else ""
    shown = _escaped(rest + more)
    return f'<span class="unread" title="{html.escape(tr("Not read"))}">{shown}</span>' if unread and rest else shown


def _escaped(text: str) -> str:
    """The text escaped for HTML; an invisible character is shown by its code point."""
    return _UNSEEN.sub(lambda found: f"<i>U+{ord(found[0]):04X}</i>", html.escape(text))
