"""Operating-system and encoding errors of the command line, as sentences; and standard output that takes no more."""

import errno
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

from core.disk import is_full
from core.errors import UserError
from dashboard.commands.speaking import say_error
from dashboard.language.words import tr

LONGEST = 240
"""Characters of a path that are shown."""


@contextmanager
def in_sentences() -> Iterator[None]:
    """Raises UserError for an OSError or a UnicodeError of the block; a BrokenPipeError passes."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _of_system(error) from error
    except UnicodeError as error:
        raise _of_encoding(error) from error


def refuse_undecodable(arguments: Sequence[str]) -> None:
    """Raises UserError for an argument with bytes that are not UTF-8 text."""
    for one in arguments:
        if any("\ud800" <= sign <= "\udfff" for sign in one):
            raise UserError(
                tr("'{argument}' is not UTF-8 text.", argument=_shown(one)),
                tr("Write it in UTF-8; a file with such a name has to be renamed first."),
            )


def open_missing_streams() -> None:
    """Opens the null device for each standard stream that the caller has closed."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123  # open to the end


def say_failure(error: UserError, *, as_json: bool) -> None:
    """Prints the error and its hint; on standard error where standard output takes no more."""
    try:
        say_error(error, as_json=as_json)
        sys.stdout.flush()
    except OSError:
        give_up_output()
        if as_json:
            with suppress(OSError):
                say_error(error, as_json=False)


def give_up_output() -> None:
    """Makes standard output the null device, so that what it still holds does not fail at the exit."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)


def _of_system(error: OSError) -> UserError:
    if error.filename is None:
        return UserError(
            tr("The computer refused a step: {reason}.", reason=error.strerror or str(error)),
            tr("Is there room on the disk, and is the place where the result goes open?"),
        )
    name = os.fsdecode(error.filename) if isinstance(error.filename, str | bytes) else str(error.filename)
    path = _in_short(_shown(name))
    if is_full(error):
        return UserError(tr("The disk is full: {path} could not be written.", path=path), tr("Free some space."))
    return UserError(*_of_path(error.errno or 0, path, error.strerror or ""))


def _of_path(code: int, path: str, reason: str) -> tuple[str, str]:
    """Message and hint for an error of a path, by its errno."""
    known = {
        errno.ENOENT: (tr("There is no {path}.", path=path), tr("Is the path right?")),
        errno.EISDIR: (tr("{path} is a folder; a file is needed.", path=path), tr("Name a file in it.")),
        errno.ENAMETOOLONG: (tr("The name {path} is too long.", path=path), tr("Choose a shorter one.")),
        errno.EROFS: (tr("{path} is on a disk that can only be read.", path=path), tr("Choose another place.")),
    }
    no_folder = (tr("{path} cannot be a folder: a file stands in its way.", path=path), tr("Choose another place."))
    denied = (tr("You may not read or write {path}.", path=path), tr("Is it yours? 'ls -l' says whose it is."))
    known |= dict.fromkeys((errno.ENOTDIR, errno.EEXIST), no_folder) | dict.fromkeys(
        (errno.EACCES, errno.EPERM), denied
    )
    return known.get(code, (tr("{path}: {reason}.", path=path, reason=reason), tr("Choose another place.")))


def _of_encoding(error: UnicodeError) -> UserError:
    held = getattr(error, "object", "")
    text = held.decode("utf-8", "backslashreplace") if isinstance(held, bytes) else _shown(str(held))
    begin = max(0, getattr(error, "start", 0) - 20)
    return UserError(
        tr("A name or a text is not UTF-8: '{text}'.", text=text[begin : begin + 60]),
        tr("Rename the file, or write the text in UTF-8."),
    )


def _in_short(path: str) -> str:
    """The path, its middle left out where it is long."""
    return path if len(path) <= LONGEST else f"{path[: LONGEST // 2]}…{path[-LONGEST // 2 :]}"


def _shown(text: str) -> str:
    r"""The text with each byte that is not UTF-8 as \xff."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
