"""backup, restore and health."""

from pathlib import Path
from typing import Annotated

import typer

from dashboard.commands.speaking import Home, Json, say
from dashboard.door.setup import door
from storage import Store, default_home
from storage.backup import back_up
from storage.backup import restore as restore_store
from storage.health import Health

BackupFile = Annotated[Path, typer.Argument(help="The backup's file.")]


def backup(file: BackupFile, home: Home = None, as_json: Json = False) -> None:
    """Write the whole store to one file, while runs go on."""
    store = Store.open(home)
    done = back_up(store.home, file)
    say({"backup": str(file), **done}, f"{done['files']} files, {done['bytes']:,} bytes in {file}.", as_json=as_json)


def restore(file: BackupFile, home: Home = None, as_json: Json = False) -> None:
    """Put a backup into an empty home."""
    place = home or default_home()
    done = restore_store(file, place)
    say({"restored": str(place), **done}, f"{done['files']} files are back in {place}.", as_json=as_json)


def health(home: Home = None, as_json: Json = False) -> None:
    """Look at the database, the disk and the workers; exit 1 when something is wrong."""
    found = Store.open(home).health()
    found = Health(checks=(*found.checks, door()))
    lines = [f"{'ok ' if one.ok else 'BAD'}  {one.name}: {one.text} {one.hint}".rstrip() for one in found.checks]
    result = {"ok": found.ok, "checks": [one.model_dump() for one in found.checks]}
    say(result, "\n".join(lines), as_json=as_json)
    if not found.ok:
        raise typer.Exit(1)
