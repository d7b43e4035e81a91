"""Schema migrations (Alembic): one process at a time, upgrades only, each in one transaction.

Alembic is imported where there is something to migrate; which revision a database has, and which is the newest, is
known without it.
"""

from functools import cache
from pathlib import Path

from filelock import FileLock
from sqlalchemy import Engine, column, inspect, select, table

from core.errors import UserError
from storage import postgres
from storage.copies import keep_copy
from storage.lost import has_content, lost
from storage.troubles import WAY_BACK, Damaged, in_words

MIGRATIONS = Path(__file__).parent / "migrations"
VERSIONS = "alembic_version"
"""Table in which Alembic keeps a database's revision."""


def known_revisions() -> list[str]:
    """Revisions that this program can bring up to date, in order: the numbers that begin the migrations' file names."""
    return sorted(script.name.partition("_")[0] for script in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def newest_revision() -> str:
    """Head revision: the schema that this program writes."""
    return known_revisions()[-1]


def revision_of(engine: Engine) -> str | None:
    """The revision of the database, None for an empty one."""
    with engine.connect() as connection:
        is_there = inspect(connection).has_table(VERSIONS)
        heads = connection.scalars(select(column("version_num")).select_from(table(VERSIONS))).all() if is_there else ()
    if len(heads) > 1:
        raise Damaged("The database is damaged: it names two schemas.", WAY_BACK)
    return str(heads[0]) if heads else None


def refuse_other_schema(engine: Engine, home: Path) -> None:
    """Raises UserError when the database is no longer at this program's schema."""
    present = revision_of(engine)
    if present != _newest():
        raise UserError(
            f"The store in {home} was brought to the schema '{present}' by another version of Tuneboard.",
            "Start this process again from that version; a run that was going on goes on from its last checkpoint.",
        )


@cache
def _newest() -> str:
    return newest_revision()


def bring_up_to_date(engine: Engine, home: Path) -> None:
    """Applies the missing migrations. Raises UserError for a database that a newer program wrote.

    One at a time: a lock in `home`, and in PostgreSQL, which several homes may share, one in the database.
    """
    with in_words(), FileLock(home / ".migrating"):
        present = revision_of(engine)
        if present == newest_revision():
            return
        if present is not None and present not in known_revisions():
            raise UserError(
                f"The store in {home} was written by a newer Tuneboard (its schema is '{present[:40]}').",
                "Install that version or a later one; nothing was changed.",
            )
        if engine.dialect.name == "sqlite":
            _ready_to_migrate(engine, home, present)
        migrate(engine)


def _ready_to_migrate(engine: Engine, home: Path, present: str | None) -> None:
    """Copies a SQLite database before it is migrated. Raises Damaged where one without a schema is not a new one."""
    if present is not None:
        keep_copy(home)
    elif inspect(engine).get_table_names():
        raise Damaged(f"The database in {home} is not one of Tuneboard's.", WAY_BACK)
    elif has_content(home):
        raise lost(home, "empty")


def migrate(engine: Engine, revision: str = "head") -> None:
    """Upgrades the database to `revision` in one transaction: wholly, or not at all."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.execution_options(writes=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            postgres.wait_to_migrate(connection)
            postgres.refuse_other_letters(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
