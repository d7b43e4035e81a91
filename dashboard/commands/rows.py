"""datasets show, rename and delete: what needs none of a dataset's rows, or only the first."""

from typing import Annotated

import typer

from dashboard.commands.speaking import Home, Json, say, table
from dashboard.language.words import tr, trn
from storage import Store

DatasetName = Annotated[str, typer.Argument(help="A dataset's id or name.")]
CELL_LETTERS = 60
"""Longest cell in a table of the terminal."""


def show(
    dataset: DatasetName,
    first: Annotated[int, typer.Option("--first", help="So many of the first rows.", min=0, max=1000)] = 5,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Show a dataset: where it came from, its columns, and its first rows."""
    store = Store.open(home)
    found = store.datasets.get(dataset)
    rows = store.datasets.head(found.id, first).astype("string").fillna("")
    cells = [[" ".join(cell[: 4 * CELL_LETTERS].split())[:CELL_LETTERS] for cell in row] for row in rows.to_numpy()]
    lines = [
        f"{found.name} ({found.id})",
        trn("{n} row from {source}.", "{n} rows from {source}.", found.rows, source=found.source),
        table(cells, list(found.columns)),
    ]
    told = found.model_dump(mode="json") | {"first": [dict(zip(found.columns, row, strict=True)) for row in cells]}
    say({"dataset": told}, "\n".join(lines), as_json=as_json)


def rename(
    dataset: DatasetName,
    name: Annotated[str, typer.Argument(help="Its new name.")],
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Give a dataset another name."""
    kept = Store.open(home).datasets.rename(dataset, name)
    say({"id": kept.id, "name": kept.name}, tr("It is called '{name}'.", name=kept.name), as_json=as_json)


def delete(dataset: DatasetName, home: Home = None, as_json: Json = False) -> None:
    """Delete a dataset and its files; refused while runs need it."""
    store = Store.open(home)
    found = store.datasets.get(dataset)
    store.datasets.delete(found.id)
    say({"deleted": found.id}, tr("Deleted: {name}.", name=found.name), as_json=as_json)
