"""Share links: read-only, to frozen snapshots. A token is said once; only its hash is stored."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Literal

from sqlmodel import Session, col, select

from core.errors import ConfigError, NotFound, UserError
from storage import rights
from storage.clock import now
from storage.database import Database
from storage.files import Files, write_whole
from storage.records import Share, VisitorSentence
from storage.remote import Remote
from storage.rights import demands
from storage.tables import ShareRow

LONGEST_DAYS = 365
MOST_SAID_BYTES = 1_000_000
"""Quota of the sentences that visitors of one share agreed to leave; more is not kept."""


class Shares:
    """Repository of shares: makes, opens, counts and revokes them. Snapshots are content-addressed files."""

    def __init__(self, database: Database, folder: Path, remote: Remote | None = None) -> None:
        self._database = database
        self._files = Files(folder)
        self._remote = remote
        self._said = folder / "said"

    @demands("editor", "share.create", about_first=False)
    def create(
        self, kind: Literal["report", "demo"], *, title: str, run_ids: tuple[str, ...], content: bytes, days: float = 7
    ) -> tuple[Share, str]:
        """Keeps the snapshot and returns the share with its token: 128 random bits in hex, told this once.

        Raises ConfigError for a number of days that is not above 0 and at most 365.
        """
        if not 0 < days <= LONGEST_DAYS:
            raise ConfigError(f"A link cannot last {days:g} days.", f"Choose more than 0 and at most {LONGEST_DAYS}.")
        self.forget_ended()
        token = secrets.token_hex(16)
        sha256, share_id = hashlib.sha256(content).hexdigest(), f"s{secrets.token_hex(5)}"
        if self._remote:
            self._remote.write(content, _key(share_id))
        with self._database.write() as session:  # the file within it: nobody tidies it away before its row is there
            write_whole(self._files.place(sha256), content)
            row = ShareRow(
                id=share_id,
                token_sha256=_digest(token),
                kind=kind,
                title=title,
                run_ids=list(run_ids),
                sha256=sha256,
                expires=now() + timedelta(days=days),
                created_by=self._database.actor.name,
            )
            session.add(row)
            session.flush()
            rights.about(row.id)
            return Share.model_validate(row), token

    @demands("visitor")
    def open(self, token: str) -> tuple[Share, bytes]:
        """Share of a token, and its snapshot; counted as seen.

        Raises NotFound, in the same words for an unknown, an expired and a revoked token.
        """
        share = self.find(token)
        content = self.content(share)
        with self._database.write() as session:
            row = session.get_one(ShareRow, share.id)
            row.seen, row.last_seen = row.seen + 1, now()
        return share, content

    @demands("visitor")
    def find(self, token: str) -> Share:
        """Share of a token, uncounted. Raises NotFound as `open` does."""
        digest = _digest(token)
        with self._database.read() as session:
            row = session.exec(select(ShareRow).where(ShareRow.token_sha256 == digest)).one_or_none()
            is_known = hmac.compare_digest(row.token_sha256 if row else "", digest)
            if row is None or not is_known or not _is_open(row):
                raise _closed()
            return Share.model_validate(row)

    @demands("visitor")
    def content(self, share: Share) -> bytes:
        """The snapshot of a share that is open. Raises NotFound when it has just been closed."""
        place = self._files.place(share.sha256)
        try:
            if self._remote and not place.exists():
                self._remote.fetch(_key(share.id), place, share.sha256)
            return place.read_bytes()
        except (FileNotFoundError, NotFound):
            raise _closed() from None

    @demands("machine")
    def publish(self, share: Share, *, check: bool = False) -> bool:
        """Puts the snapshot that is on this machine to the remote place; False when it is not on this machine."""
        place = self._files.place(share.sha256)
        if self._remote and place.exists():
            self._remote.put(place, _key(share.id), check=share.sha256 if check else "")
        return place.exists()

    def list(self) -> list[Share]:
        """All shares, newest first, the ended ones too."""
        with self._database.read() as session:
            rows = session.exec(select(ShareRow).order_by(col(ShareRow.created).desc(), col(ShareRow.id)))
            return [Share.model_validate(row) for row in rows]

    @demands("editor", "share.revoke", about_first=False)
    def revoke(self, token_or_id: str) -> Share:
        """Revokes the share and removes its snapshot, unless another open share shows the same.

        Raises NotFound for a token or id that was never given out. Revoking twice changes nothing.
        """
        with self._database.write() as session:
            row = (
                session.get(ShareRow, token_or_id)
                or session.exec(select(ShareRow).where(ShareRow.token_sha256 == _digest(token_or_id))).one_or_none()
            )
            if row is None:
                raise NotFound("There is no such share.", "'tuneboard shares' lists them; give a token or an id.")
            rights.own(session, self._database.actor, row.created_by, "link")
            row.revoked = row.revoked or now()
            rights.about(row.id)
            session.flush()
            share = Share.model_validate(row)
        with self._database.write() as session:  # the file only when nothing can open the share again
            self._forget_unused(session, {share.sha256})
        if self._remote:
            self._remote.forget(_key(share.id))
        return share

    @demands("editor")
    def forget_ended(self) -> None:
        """Removes the snapshots that no open share shows; the list keeps what was shared."""
        with self._database.write() as session:
            rows = session.exec(select(ShareRow)).all()
            self._forget_unused(session, {row.sha256 for row in rows})
            ended = {row.id for row in rows if not _is_open(row)}
        if self._remote:
            for share_id in ended.intersection(self._remote.names("shares")):
                self._remote.forget(_key(share_id))

    def _forget_unused(self, session: Session, hashes: set[str]) -> None:
        shown = {row.sha256 for row in session.exec(select(ShareRow)) if _is_open(row)}
        for sha256 in hashes - shown:
            self._files.forget(sha256)

    @demands("visitor")
    def keep_said(self, share_id: str, said: VisitorSentence) -> None:
        """Keeps a sentence that a visitor agreed to leave. Raises UserError when the share's quota is used up."""
        path = self._said / f"{share_id}.jsonl"
        line = said.model_dump_json().encode() + b"\n"
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.exists() and path.stat().st_size + len(line) > MOST_SAID_BYTES:
            raise UserError("No more sentences are kept for this link.", "Your answer stands above all the same.")
        with path.open("ab") as file:
            file.write(line)

    @demands("viewer")
    def said(self, share_id: str) -> tuple[VisitorSentence, ...]:
        """Sentences that visitors of the share agreed to leave, oldest first."""
        path = self._said / f"{share_id}.jsonl"
        lines = path.read_bytes().split(b"\n") if path.is_file() else []
        return tuple(VisitorSentence.model_validate_json(line) for line in lines if line)


def _key(share_id: str) -> str:
    """Object key of a share at the remote place: its own, so that no other share takes it along when it ends."""
    return f"shares/{share_id}"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _is_open(row: ShareRow) -> bool:
    return row.revoked is None and row.expires > now()


def _closed() -> NotFound:
    return NotFound("There is nothing here.", "The link may have ended. Ask whoever sent it for a new one.")
