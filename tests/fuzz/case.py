"""Verdict on a case: read rightly, or refused in one short sentence; anything else is a Broken."""

import contextlib
import io
import json
import sys
from pathlib import Path
from typing import Any, NamedTuple, Protocol
from unittest.mock import patch

from core.errors import UserError
from dashboard.command_line import main

LONGEST = 500
"""Characters that a refusal has at most, with its hint."""
NEVER_SAID = ("Traceback", "Something went wrong", "bug number", "with the number", "breaks the program")
"""Words that no refusal has: a fault of ours, and a reader that fell over and was ended by the sandbox."""


class Broken(Exception):
    """Case that was neither read rightly nor refused as it must be."""


class Came(NamedTuple):
    """What came of a case: of which kind it was, and whether it was refused."""

    kind: str
    is_refused: bool


class Arena(Protocol):
    """One kind of input, with everything that its cases share."""

    def tried(self, number: int) -> Came:
        """Makes the case of this number and tries it. Raises Broken."""
        ...

    def about(self, number: int) -> str:
        """Description of the case, to try it by hand."""
        ...


def need(is_so: object, what: str) -> None:
    """Raises Broken with `what` unless it is so."""
    if not is_so:
        raise Broken(what)


def refuse_bad_refusal(message: str, hint: str = "") -> None:
    """Raises Broken for a refusal that is empty, long, or speaks of a fault of ours."""
    said = f"{message} {hint}".strip()
    need(message.strip(), "refused without a word")
    need(len(said) < LONGEST, f"refused in {len(said):,} characters: {said[:200]}")
    for words in NEVER_SAID:
        need(words not in said, f"said: {said}")


def command(*words: str, home: Path) -> tuple[int, dict[str, Any]]:
    """Exit code and JSON document of a command. Raises Broken for anything but a document, or a fault of ours."""
    printed, aside = io.StringIO(), io.StringIO()
    arguments = ["tuneboard", *words, "--home", str(home), "--json"]
    with patch.object(sys, "argv", arguments), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(aside):
        try:
            main()
        except SystemExit as ended:
            code = int(str(ended.code or 0))
        except UserError as error:
            raise Broken(f"{type(error).__name__} was not caught: {error}") from error
    need("Traceback" not in aside.getvalue(), f"on standard error: {aside.getvalue()[-2_000:]}")
    try:
        told: dict[str, Any] = json.loads(printed.getvalue())
    except ValueError:
        raise Broken(f"exit code {code} without a document: {printed.getvalue()[:500]}") from None
    if code == 2:
        error = told.get("error", {"message": "no error is told", "hint": ""})
        refuse_bad_refusal(error["message"], error["hint"])
    return code, told
