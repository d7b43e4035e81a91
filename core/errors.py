"""Exceptions, in words for the person who can mend what went wrong.

UserError               something the user can fix; shown as it is
 |- DatasetError        the rows: a column is missing, too few rows, unreadable file
 |- ModelError          the model: not found, damaged, refused
 |- ConfigError         the settings contradict one another
 |- LimitReached        somebody has as much as she may have, or the disk is nearly full; nothing was written
 |- NotFound            a name or id that is not here
 |- Forbidden           somebody who may not do this
 `- DiskFull            no room to write; it stands in core/disk.py
Stopped                 the run was asked to stop; not a failure

Anything else is a bug: the worker keeps the traceback and the page shows a number to quote.
"""

from collections.abc import Iterable
from difflib import get_close_matches

MOST_CHARACTERS = 1_000
"""Longest message; what a stranger's file brings into one may be of any length."""


def _middle_cut(text: str) -> str:
    """The text, a longer one without its middle."""
    if len(text) <= MOST_CHARACTERS:
        return text
    return f"{text[: MOST_CHARACTERS // 2]} … {text[-MOST_CHARACTERS // 4 :]}"


class UserError(Exception):
    """Error for the user: what happened, with the real values; `hint` says what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.message, self.hint = _middle_cut(message), _middle_cut(hint)
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def __reduce__(self) -> tuple[type["UserError"], tuple[str, str]]:
        return type(self), (self.message, self.hint)


class DatasetError(UserError):
    """The rows cannot be used as they are."""


class ModelError(UserError):
    """The model cannot be used."""


class ConfigError(UserError):
    """The settings contradict one another."""


class LimitReached(UserError):
    """Quota exceeded: as much as may be had is had already; nothing was written."""


class NotFound(UserError):
    """No such dataset, run, model or scenario."""


class Forbidden(UserError):
    """Permission denied: the actor's role does not suffice."""


class Stopped(Exception):
    """The run was asked to stop and has saved what it had."""


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """A closing sentence such as "Did you mean 'label'?", or nothing when no name is close."""
    by_folded = {name.casefold(): name for name in known}
    close = get_close_matches(wrong.casefold(), by_folded, n=1, cutoff=0.6)
    return f"Did you mean '{by_folded[close[0]]}'?" if close else ""
