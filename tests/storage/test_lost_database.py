"""A lost database is damage and no empty store: it is said, nothing new is written, and the files give rows again."""

import os
import shutil
import sqlite3
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from core.answers import ClassAnswers
from core.config import make_config
from core.data import Table
from core.data.rows.identity import row_ids
from core.errors import ConfigError, UserError
from core.evaluation.records import Evaluation, Interval
from dashboard.command_line import main
from storage import Run, Store
from storage.backup import back_up, restore
from storage.copies import KEPT, copies, keep_copy, keep_daily_copy
from storage.database import DATABASE_FILE, open_engine
from storage.rescue import rescue
from storage.schema import migrate, revision_of
from storage.troubles import Damaged

FRAME = pd.DataFrame({"text": [f"hello {n}" for n in range(12)], "label": ["yes", "no", "no"] * 4})
MEASURED = Evaluation(rows=4, metrics={"accuracy": Interval(value=0.5, low=0.1, high=0.9)})


def succeeded(store: Store) -> Run:
    """A run with all that it leaves in its folder."""
    dataset = store.datasets.add(Table(FRAME), name="answers", source="answers.csv")
    config = make_config(dataset=dataset.id, name="Mine", **{"task.text": "text", "task.target": "label"})
    run = store.runs.queue(config, "one")
    job = store.jobs.claim("me")
    assert job is not None
    work = store.runs.work_folder(run.id)
    (work / "bundle").mkdir(parents=True)
    (work / "bundle" / "run.json").write_text(f'{{"config": {config.model_dump_json()}}}')
    (work / "evaluation.json").write_text(MEASURED.model_dump_json())
    tested = FRAME.iloc[:4]
    ids = tuple(row_ids(FRAME))[:4]
    scores = [[0.25, 0.75]] * 4
    (work / "predictions").mkdir()
    answers = ClassAnswers(ids, tuple(tested["label"]), ("no", "yes"), pd.DataFrame(scores).to_numpy("float32"))
    answers.write(work / "predictions" / "model.parquet")
    store.jobs.succeed(job, MEASURED)
    return store.runs.get(run.id)


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Path, Run]:
    """Home of a store with one dataset and one run that succeeded; closed."""
    with Store.open(tmp_path / "home") as store:
        run = succeeded(store)
    return tmp_path / "home", run


def emptied(database: Path) -> None:
    database.write_bytes(b"")


LOSSES: dict[str, Callable[[Path], None]] = {"empty": emptied, "missing": Path.unlink}


def listing(home: Path) -> list[str]:
    return sorted(str(path.relative_to(home)) for path in home.rglob("*"))


@pytest.mark.parametrize("how", LOSSES)
def test_a_lost_database_is_said_and_nothing_new_is_written(kept: tuple[Path, Run], how: str) -> None:
    home, _ = kept
    LOSSES[how](home / DATABASE_FILE)
    before = listing(home)
    with pytest.raises(Damaged, match=f"is {how}, though datasets or runs are kept") as refused:
        Store.open(home)
    assert "tuneboard rescue" in refused.value.hint
    assert listing(home) == before


@pytest.mark.parametrize("how", LOSSES)
def test_a_rescue_rebuilds_what_the_files_tell(kept: tuple[Path, Run], how: str) -> None:
    home, run = kept
    shutil.rmtree(home / "copies", ignore_errors=True)
    LOSSES[how](home / DATABASE_FILE)
    done = rescue(home)
    assert (done.copy_used, done.datasets, done.runs, done.left_out) == ("", 1, 1, ())
    with Store.open(home) as store:
        again = store.runs.get(run.id)
        assert (again.name, again.status, again.config, again.evaluation) == ("Mine", "succeeded", run.config, MEASURED)
        assert store.datasets.frame(run.dataset_id).equals(FRAME)
        assert store.runs.predictions(run.id).row_ids
        assert store.runs.bundle(run.id).is_dir()
        assert store.runs.rerun(run.id, "again").number == 2
    with pytest.raises(ConfigError, match="is sound"):
        rescue(home)


def test_a_rescue_takes_the_newest_sound_copy_and_adds_what_came_later(kept: tuple[Path, Run]) -> None:
    home, run = kept
    first = keep_copy(home)
    with Store.open(home) as store:
        store.runs.note(run.id, "written after the copy")
        later = store.datasets.add(Table(FRAME.assign(text="later")), name="later", source="later.csv")
    broken = keep_copy(home)
    assert first is not None
    assert broken is not None
    broken.write_bytes(b"broken" * 1000)
    os.utime(broken)
    (home / DATABASE_FILE).write_bytes(b"SQLite format 3\0" + b"\xff" * 4000)
    done = rescue(home)
    assert (done.copy_used, done.datasets, done.runs) == (first.name, 1, 0)
    with Store.open(home) as store:
        assert store.datasets.get(run.dataset_id).name == "answers"
        assert {one.sha256 for one in store.datasets.list()} >= {later.sha256}
    assert list(home.glob(f"{DATABASE_FILE}.lost-*"))


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    with closing(sqlite3.connect(tmp_path / "home" / DATABASE_FILE)) as connection:
        connection.execute("CREATE TABLE song (name TEXT)")
    with pytest.raises(Damaged, match="not one of Tuneboard's"):
        Store.open(tmp_path / "home")


def test_health_says_that_files_have_no_rows(kept: tuple[Path, Run], tmp_path: Path) -> None:
    home, _ = kept
    with Store.open(tmp_path / "empty"):
        pass
    shutil.copy(tmp_path / "empty" / DATABASE_FILE, home / DATABASE_FILE)
    with Store.open(home) as store:
        check = {one.name: one for one in store.health().checks}["Rows"]
    assert not check.ok
    assert "tuneboard rescue" in check.hint
    assert rescue(home).runs == 1


@pytest.mark.parametrize("content", ["empty", "foreign", "no rows"])
def test_a_backup_with_an_empty_or_foreign_database_is_refused(
    kept: tuple[Path, Run], tmp_path: Path, content: str
) -> None:
    home, _ = kept
    odd = tmp_path / "odd.db"
    odd.write_bytes(b"")
    if content == "foreign":
        with closing(sqlite3.connect(odd)) as connection:
            connection.execute("CREATE TABLE song (name TEXT)")
    if content == "no rows":
        Store.open(tmp_path / "empty").close()
        shutil.copy(tmp_path / "empty" / DATABASE_FILE, odd)
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:  # as an earlier release wrote it, without hashes
        archive.write(odd, DATABASE_FILE)
        for path in (home / "files").glob("??/*"):
            archive.write(path, path.relative_to(home).as_posix())
        archive.writestr("backup.json", '{"format": 1, "files": 2}')
    with pytest.raises(UserError, match="The database"):
        restore(tmp_path / "b.zip", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_copies_are_made_daily_and_before_a_migration_and_a_few_are_kept(kept: tuple[Path, Run]) -> None:
    home, _ = kept
    first = keep_daily_copy(home)
    assert first is not None
    assert keep_daily_copy(home) is None
    os.utime(first, (0, 0))
    assert keep_daily_copy(home) is not None
    for _ in range(KEPT + 2):
        keep_copy(home)
    assert len(copies(home)) == KEPT
    assert first not in copies(home)
    assert oct(copies(home)[0].stat().st_mode)[-3:] == "600"
    newest = copies(home)[0]
    (home / DATABASE_FILE).write_bytes(b"SQLite format 3\0" + b"\xff" * 4000)
    assert keep_copy(home) is None
    assert copies(home)[0] == newest


def test_a_database_is_copied_before_it_is_migrated(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    engine = open_engine(tmp_path / "home" / DATABASE_FILE)
    migrate(engine, "0011")
    engine.dispose()
    Store.open(tmp_path / "home").close()
    (copy,) = copies(tmp_path / "home")
    copied = open_engine(copy)
    assert revision_of(copied) == "0011"
    copied.dispose()


def test_every_command_says_that_the_database_is_lost_and_rescue_brings_it_back(
    kept: tuple[Path, Run], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, run = kept
    (home / DATABASE_FILE).unlink()

    def said(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["tuneboard", *words, "--home", str(home)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return int(str(ended.value.code)), printed.out + printed.err

    for words in (["health"], ["runs"], ["datasets", "list"], ["backup", str(home.parent / "b.zip")], ["prune"]):
        code, told = said(*words)
        assert (code, "tuneboard rescue" in told) == (2, True), words
    assert not (home / DATABASE_FILE).exists()
    code, told = said("rescue")
    assert (code, "1 run was rebuilt" in told) == (0, True), told
    assert run.id in said("runs")[1]


def test_a_lost_database_can_be_restored_from_a_backup(kept: tuple[Path, Run], tmp_path: Path) -> None:
    home, run = kept
    back_up(home, tmp_path / "b.zip")
    restore(tmp_path / "b.zip", tmp_path / "new")
    with Store.open(tmp_path / "new") as store:
        assert store.runs.get(run.id) == run
