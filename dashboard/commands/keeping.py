"""backup, restore, copy-to, publish, health and prune."""

import re
from pathlib import Path
from typing import Annotated

import typer

from core.errors import ConfigError
from dashboard.access.setup import door
from dashboard.commands.speaking import Home, Json, say, say_aside, table
from dashboard.language.engine import said
from dashboard.language.formats import size
from dashboard.language.words import count, joined, tr, trn
from dashboard.sentences.keys import CHECKS, PRUNABLE
from storage import Prunable, PruneOptions, Store, default_home
from storage.backup import back_up
from storage.backup import restore as restore_store
from storage.copying import copy_to as copy_rows_to
from storage.gathering import bring_home
from storage.gathering import publish as publish_store
from storage.health import Health, HealthCheck
from storage.postgres import DATABASE_URL, parse, place
from storage.remote import Remote

BackupFile = Annotated[Path, typer.Argument(help="The backup's file.")]


def backup(file: BackupFile, home: Home = None, as_json: Json = False) -> None:
    """Write the whole store to one file, while runs go on."""
    store = Store.open(home)
    for sentence in bring_home(store):
        say_aside(said(sentence))
    done = back_up(store.home, file)
    if done["damaged"]:
        say_aside(
            trn(
                "{n} damaged file of a dataset was left out; 'tuneboard health --deep' names it.",
                "{n} damaged files of datasets were left out; 'tuneboard health --deep' names them.",
                done["damaged"],
            )
        )
    say({"backup": str(file), **done}, _backed_up(done, file), as_json=as_json)


def restore(file: BackupFile, home: Home = None, as_json: Json = False) -> None:
    """Put a backup into an empty home."""
    place = home or default_home()
    done = restore_store(file, place)
    if Remote.configured():
        publish_store(Store.open(place))
    say({"restored": str(place), **done}, _restored(done, place), as_json=as_json)


def _backed_up(done: dict[str, int], file: Path) -> str:
    return trn(
        "{n} file, {size} in {file}.",
        "{n} files, {size} in {file}.",
        done["files"],
        size=trn("{n} byte", "{n} bytes", done["bytes"]),
        file=file,
    )


def _restored(done: dict[str, int], place: Path) -> str:
    return trn("{n} file is back in {place}.", "{n} files are back in {place}.", done["files"], place=place)


def copy_to(
    url: Annotated[
        str,
        typer.Argument(
            envvar=DATABASE_URL,
            show_envvar=False,
            help=f"postgresql://user@host/database; else {DATABASE_URL} says it.",
        ),
    ],
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Copy a SQLite store's rows into an empty PostgreSQL database, and compare what arrived."""
    address = parse(url)
    done = copy_rows_to((home or default_home()).expanduser().absolute(), address)
    rows = [[one.table, f"{one.rows:,}", one.checksum] for one in done]
    where = tr(
        "All of it is in {place}. Set {variable} to its address wherever Tuneboard starts; the files stay where they "
        "are, and so does the old database.",
        place=place(address),
        variable=DATABASE_URL,
    )
    told = f"{table(rows, [tr('table'), tr('rows'), tr('checksum, the same in both')])}\n{where}"
    say({"to": place(address), "tables": [one._asdict() for one in done]}, told, as_json=as_json)


def publish(
    check: Annotated[bool, typer.Option("--check", help="Read what is there, and replace what is damaged.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Put the files of this machine to the place that TUNEBOARD_FILES_URL names; exit 1 when some are nowhere."""
    done = publish_store(Store.open(home), check=check)
    there = tr(
        "There are: files of datasets {files}, shared pages {shares}, runs {runs}.",
        **{name: count(done[name]) for name in ("files", "shares", "runs")},
    )
    missing = trn(
        "{n} is neither there nor on this machine.", "{n} are neither there nor on this machine.", done["missing"]
    )
    say(done, joined([there, missing if done["missing"] else ""]), as_json=as_json)
    if done["missing"]:
        raise typer.Exit(1)


def health(
    deep: Annotated[bool, typer.Option("--deep", help="Read every file of a dataset and compare its hash.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Look at the database, the disk and the workers; exit 1 when something is wrong."""
    found = Store.open(home).health(deep=deep)
    found = Health(checks=(*found.checks, door()))
    lines = [f"{tr('ok ') if one.ok else tr('BAD')}  {_looked_at(one)}" for one in found.checks]
    result = {"ok": found.ok, "checks": [one.model_dump() for one in found.checks]}
    say(result, "\n".join(lines), as_json=as_json)
    if not found.ok:
        raise typer.Exit(1)


def _looked_at(check: HealthCheck) -> str:
    words = joined([said(check.text), said(check.hint)])
    return tr("{kind}: {text}", kind=tr(CHECKS.get(check.name, check.name)), text=words)


def prune(
    older_than: Annotated[str, typer.Option("--older-than", help="What ended longer ago: 12h, 30d, 8w.")] = "30d",
    keep_best: Annotated[
        int | None,
        typer.Option("--keep-best", help="Let old runs go too, but for so many of the best of each dataset.", min=0),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Let go what nobody needs: old checkpoints, logs, files that nothing names; runs only with --keep-best."""
    store = Store.open(home)
    options = PruneOptions(older_than_days=_days(older_than), keep_best=keep_best)
    prunable = store.pruning.plan(options)
    if not dry_run:
        prunable = store.pruning.carry_out(prunable, options)
    result = {
        "dry_run": dry_run,
        "bytes": sum(one.bytes for one in prunable),
        "losses": [one.model_dump() for one in prunable],
    }
    say(result, _told(prunable, dry_run=dry_run), as_json=as_json)


def _days(text: str) -> float:
    """Days of a duration: 30d as 30.0. Raises ConfigError."""
    found = re.fullmatch(r"(\d{1,5})([hdw])", text.strip())
    if not found:
        raise ConfigError(f"'{text}' is no length of time.", "Write hours, days or weeks: 12h, 30d, 8w.")
    return int(found[1]) * {"h": 1 / 24, "d": 1, "w": 7}[found[2]]


def _told(prunable: tuple[Prunable, ...], *, dry_run: bool) -> str:
    if not prunable:
        return tr("Nothing that old is left to let go.")
    rows = [[tr(PRUNABLE[one.kind]), one.subject[:20], said(one.name)[:40], _amount(one)] for one in prunable]
    freed = size(sum(one.bytes for one in prunable))
    free = tr("{size} would be free.", size=freed) if dry_run else tr("{size} are free.", size=freed)
    return f"{table(rows, [tr('what'), tr('of'), '', tr('size')])}\n{free}"


def _amount(one: Prunable) -> str:
    return trn("{n} line", "{n} lines", one.rows) if one.kind in ("lines", "audit") else size(one.bytes)
