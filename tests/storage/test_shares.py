"""A share opens its own snapshot for whoever has the token, for as long as it lasts, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import ConfigError, NotFound, UserError
from storage import Share, Store, VisitorSentence
from storage.backup import back_up, restore
from storage.clock import now
from storage.tables import ShareRow


def made(store: Store, content: bytes = b"<p>hello</p>", days: float = 7) -> tuple[Share, str]:
    return store.shares.create("report", title="A report", run_ids=("r1", "r2"), content=content, days=days)


def pass_its_end(store: Store, share: Share) -> None:
    with store._database.write() as session:
        session.get_one(ShareRow, share.id).expires = now() - timedelta(seconds=1)


def refusal(store: Store, token: str) -> tuple[str, str]:
    with pytest.raises(NotFound) as refused:
        store.shares.open(token)
    return refused.value.message, refused.value.hint


def test_a_token_opens_the_snapshot_and_is_counted(store: Store) -> None:
    share, token = made(store)
    for _ in range(2):
        opened, content = store.shares.open(token)
    assert (opened.id, content) == (share.id, b"<p>hello</p>")
    (listed,) = store.shares.list()
    assert listed.seen == 2
    assert listed.last_seen is not None
    assert listed.run_ids == ("r1", "r2")


def test_to_find_a_share_is_not_to_see_it(store: Store) -> None:
    _, token = made(store)
    store.shares.find(token)
    assert store.shares.list()[0].seen == 0


def test_a_token_is_128_random_bits_and_never_at_rest(store: Store, tmp_path) -> None:
    tokens = {made(store)[1] for _ in range(20)}
    assert len(tokens) == 20
    assert all(len(bytes.fromhex(token)) == 16 for token in tokens)
    kept = b"".join(path.read_bytes() for path in store.home.rglob("*") if path.is_file())
    assert not any(token.encode() in kept or bytes.fromhex(token) in kept for token in tokens)


def test_an_unknown_an_expired_and_a_revoked_token_are_refused_in_the_same_words(store: Store) -> None:
    expired, expired_token = made(store)
    pass_its_end(store, expired)
    revoked, revoked_token = made(store)
    store.shares.revoke(revoked.id)
    words = {refusal(store, token) for token in ("0" * 32, "", expired_token, revoked_token)}
    assert len(words) == 1
    assert {share.id: share.state for share in store.shares.list()} == {expired.id: "expired", revoked.id: "revoked"}


def test_a_token_opens_no_other_share_and_neither_does_an_id_or_a_hash(store: Store) -> None:
    share, token = made(store, b"mine")
    made(store, b"yours")
    assert store.shares.open(token)[1] == b"mine"
    with store._database.read() as session:
        digest = session.get_one(ShareRow, share.id).token_sha256
    for wrong in (share.id, digest, share.sha256, token.upper() + " ", token[:-1]):
        refusal(store, wrong)


def test_revoking_forgets_the_snapshot_unless_another_open_share_shows_the_same(store: Store) -> None:
    first, first_token = made(store, b"same")
    second, second_token = made(store, b"same")
    store.shares.revoke(first_token)
    refusal(store, first_token)
    assert store.shares.open(second_token)[1] == b"same"
    store.shares.revoke(second.id)
    assert b"same" not in {path.read_bytes() for path in (store.home / "shares").rglob("*") if path.is_file()}
    assert store.shares.revoke(first.id).revoked == store.shares.list()[1].revoked


def test_a_new_share_tidies_away_what_expired(store: Store) -> None:
    old, _ = made(store, b"old")
    pass_its_end(store, old)
    made(store, b"new")
    kept = {path.read_bytes() for path in (store.home / "shares").rglob("*") if path.is_file()}
    assert kept == {b"new"}


def test_a_share_that_was_never_made_cannot_be_revoked(store: Store) -> None:
    with pytest.raises(NotFound, match="no such share"):
        store.shares.revoke("s0")


@pytest.mark.parametrize("days", [0, -1, 366, float("nan")])
def test_a_link_lasts_some_time_and_at_most_a_year(store: Store, days: float) -> None:
    with pytest.raises(ConfigError, match="cannot last"):
        made(store, days=days)


def test_a_restored_backup_opens_the_same_links(store: Store, tmp_path, elsewhere) -> None:
    _, token = made(store)
    back_up(store.home, tmp_path / "b.zip")
    elsewhere()
    restore(tmp_path / "b.zip", tmp_path / "new")
    assert Store.open(tmp_path / "new").shares.open(token)[1] == b"<p>hello</p>"


def test_a_sentence_is_kept_only_when_asked_and_only_so_many(store: Store, monkeypatch) -> None:
    share, _ = made(store)
    assert store.shares.said(share.id) == ()
    said = VisitorSentence(at=datetime.now(UTC), text="Öl\nwird teurer", answer="Oil", right="Grain")
    store.shares.keep_said(share.id, said)
    assert store.shares.said(share.id) == (said,)
    monkeypatch.setattr("storage.shares.MOST_SAID_BYTES", 50)
    with pytest.raises(UserError, match="No more sentences"):
        store.shares.keep_said(share.id, said)
