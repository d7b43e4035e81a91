"""backup, restore and health."""

from pathlib import Path
from typing import Annotated

import typer

from dashboard.commands.speaking import Home, Json, say, say_aside
from storage import Store, default_home
from storage.backup import back_up
from storage.backup import restore as restore_store
from storage.gathering import bring_home
from storage.gathering import publish as publish_store
from storage.remote import Remote

BackupFile = Annotated[Path, typer.Argument(help="The backup's file.")]


def backup(file: BackupFile, home: Home = None, as_json: Json = False) -> None:
    """Write the whole store to one file, while runs go on."""
    store = Store.open(home)
    for sentence in bring_home(store):
        say_aside(sentence)
    done = back_up(store.home, file)
    say({"backup": str(file), **done}, f"{done['files']} files, {done['bytes']:,} bytes in {file}.", as_json=as_json)


def restore(file: BackupFile, home: Home = None, as_json: Json = False) -> None:
    """Put a backup into an empty home."""
    place = home or default_home()
    done = restore_store(file, place)
    if Remote.configured():
        publish_store(Store.open(place))
    say({"restored": str(place), **done}, f"{done['files']} files are back in {place}.", as_json=as_json)


def publish(
    check: Annotated[bool, typer.Option("--check", help="Read what is there, and replace what is damaged.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Put the files of this machine to the place that TUNEBOARD_FILES_URL names; exit 1 when some are nowhere."""
    done = publish_store(Store.open(home), check=check)
    there = f"{done['files']} files of datasets, {done['shares']} shared pages and {done['runs']} runs are there."
    missing = f" {done['missing']} are neither there nor on this machine." if done["missing"] else ""
    say(done, there + missing, as_json=as_json)
    if done["missing"]:
        raise typer.Exit(1)


def health(home: Home = None, as_json: Json = False) -> None:
    """Look at the database, the disk and the workers; exit 1 when something is wrong."""
    found = Store.open(home).health()
    lines = [f"{'ok ' if one.ok else 'BAD'}  {one.name}: {one.text} {one.hint}".rstrip() for one in found.checks]
    result = {"ok": found.ok, "checks": [one.model_dump() for one in found.checks]}
    say(result, "\n".join(lines), as_json=as_json)
    if not found.ok:
        raise typer.Exit(1)
