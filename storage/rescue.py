"""Rescue of a store whose database is lost: its newest sound copy, and rows rebuilt from what the files tell."""

import json
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError
from sqlmodel import Session, col, select

from core.answers import read_answers
from core.config import RunConfig
from core.data.pictures.pack import read_frame
from core.data.rows.identity import row_ids
from core.durable import sha256_of
from core.errors import ConfigError, UserError
from core.evaluation.records import Evaluation
from storage.copies import copies, copy_database, has_rows, is_sound
from storage.database import DATABASE_FILE, Database, open_engine
from storage.files import ARRIVING, LEFT, size_of
from storage.lost import has_content
from storage.postgres import database_url
from storage.records import Record
from storage.schema import bring_up_to_date, migrate
from storage.tables import DatasetRow, JobRow, RunRow

PARQUET = b"PAR1"
NOTE = "Rebuilt from its file after the database was lost."


class Rescued(Record):
    """What a rescue put back."""

    copy_used: str
    """Name of the copy of the database that was taken; "" for none."""
    datasets: int
    runs: int
    left_out: tuple[str, ...]
    """Folders of runs, and files, that tell too little to be rebuilt."""


def rescue(home: Path) -> Rescued:
    """Puts back the newest sound copy of the database, and adds rows for what the files hold beside it.

    What was found of the old database stays beside it. Raises ConfigError where nothing is lost.
    """
    if database_url():
        raise ConfigError("The rows of this store are in PostgreSQL.", "Restore them there, or a backup of Tuneboard.")
    if not has_content(home) and not copies(home):
        raise ConfigError(f"There is nothing to rescue in {home}.", "Is it the right folder?")
    if is_sound(home / DATABASE_FILE) and has_rows(home / DATABASE_FILE):
        raise ConfigError(f"The database in {home} is sound.", "Nothing was changed; 'tuneboard health' says more.")
    copy = next((one for one in copies(home) if is_sound(one)), None)
    _put_aside(home)
    if copy is not None:
        copy_database(copy, home / DATABASE_FILE)
        (home / DATABASE_FILE).chmod(0o600)
    engine = open_engine(home / DATABASE_FILE)
    try:
        if copy is None:
            migrate(engine)
        bring_up_to_date(engine, home)
        with Database(engine).write() as session:
            return _rebuild(session, home, copy.name if copy else "")
    finally:
        engine.dispose()


def _put_aside(home: Path) -> None:
    """Renames what is left of the database and its journals, so that nothing of it is lost."""
    suffix = f".lost-{time.strftime('%Y-%m-%d-%H%M%S', time.gmtime())}"
    for path in home.glob(f"{DATABASE_FILE}*"):
        if ".lost-" not in path.name:
            path.rename(path.with_name(f"{path.name}{suffix}"))


def _rebuild(session: Session, home: Path, copy: str) -> Rescued:
    """Adds rows for the runs that no row names, for the datasets that they learned from, and for other rows."""
    named = {sha256 for pair in session.exec(select(DatasetRow.sha256, DatasetRow.original_sha256)) for sha256 in pair}
    unnamed, left_out = _tables(home, named), []
    known = set(session.exec(select(RunRow.id)))
    datasets = runs = 0
    for folder in sorted(home.glob("runs/*/work"), key=lambda one: one.stat().st_mtime):
        run_id = folder.parent.name
        if run_id in known:
            continue
        if (config := _config(folder)) is None or not (dataset := _dataset_of(session, config, folder, unnamed)):
            left_out.append(f"runs/{run_id}")
            continue
        datasets += dataset in session.new
        session.flush()
        _add_run(session, run_id, config, folder, dataset)
        runs += 1
    for path in unnamed.values():
        session.add(_dataset_row(session, f"d{secrets.token_hex(5)}", path))
        session.flush()
        datasets += 1
    return Rescued(copy_used=copy, datasets=datasets, runs=runs, left_out=tuple(left_out))


def _tables(home: Path, named: set[str | None]) -> dict[str, Path]:
    """Whole Parquet files that no dataset names, by their hash."""
    found = {}
    for path in sorted((home / "files").glob("??/*")):
        if path.name not in named and not path.name.startswith((LEFT, ARRIVING)) and _is_table(path):
            found[path.name] = path
    return found


def _is_table(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(4)
    return head == PARQUET and sha256_of(path) == path.name


def _config(work: Path) -> RunConfig | None:
    """Settings of the run's bundle; None where there is none that can be read."""
    try:
        about = json.loads((work / "bundle" / "run.json").read_text(encoding="utf-8"))
        return RunConfig.model_validate(about["config"])
    except (OSError, ValueError, KeyError, UserError):
        return None


def _dataset_of(session: Session, config: RunConfig, work: Path, unnamed: dict[str, Path]) -> DatasetRow | None:
    """Dataset of the run: the row with its id, else the table with the rows that it answered, which gets a row."""
    if known := session.get(DatasetRow, config.dataset):
        return known
    answered = next(_answered(work), None)
    for sha256, path in unnamed.items():
        if answered and answered <= set(row_ids(read_frame(path))):
            del unnamed[sha256]
            row = _dataset_row(session, config.dataset, path)
            session.add(row)
            return row
    return None


def _answered(work: Path) -> Iterator[set[str]]:
    """Ids of the rows that the run answered, where its predictions can be read."""
    try:
        yield set(read_answers(work / "predictions" / "model.parquet").row_ids)
    except (OSError, ValueError, UserError):
        return


def _dataset_row(session: Session, dataset_id: str, path: Path) -> DatasetRow:
    frame = read_frame(path)
    number = len(session.exec(select(DatasetRow.id)).all()) + 1
    return DatasetRow(
        id=dataset_id,
        name=f"Rescued {number} ({path.name[:8]})",
        rows=len(frame),
        columns=[str(name) for name in frame.columns],
        bytes=path.stat().st_size,
        sha256=path.name,
        source=path.name,
        notes=[NOTE],
        created=_moment(path),
    )


def _add_run(session: Session, run_id: str, config: RunConfig, work: Path, dataset: DatasetRow) -> None:
    """Row of a run that succeeded, and its ended job."""
    numbers = session.exec(select(RunRow.number).where(col(RunRow.dataset_id) == dataset.id)).all()
    moment, number = _moment(work / "bundle"), max([dataset.last_number, *numbers]) + 1
    dataset.last_number = number
    session.add(
        RunRow(
            id=run_id,
            request_id=run_id,
            name=config.name or f"{dataset.name} · {config.preset}",
            number=number,
            note=NOTE,
            dataset_id=dataset.id,
            scenario=config.scenario,
            config=config,
            evaluation=_evaluation(work),
            created=moment,
            started=moment,
            ended=moment,
            bytes=size_of(work.parent),
        )
    )
    session.flush()
    session.add(JobRow(run_id=run_id, state="succeeded", attempts=1))


def _evaluation(work: Path) -> Evaluation | None:
    try:
        return Evaluation.model_validate_json((work / "evaluation.json").read_bytes())
    except (OSError, ValidationError):
        return None


def _moment(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
