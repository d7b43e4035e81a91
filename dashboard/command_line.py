"""Command line: the same engine as the browser. Exit code 0 done, 1 failed, 2 wrong usage or a UserError."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Annotated, Any

import typer

from core.errors import UserError
from core.signals import unwinding
from dashboard.commands.registry import Commands, Imported
from dashboard.commands.system_errors import (
    give_up_output,
    in_sentences,
    open_missing_streams,
    refuse_undecodable,
    say_failure,
)
from dashboard.language.engine import said
from dashboard.language.words import first_known, speaking, tr

LANGUAGE_VARIABLES = ("TUNEBOARD_LANG", "LC_ALL", "LC_MESSAGES", "LANG")

app = typer.Typer(
    name="tuneboard",
    cls=Commands,
    help="Fine-tune, judge and hand over pretrained models, with no code.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def _options(
    lang: Annotated[str, typer.Option("--lang", help="Language: en or zh. Else as TUNEBOARD_LANG or LANG say.")] = "",
) -> None:
    """Options of every command; `main` has read them before help is written."""


def main() -> None:
    """Entry point: runs the command that the arguments name, and exits with its code.

    What it writes is writable by its owner alone, whatever the umask allows.
    """
    os.umask(os.umask(0o077) | 0o022)
    open_missing_streams()
    with unwinding(), speaking(wanted_language(sys.argv, os.environ)):
        _main()


def wanted_language(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Locale of the command line: of --lang, else of the environment."""
    asked = [after for one, after in pairwise(arguments) if one == "--lang"]
    asked += [one.removeprefix("--lang=") for one in arguments if one.startswith("--lang=")]
    return first_known([*asked, *(environment.get(name) for name in LANGUAGE_VARIABLES)])


def helps(command: Any) -> Iterator[str]:
    """Help texts of a command, of its options and of the commands below it."""
    yield from filter(None, (command.help, command.short_help, *(getattr(one, "help", "") for one in command.params)))
    for below in getattr(command, "commands", {}).values():
        yield from helps(below)


def in_words(command: Any) -> Any:
    """The command with its help in the reader's language; those below it too, each when it is imported."""
    command.help, command.short_help = tr(command.help or ""), tr(command.short_help or "")
    for one in (*command.params, command.get_help_option(typer.Context(command))):
        if getattr(one, "help", None):
            one.help = said(tr(one.help))
    command.format_help = partial(_in_named_panels, command.format_help)
    below = getattr(command, "commands", {})
    if isinstance(below, Imported):
        below.told = in_words
    else:
        for one in below.values():
            in_words(one)
    return command


def _in_named_panels(format_help: Callable[..., None], *asked: Any) -> None:
    """Writes help with the titles of its panels in the reader's language."""
    from typer import rich_utils  # slow to load

    rich_utils.ARGUMENTS_PANEL_TITLE = tr("Arguments")
    rich_utils.OPTIONS_PANEL_TITLE = tr("Options")
    rich_utils.COMMANDS_PANEL_TITLE = tr("Commands")
    rich_utils.DEFAULT_STRING, rich_utils.REQUIRED_LONG_STRING = tr("[default: {}]"), tr("[required]")
    format_help(*asked)


def _main() -> None:
    as_json = "--json" in sys.argv
    try:
        with in_sentences():
            refuse_undecodable(sys.argv)
            code = in_words(typer.main.get_command(app))(standalone_mode=False)
            sys.stdout.flush()
    except UserError as error:
        say_failure(error, as_json=as_json)
        sys.exit(2)
    except BrokenPipeError:  # whoever read the output has enough
        give_up_output()
        sys.exit(1)
    except typer.TyperException as error:
        say_failure(UserError(error.format_message(), "'tuneboard --help' lists the commands."), as_json=as_json)
        sys.exit(2)
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
