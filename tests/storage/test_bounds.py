"""No is said in time, in a sentence, and nothing is written: to uploads, to runs, and on a full disk."""

import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from alembic import command
from alembic.config import Config

from core.config import RunConfig, make_config
from core.errors import ConfigError, LimitReached
from storage import Actor, Limits, Store
from storage.database import open_engine
from storage.incoming import for_a_moment, sweep
from storage.schema import MIGRATIONS
from tests.storage.conftest import Rows

ANNA, BEN = Actor(name="anna", role="editor"), Actor(name="ben", role="editor")
MB = 1_000_000


def bounded(store: Store, who: Actor = ANNA, **limits: float) -> Store:
    return Store.open(store.home, Limits(**limits)).acting(who)


def noise(megabytes: float, seed: int = 0) -> Rows:
    """Rows that no compression makes smaller."""
    return Rows(pd.DataFrame({"x": np.random.default_rng(seed).random(int(megabytes * MB / 8))}))


def files(store: Store) -> list[Path]:
    return [path for path in (store.home / "files").rglob("*") if path.is_file()]


def test_rows_beyond_a_persons_disk_are_refused_and_nothing_is_kept(store: Store) -> None:
    hers = bounded(store, disk_gb=0.003)
    hers.datasets.add(noise(1), name="one", source="one.csv")
    before = files(store)
    with pytest.raises(LimitReached, match=r"You keep 0\.00 GB of the 0\.003 GB") as refused:
        hers.datasets.add(noise(3, seed=1), name="two", source="two.csv")
    assert "no longer need" in refused.value.hint
    assert files(store) == before
    assert [one.name for one in store.datasets.list()] == ["one"]
    assert not any((store.home / "incoming").iterdir())


def test_a_mended_version_counts_as_well(store: Store) -> None:
    hers = bounded(store, disk_gb=0.003)
    first = hers.datasets.add(noise(2), name="one", source="one.csv")
    with pytest.raises(LimitReached):
        hers.datasets.add_version(first.id, noise(2, seed=1))
    assert len(files(store)) == 1


def test_the_file_that_was_uploaded_counts_beside_its_rows(store: Store, rows: Rows, tmp_path: Path) -> None:
    original = tmp_path / "big.csv"
    original.write_bytes(b"x" * 2 * MB)
    hers = bounded(store)
    hers.datasets.add(rows, name="a", source="big.csv", original=original)
    (use,) = store.bounds.use()
    assert use.dataset_bytes > 2 * MB
    with pytest.raises(LimitReached):
        bounded(store, disk_gb=0.001).datasets.add(noise(0.1), name="b", source="b.csv")


def test_one_who_has_enough_does_not_stop_another(store: Store) -> None:
    bounded(store).datasets.add(noise(2), name="one", source="one.csv")
    assert bounded(store, BEN, disk_gb=0.002).datasets.add(noise(1, seed=1), name="two", source="two.csv")


def test_many_uploads_at_once_stay_below_the_quota_together(store: Store) -> None:
    outcomes: list[str] = []
    one = bounded(store, BEN).datasets.add(noise(1), name="his", source="x.csv").bytes

    def add(n: int) -> None:
        try:
            bounded(store, disk_gb=3.5 * one / 1e9).datasets.add(noise(1, seed=n), name=f"d{n}", source="x.csv")
            outcomes.append("kept")
        except LimitReached:
            outcomes.append("refused")

    threads = [threading.Thread(target=add, args=(n,)) for n in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["kept"] * 3 + ["refused"] * 5
    assert len(files(store)) == len(store.datasets.list()) == 4


def test_on_a_disk_that_is_nearly_full_nothing_is_taken_in_and_nothing_is_queued(
    store: Store, config: RunConfig, rows: Rows
) -> None:
    full = bounded(store, min_free_gb=10**9)
    before = files(store)
    for write in (
        lambda: full.datasets.add(Rows(rows.frame.head(1)), name="b", source="b.csv"),
        lambda: full.runs.queue(config, "one"),
    ):
        with pytest.raises(LimitReached, match="The disk is nearly full"):
            write()
    assert files(store) == before
    assert store.runs.list() == []


def test_so_many_runs_of_a_person_may_wait_and_no_more(store: Store, config: RunConfig) -> None:
    hers = bounded(store, queued=3)
    asked = [hers.runs.queue(config, str(n)).id for n in range(3)]
    with pytest.raises(LimitReached, match="3 of your runs wait already, and 3 may"):
        hers.runs.queue(config, "fourth")
    assert hers.runs.queue(config, "0").id == asked[0], "the same request is the same run, however many wait"
    assert bounded(store, BEN, queued=3).runs.queue(config, "his")
    store.jobs.claim("me")
    assert hers.runs.queue(config, "fourth")


def test_resuming_counts_as_queueing(store: Store, config: RunConfig) -> None:
    hers = bounded(store, queued=1)
    first = hers.runs.queue(config, "one")
    hers.runs.stop(first.id)
    hers.runs.queue(config, "two")
    with pytest.raises(LimitReached):
        hers.runs.resume(first.id)


def test_whoever_keeps_too_much_queues_nothing_more(store: Store, config: RunConfig) -> None:
    hers = bounded(store, disk_gb=0.001)
    run = hers.runs.queue(config, "one")
    folder = store.runs.work_folder(run.id)
    folder.mkdir(parents=True)
    (folder / "weights").write_bytes(b"x" * 2 * MB)
    assert store.runs.measure(run.id) == 2 * MB
    with pytest.raises(LimitReached):
        hers.runs.queue(config, "two")


def test_many_requests_at_once_stay_below_the_limit_together(store: Store, config: RunConfig) -> None:
    refused: list[str] = []

    def ask(n: int) -> None:
        try:
            bounded(store, queued=4).runs.queue(config, str(n))
        except LimitReached as error:
            refused.append(error.message)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 6
    assert len(store.runs.list()) == 4


def test_without_sign_in_only_what_was_set_binds(store: Store, config: RunConfig) -> None:
    alone = Actor()
    free = bounded(store, alone)
    for n in range(Limits().queued + 1):
        free.runs.queue(config, str(n))
    with pytest.raises(LimitReached):
        bounded(store, alone, queued=10).runs.queue(config, "more")


def test_use_is_told_by_person_the_greatest_keeper_first(store: Store, config: RunConfig) -> None:
    bounded(store, BEN).datasets.add(noise(2), name="his", source="x.csv")
    hers = bounded(store)
    hers.runs.queue(config, "a")
    hers.runs.queue(config, "b")
    store.jobs.claim("me")
    found = [(one.who, one.datasets, one.runs, one.queued, one.running) for one in store.bounds.use()]
    assert found == [("ben", 1, 0, 0, 0), ("", 1, 0, 0, 0), ("anna", 0, 2, 1, 1)]


def test_limits_come_from_the_environment_and_a_wrong_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUNEBOARD_MAX_QUEUED", "7")
    monkeypatch.setenv("TUNEBOARD_MIN_FREE_GB", "3.5")
    found = Limits.in_force()
    assert (found.queued, found.min_free_gb) == (7, 3.5)
    assert found.holds_for("queued", "")
    assert not found.holds_for("disk_gb", "")
    monkeypatch.setenv("TUNEBOARD_MAX_DISK_GB", "plenty")
    with pytest.raises(ConfigError, match="TUNEBOARD_MAX_DISK_GB"):
        Limits.in_force()


def test_what_a_dead_process_was_taking_in_is_swept_and_what_a_living_one_uses_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.incoming.GRACE_S", 0.0)
    left = tmp_path / "left"
    left.mkdir()
    (left / "half.csv").write_text("text,la")
    with for_a_moment(tmp_path) as used:
        (used / "whole.csv").write_text("text,label")
        assert sweep(tmp_path) == 1
        assert not left.exists()
        assert (used / "whole.csv").exists()
    assert list(tmp_path.iterdir()) == []


def test_what_an_older_version_kept_belongs_to_whoever_asked_for_it_and_keeps_its_order(tmp_path: Path) -> None:
    home = tmp_path / "old"
    home.mkdir()
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = open_engine(home / "tuneboard.db")
    moment = "2026-01-01 00:00:00.000000"
    with engine.execution_options(writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        connection.exec_driver_sql(
            "INSERT INTO dataset (id, name, rows, columns, bytes, sha256, source, notes, created_by, created)"
            " VALUES ('d1', 'd', 1, '[\"text\", \"label\"]', 5, 'x', 'y', '[]', 'anna', ?)",
            (moment,),
        )
        wanted = make_config(dataset="d1").model_dump_json()
        for run_id in ("r2", "r1"):
            connection.exec_driver_sql(
                "INSERT INTO run (id, request_id, name, dataset_id, config, created_by, created, done, total)"
                " VALUES (?, ?, 'n', 'd1', ?, 'anna', ?, 0, 0)",
                (run_id, run_id, wanted, moment),
            )
            connection.exec_driver_sql(
                "INSERT INTO job (run_id, state, stop_asked, attempts, tries_left, events_read, queued)"
                " VALUES (?, 'queued', 0, 0, 3, 0, ?)",
                (run_id, moment),
            )
    engine.dispose()
    store = Store.open(home)
    (use,) = store.bounds.use()
    assert (use.who, use.queued, use.dataset_bytes) == ("anna", 2, 5)
    assert [job.run_id for job in (store.jobs.claim("me"), store.jobs.claim("me")) if job] == ["r2", "r1"]
