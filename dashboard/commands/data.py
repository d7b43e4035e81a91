"""scenarios, datasets and models: what there is to learn from, and to start from."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from core.config import make_config
from core.data import Finding, ReadOptions, Table, read_apart, suggest
from core.data.checks.findings import with_reading
from core.data.files.name_keys import same_name
from core.data.files.options import AS_FOUND
from core.errors import ConfigError, UserError
from core.models import CATALOGUE, add_local, search_hub
from core.preparation import check as check_rows
from core.scenarios import available
from core.tasks import TASKS, suggested_settings
from dashboard.commands.mending import MendFlags
from dashboard.commands.reading import ReadFlags
from dashboard.commands.rows import delete, rename, show
from dashboard.commands.speaking import Home, Json, say, table, told
from dashboard.commands.spread import spread
from dashboard.intake.mends import keep_mended, keep_read_again, undo
from dashboard.intake.rows import snapshot
from dashboard.language.engine import said
from dashboard.language.scenarios import scenarios as known_scenarios
from dashboard.language.words import count, listed, tr, trn
from storage import Dataset, Store

UploadArgument = Annotated[Path, typer.Argument(help="A CSV, TSV, JSON, JSONL, Parquet or Excel file.")]
TargetColumn = Annotated[str | None, typer.Option("--target", help="The column with the right answer.")]
TaskName = Annotated[str | None, typer.Option("--task", help=", ".join(TASKS))]


@dataclass(frozen=True)
class CheckFlags:
    """Flags that say what is to be learned from rows that are checked."""

    target: TargetColumn = None
    text: Annotated[str | None, typer.Option("--text", help="The column with the text.")] = None
    task: TaskName = None
    split_by: Annotated[
        str | None,
        typer.Option("--split-by", help="random, group, time or given; given where a column names the parts."),
    ] = None
    split_column: Annotated[str | None, typer.Option("--split-column", help="The column to split by.")] = None

    def split(self, suggested: str | None) -> dict[str, Any]:
        """Settings of the split, by dotted path; by the column that names the parts, unless said otherwise."""
        if self.split_by is None and suggested:
            return {"split.by": "given", "split.column": suggested}
        return {"split.by": self.split_by or "random", "split.column": self.split_column}


datasets = typer.Typer(help="Add, check and list datasets.", no_args_is_help=True)
models = typer.Typer(help="List pretrained models, search the hub, add a folder.", no_args_is_help=True)


def scenarios(home: Home = None, as_json: Json = False) -> None:
    """List the market stories that can run here, and why others can't."""
    store = Store.open(home)
    found = []
    for story in known_scenarios().values():
        here, why = available(story, store.cache)
        found.append({"key": story.key, "title": story.title, "market": story.market, "here": here, "note": why})
    rows = [[str(one["key"]), str(one["title"]), said(str(one["note"]))] for one in found]
    say({"scenarios": found}, table(rows, [tr("key"), tr("question"), ""]), as_json=as_json)


@datasets.command("add")
@spread
def add(
    file: UploadArgument,
    flags: ReadFlags,
    mending: MendFlags,
    asked: CheckFlags,
    name: Annotated[str | None, typer.Option("--name", help="What to call it.")] = None,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Read a file and keep its rows; mended, where that is asked for, beside the rows as they were read."""
    _must_exist(file)
    store = Store.open(home)
    store.demand("editor")
    name = name or file.stem
    with snapshot(store, file) as copy:
        read = read_apart(copy, file.name, flags.options(asked.target))
        mends = mending.mends(read.frame, asked.target or suggest(read.frame).target)
        _about(read.frame, asked, read)  # what was asked for is refused before anything is kept
        kept_as = f"{name}, as read" if mends else name
        dataset = store.datasets.add(read, name=kept_as, source=file.name, original=copy)
    if mends:
        dataset = keep_mended(store, dataset, mends, name)
    _say_dataset(store, dataset, asked, as_json=as_json)


@datasets.command("mend")
@spread
def mend(
    dataset: Annotated[str, typer.Argument(help="A dataset's id or name.")],
    flags: ReadFlags,
    mending: MendFlags,
    asked: CheckFlags,
    name: Annotated[str, typer.Option("--name", help="What to call the new version.")] = "",
    undo_last: Annotated[bool, typer.Option("--undo", help="Back to the version before.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Make a new version of a dataset: its file read in another way, its labels joined or rows left out."""
    store = Store.open(home)
    version = store.datasets.get(dataset)
    if undo_last:
        if version.parent_id is None:
            raise ConfigError(f"'{version.name}' is as it was read.", "There is nothing to undo.")
        version = store.datasets.get(undo(store, version))
    else:
        version = _mended(store, version, flags, mending, asked, name)
    _say_dataset(store, version, asked, as_json=as_json)


def _mended(
    store: Store, dataset: Dataset, flags: ReadFlags, mending: MendFlags, asked: CheckFlags, name: str
) -> Dataset:
    """The dataset read and mended as asked. Raises ConfigError where nothing was asked for."""
    version = dataset
    if flags.options() != AS_FOUND:
        version = keep_read_again(store, dataset, flags.options(asked.target))
    frame = store.datasets.frame(version.id)
    if mends := mending.mends(frame, asked.target or suggest(frame).target):
        version = keep_mended(store, version, mends, name)
    if version is dataset:
        raise ConfigError("Nothing to mend was named.", "Say what, as --merge-labels 'old=new' or --skip-lines 3.")
    return version


def _say_dataset(store: Store, dataset: Dataset, asked: CheckFlags, *, as_json: bool) -> None:
    frame = store.datasets.frame(dataset.id)
    result = _about(frame, asked, dataset) | {"id": dataset.id, "name": dataset.name, "mends": list(dataset.history)}
    say(result, _for_people(result, dataset.notes), as_json=as_json)


@datasets.command("check")
@spread
def check(
    file: UploadArgument,
    flags: ReadFlags,
    asked: CheckFlags,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Say what is wrong with a file, keeping nothing; exit with 2 where it cannot be learned from. Needs no `home`."""
    del home
    _must_exist(file)
    rows = read_apart(file, file.name, flags.options(asked.target, asked.text))
    result = _about(rows.frame, asked, rows) | {"id": None, "name": file.stem}
    say(result, _for_people(result, rows.notes), as_json=as_json)
    if any(finding["severity"] == "error" for finding in result["findings"]):
        raise typer.Exit(2)


@datasets.command("list")
def list_datasets(home: Home = None, as_json: Json = False) -> None:
    """List the datasets."""
    found = Store.open(home).datasets.list()
    rows = [[one.id, one.name, count(one.rows), listed(one.columns)] for one in found]
    people = table(rows, [tr("id"), tr("name"), tr("rows"), tr("columns")]) if rows else tr("No datasets yet.")
    say({"datasets": [one.model_dump(mode="json") for one in found]}, people, as_json=as_json)


for _command in (show, rename, delete):
    datasets.command()(_command)


@models.command("list")
def list_models(home: Home = None, as_json: Json = False) -> None:
    """List the catalogue and the folders added here."""
    store = Store.open(home)
    found = [model.model_dump(mode="json") for model in CATALOGUE.values()]
    local = sorted(folder.name.removeprefix("local--") for folder in store.models.glob("local--*"))
    rows = [[str(model["key"]), tr(str(model["title"]))] for model in found] + [
        [f"local:{name}", name] for name in local
    ]
    say(
        {"models": found, "local": [f"local:{name}" for name in local]}, table(rows, [tr("model"), ""]), as_json=as_json
    )


@models.command("search")
def search(query: str, home: Home = None, as_json: Json = False) -> None:
    """Search the Hugging Face Hub, where it answers."""
    del home
    found = search_hub(query)
    rows = [[model.id, str(model.downloads)] for model in found]
    say(
        {"models": [m.model_dump(mode="json") for m in found]},
        table(rows, [tr("id"), tr("downloads")]),
        as_json=as_json,
    )


@models.command("add")
def add_model(
    folder: Annotated[Path, typer.Argument(help="A folder with a model in Hugging Face's format.")],
    name: Annotated[str, typer.Option("--name", help="What to call it.")],
    home: Home = None,
    as_json: Json = False,
) -> None:
    """Check a model's folder and copy it into the store; safetensors only."""
    reference = add_local(folder, name, Store.open(home).models)
    say({"model": reference}, tr("Added. Train with {option}", option=f"--set model={reference}"), as_json=as_json)


def _must_exist(file: Path) -> None:
    if not file.is_file():
        raise UserError(f"There is no file {file}.", "Is the path right?")


def _about(frame: pd.DataFrame, asked: CheckFlags, read: Dataset | Table) -> dict[str, Any]:
    suggested = suggest(frame)
    target = (same_name(asked.target, map(str, frame.columns)) or asked.target) if asked.target else None
    answer = target or suggested.target
    fields = suggested_settings(frame, suggested, task=asked.task, target=target)
    column = f"task.{TASKS[fields['task.task']].column}"
    fields |= {column: asked.text} if asked.text else {}
    text = fields.get(column)
    checked: list[Finding] = (
        check_rows(frame, make_config(**fields, **asked.split(suggested.split))) if answer and text else []
    )
    findings = with_reading(read.findings, checked, answer or "")
    return {
        "rows": len(frame),
        "columns": [str(column) for column in frame.columns],
        "suggested": {"task": fields["task.task"], "text": text, "target": answer},
        "findings": [_told(finding) for finding in findings],
        "notes": list(read.notes),
        "options": read.options.model_dump(),
    }


def _told(finding: Finding) -> dict[str, Any]:
    """JSON document of a finding, each mend with the option that asks for it."""
    mends = [{"option": one.option, "rows": one.rows, **one.mend.model_dump()} for one in finding.mends]
    settings = [{"option": one.option, **one.model_dump()} for one in finding.settings]
    return finding.model_dump(mode="json") | {"mends": mends, "settings": settings}


def _flags(readings: Sequence[dict[str, Any]], options: dict[str, Any]) -> list[str]:
    """Flags that ask for each of the other readings."""
    return [ReadOptions(**one).flags(ReadOptions(**options)) for one in readings]


def _suggested(found: dict[str, Any]) -> str:
    """Sentence on what could be read, and on the target."""
    if isinstance(found["text"], dict):
        kinds = listed(f"{name} ({kind})" for name, kind in found["text"].items())
        return tr("Suggested: columns {columns}; target '{target}'.", columns=kinds, target=found["target"])
    return tr("Suggested: text '{text}', target '{target}'.", text=found["text"], target=found["target"])


def _for_people(result: dict[str, Any], notes: tuple[str, ...]) -> str:
    suggested = result["suggested"]
    lines = [
        trn(
            "{name}: {n} row; columns: {columns}.",
            "{name}: {n} rows; columns: {columns}.",
            result["rows"],
            name=result["name"],
            columns=listed(result["columns"]),
        ),
        *map(said, notes),
        _suggested(suggested),
    ]
    for one in result["findings"]:
        lines.append(told(one))
        lines += [tr("  read otherwise: {flags}", flags=flags) for flags in _flags(one["readings"], result["options"])]
        lines += [tr("  mend with: {option}", option=mend["option"]) for mend in one["mends"] if mend["option"]]
        lines += [tr("  train with: {option}", option=setting["option"]) for setting in one["settings"]]
    return "\n".join(lines)
