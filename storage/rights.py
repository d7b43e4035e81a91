"""Authorisation by role, and the audit trail. Methods declare the role they need; without one, people may only read.

The rights of somebody who signed in are read anew in each transaction: a tab that is open loses them at once. What a
person does and what is written down about it are one transaction.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, Protocol, TypeVar

from sqlmodel import Session, col, select

from core.errors import Forbidden
from storage.records import Actor, Role
from storage.tables import AccountRow, AuditRow, SignInRow

RANK: Final[dict[str, int]] = {"none": 0, "visitor": 1, "viewer": 2, "editor": 3, "admin": 4, "machine": 5}
"""Order of the roles. `machine` is this machine's own: worker, predictor, command line, no person of the web."""

MAY: Final = {
    "viewer": "look at everything and ask models",
    "editor": "bring rows, train, decide and share, and change what they made themselves",
    "admin": "change everything, and say who may do what",
}


@dataclass
class Action:
    """Audited action in progress: the role that it needs, and what the audit trail will say of it."""

    needs: str
    name: str
    subject: str | None
    is_noted: bool = False


_current: ContextVar[Action | None] = ContextVar("action", default=None)


class Repository(Protocol):
    """Repository: whatever has a `Database` whose actor can be checked."""

    _database: Any


P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound=Repository)


def demands(
    role: str, action: str = "", *, about_first: bool = True
) -> Callable[[Callable[Concatenate[S, P], R]], Callable[Concatenate[S, P], R]]:
    """Authorisation decorator: the method needs at least `role`, and is refused before it begins.

    Where `action` is given, its first write also adds an audit entry, with the first argument as its subject; a method
    that makes something new says itself what it was, with `about`, and leaves no entry where it made nothing.
    """

    def decorate(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
        @wraps(method)
        def checked(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
            self._database.demand(role)
            if (outer := _current.get()) is not None and RANK[outer.needs] >= RANK[role]:
                return method(self, *args, **kwargs)  # part of a larger action, which is audited once
            first = args[0] if args else next(iter(kwargs.values()), None)
            before = _current.set(Action(role, action, str(first) if about_first else None))
            try:
                return method(self, *args, **kwargs)
            finally:
                _current.reset(before)

        checked.__dict__["demands"], checked.__dict__["action"] = role, action
        return checked

    return decorate


def about(subject: str) -> None:
    """Sets the subject of the action in progress."""
    if (action := _current.get()) is not None:
        action.subject = subject


def current_action() -> Action | None:
    """Action in progress, if one was declared."""
    return _current.get()


def admit(session: Session, actor: Actor, role: str) -> None:
    """Raises Forbidden where `actor` lacks `role`, as the database says now."""
    if not actor.is_person:
        return
    present = role_now(session, actor)
    if RANK[present] < RANK[role]:
        raise refusal(present, role)


def role_now(session: Session, actor: Actor) -> Role:
    """Role of the actor at this moment; none for a disabled account and for a session that has ended."""
    if not actor.account:
        return actor.role
    found = session.exec(
        select(AccountRow.role, AccountRow.is_disabled, SignInRow.ended)
        .join(SignInRow, col(SignInRow.account_id) == col(AccountRow.id))
        .where(AccountRow.id == actor.account, SignInRow.id == actor.sign_in)
    ).one_or_none()
    if found is None or found[1] or found[2] is not None:
        return "none"
    return found[0]  # type: ignore[return-value]  # only roles are ever put there


def note(session: Session, actor: Actor, action: Action | None) -> None:
    """Adds the audit entry, in the transaction of the action itself."""
    if action is not None and action.name and action.subject is not None and not action.is_noted:
        session.add(AuditRow(who=actor.name, action=action.name, subject=action.subject[:200]))


def own(session: Session, actor: Actor, made_by: str, what: str) -> None:
    """Ownership check: raises Forbidden where this is not the actor's own. Admins may change everything."""
    if actor.is_person and actor.name != made_by and role_now(session, actor) != "admin":
        whose = f"{made_by}'s" if made_by else "nobody's in particular"
        raise Forbidden(f"This {what} is {whose}.", "Only its owner and an admin can change it.")


def refusal(present: str, needed: str) -> Forbidden:
    """Forbidden, for a role that does not suffice."""
    if present == "none":
        return Forbidden("You are not signed in, or your account is closed.", "Sign in, or ask an admin to let you in.")
    if needed == "machine":
        return Forbidden("Only this machine's own processes may do this.", "There is nothing to be done about it here.")
    return Forbidden(
        f"Your role is {present}; this needs {needed}.", f"An admin can make you {needed}, on the Settings page."
    )
