"""accounts and audit: who may come in, what each may do, and what was done."""

from typing import Annotated

import typer

from dashboard.commands.speaking import Home, Json, say, table
from dashboard.language.words import tr
from dashboard.sentences.keys import DEEDS, ROLES
from storage import Account, Store

accounts = typer.Typer(help="List accounts, let people in, close accounts.", invoke_without_command=True)
Name = Annotated[str, typer.Argument(help="The account's name, as 'tuneboard accounts' lists it.")]


@accounts.callback()
def listed(context: typer.Context, home: Home = None, as_json: Json = False) -> None:
    """List the accounts; those that wait to be let in come first."""
    if context.invoked_subcommand is not None:
        return
    found = Store.open(home).accounts.list()
    rows = [[one.name, _state(one), f"{one.created:%Y-%m-%d %H:%M}"] for one in found]
    people = table(rows, [tr("account"), tr("role"), tr("since (UTC)")]) if rows else tr("Nobody has signed in yet.")
    say({"accounts": [one.model_dump(mode="json") for one in found]}, people, as_json=as_json)


@accounts.command("role")
def give_role(
    name: Name,
    role: Annotated[str, typer.Argument(help="none, viewer, editor or admin.")],
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Say what an account may do from now on."""
    _say(Store.open(home).accounts.give_role(name, role), as_json=as_json)  # type: ignore[arg-type]  # checked there


@accounts.command("close")
def close(name: Name, home: Home = None, as_json: Json = False) -> None:
    """Close an account: it may do nothing from this moment."""
    _say(Store.open(home).accounts.disable(name), as_json=as_json)


@accounts.command("open")
def open_again(name: Name, home: Home = None, as_json: Json = False) -> None:
    """Open a closed account again."""
    _say(Store.open(home).accounts.enable(name), as_json=as_json)


def audit(
    last: Annotated[int, typer.Option("--last", help="So many of the newest.")] = 100,
    who: Annotated[str | None, typer.Option("--who", help="Only what this account did.")] = None,
    about: Annotated[str | None, typer.Option("--about", help="Only what was done to this id.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """List what was done and by whom, the newest first."""
    found = Store.open(home).accounts.deeds(last, who=who, subject=about)
    rows = [
        [f"{one.at:%Y-%m-%d %H:%M:%S}", one.who or tr("this machine"), _deed(one.action), one.subject] for one in found
    ]
    people = table(rows, [tr("when (UTC)"), tr("who"), tr("did"), tr("about")]) if rows else tr("Nothing was done yet.")
    say({"audit": [one.model_dump(mode="json") for one in found]}, people, as_json=as_json)


def _say(account: Account, *, as_json: bool) -> None:
    people = tr("{name}: {state}.", name=account.name, state=_state(account))
    say({"account": account.model_dump(mode="json")}, people, as_json=as_json)


def _state(account: Account) -> str:
    return tr("closed") if account.is_disabled else tr(ROLES[account.role])


def _deed(action: str) -> str:
    return tr(DEEDS[action]) if action in DEEDS else action
