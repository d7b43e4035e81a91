"""Accounts, roles, sign-in sessions and the audit trail: who may do what, and who did what."""

import hashlib
import re
from datetime import timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, func, select

from core.errors import ConfigError, Forbidden, NotFound
from storage import rights
from storage.clock import now
from storage.database import Database
from storage.records import Account, Actor, AuditEntry, Role
from storage.rights import demands
from storage.tables import AccountRow, AuditRow, SignInRow

GIVEN: tuple[Role, ...] = ("none", "viewer", "editor", "admin")
MOST_WAITING = 500
"""Limit of accounts without a role; whoever signs up beyond it is refused without being written down."""
FORGOTTEN = timedelta(days=60)
"""Retention of a sign-in session: longer than any browser's session cookie for it is good."""
SEEN_EVERY = timedelta(minutes=5)
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""Control, zero-width and bidirectional characters: a name must not look like another."""


def sign_in_id(issuer: str, subject: str, once: str) -> str:
    """Session id: the SHA-256 of issuer, subject and `once`, which the provider says only this once."""
    return hashlib.sha256("\n".join((issuer, subject, once)).encode()).hexdigest()


class Accounts:
    """Repository of accounts, their roles and sign-in sessions, and of the audit trail."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @demands("machine")
    def arrive(self, issuer: str, subject: str, once: str, *, name: str, role: Role, is_admin: bool = False) -> Actor:
        """Sign-in of an identity that the provider vouches for; a new one gets an account with `role`.

        Whom the settings call an admin is one, each time she signs in. Raises Forbidden for an ended sign-in, a
        disabled account, and one that nobody has let in.
        """
        sign_in = sign_in_id(issuer, subject, once)
        with self._database.write() as session:
            account = session.get(AccountRow, f"{issuer} {subject}") or _new(session, issuer, subject, name, role)
            if is_admin and account.role != "admin":
                account.role = "admin"
                session.add(AuditRow(who="", action="account.role", subject=f"{account.name}: admin, by the settings"))
            if session.get(SignInRow, sign_in) is None:
                session.add(SignInRow(id=sign_in, account_id=account.id))
                if not account.is_disabled:
                    session.add(AuditRow(who=account.name, action="account.sign_in", subject=account.name))
                session.execute(delete(SignInRow).where(col(SignInRow.begun) < now() - FORGOTTEN))
            account.last_seen = now()
        return self.actor(sign_in)

    @demands("machine")
    def actor(self, sign_in: str) -> Actor:
        """Actor of a session, with the present role. Raises NotFound for an unknown one; Forbidden as `arrive`."""
        with self._database.read() as session:
            found = session.exec(
                select(AccountRow, SignInRow)
                .join(SignInRow, col(SignInRow.account_id) == col(AccountRow.id))
                .where(SignInRow.id == sign_in)
            ).one_or_none()
        if found is None:
            raise NotFound("Nobody has signed in so.", "Sign in.")
        account, seen = found
        if seen.ended is not None:
            raise Forbidden("You have signed out.", "Sign in again.")
        if account.is_disabled:
            raise Forbidden(f"The account {account.name} is closed.", "Ask an admin why.")
        if account.role == "none":
            raise Forbidden(f"{account.name} has not been let in yet.", "Ask an admin to do it, on the Settings page.")
        return Actor(name=account.name, role=account.role, account=account.id, sign_in=sign_in)

    @demands("machine")
    def leave(self, sign_in: str) -> None:
        """Signs out: ends the session, in every tab; signing out twice is no fault."""
        with self._database.write() as session:
            row = session.get(SignInRow, sign_in)
            if row is not None and row.ended is None:
                row.ended = now()
                name = session.get_one(AccountRow, row.account_id).name
                session.add(AuditRow(who=name, action="account.sign_out", subject=name))

    @demands("admin", "account.role")
    def give_role(self, name: str, role: Role) -> Account:
        """Changes an account's role. Raises NotFound; ConfigError for one's own."""
        if role not in GIVEN:
            raise ConfigError(f"'{role}' is no role.", f"The roles are {', '.join(GIVEN)}.")
        with self._database.write() as session:
            row = self._other(session, name)
            row.role = role
            rights.about(f"{name}: {role}")
            return Account.model_validate(row)

    @demands("admin", "account.close")
    def disable(self, name: str) -> Account:
        """Disables an account and ends its sessions, in every tab. Raises as `give_role`."""
        with self._database.write() as session:
            row = self._other(session, name)
            row.is_disabled = True
            session.execute(
                update(SignInRow)
                .where(col(SignInRow.account_id) == row.id, col(SignInRow.ended).is_(None))
                .values(ended=now())
            )
            return Account.model_validate(row)

    @demands("admin", "account.open")
    def enable(self, name: str) -> Account:
        """Enables a disabled account, which has to sign in anew. Raises as `give_role`."""
        with self._database.write() as session:
            row = self._other(session, name)
            row.is_disabled = False
            return Account.model_validate(row)

    @demands("admin")
    def deeds(self, last: int = 200, *, who: str | None = None, subject: str | None = None) -> list[AuditEntry]:
        """Audit trail, the newest entry first."""
        wanted = select(AuditRow).order_by(col(AuditRow.id).desc()).limit(last)
        if who is not None:
            wanted = wanted.where(AuditRow.who == who)
        if subject is not None:
            wanted = wanted.where(AuditRow.subject == subject)
        with self._database.read() as session:
            return [AuditEntry.model_validate(row) for row in session.exec(wanted)]

    def _other(self, session: Session, name: str) -> AccountRow:
        """Account of another person: no admin disables the own one. Raises NotFound; ConfigError for one's own."""
        row = session.exec(select(AccountRow).where(AccountRow.name == name)).one_or_none()
        if row is None:
            raise NotFound(f"There is no account '{name}'.", "'tuneboard accounts' lists them.")
        if row.id == self._database.actor.account:
            raise ConfigError("This is your own account.", "Ask another admin to change it.")
        return row

    @demands("admin")
    def list(self) -> list[Account]:
        """All accounts by name, those without a role first."""
        with self._database.read() as session:
            rows = session.exec(select(AccountRow).order_by(col(AccountRow.name))).all()
        return sorted((Account.model_validate(row) for row in rows), key=lambda one: one.role != "none")


def _new(session: Session, issuer: str, subject: str, name: str, role: Role) -> AccountRow:
    waiting = session.exec(select(func.count()).where(AccountRow.role == "none")).one()
    if role == "none" and waiting >= MOST_WAITING:
        raise Forbidden("Too many people wait to be let in.", "Ask an admin to look at the Settings page.")
    plain = _INVISIBLE.sub("", name).strip()[:120] or "somebody"
    taken = set(session.exec(select(AccountRow.name).where(col(AccountRow.name).startswith(plain, autoescape=True))))
    free = plain if plain not in taken else next(n for i in range(2, 10_000) if (n := f"{plain} ({i})") not in taken)
    row = AccountRow(id=f"{issuer} {subject}", name=free, role=role)
    session.add(row)
    session.flush()
    return row
