"""Training options of the command line, parsed into a RunConfig: a file, a scenario, or a dataset with its columns."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, get_args

import typer
import yaml

from core.config import METHODS, RunConfig, groups, make_config
from core.data import Finding, suggest
from core.data.checks.findings import ORDER
from core.errors import ConfigError, DatasetError, UserError
from core.preparation import check
from core.tasks import TASKS, suggested_settings, task_named, task_of
from dashboard.intake.rows import add_scenario, scenario
from storage import Store


@dataclass(frozen=True)
class TrainingRequest:
    """Options that say what to train: exactly one of a file, a scenario and a dataset."""

    file: Annotated[Path | None, typer.Argument(help="A TOML or YAML file with a RunConfig.", show_default=False)] = (
        None
    )
    scenario: Annotated[str | None, typer.Option("--scenario", help="A scenario's key.")] = None
    dataset: Annotated[str | None, typer.Option("--dataset", help="A dataset's id or name.")] = None
    target: Annotated[str | None, typer.Option("--target", help="The column with the right answer.")] = None
    text: Annotated[str | None, typer.Option("--text", help="The column with the text.")] = None
    task: Annotated[str | None, typer.Option("--task", help=f"What to learn: {', '.join(TASKS)}.")] = None
    preset: Annotated[str | None, typer.Option("--preset", help="quick, balanced or best.")] = None
    settings: Annotated[list[str] | None, typer.Option("--set", help="A setting, as epochs=3 or split.by=group.")] = (
        None
    )

    anyway: Annotated[bool, typer.Option("--anyway", help="Start although an error was found in the rows.")] = False

    def config(self, store: Store) -> RunConfig:
        """RunConfig of these options, validated against its rows. Raises UserError."""
        return self.checked(store)[0]

    def checked(self, store: Store) -> tuple[RunConfig, list[Finding]]:
        """RunConfig of these options, and the errors and warnings of its rows. Raises UserError for an error."""
        config = self._config(store)
        read = store.datasets.get(config.dataset).findings
        checked = check(store.datasets.frame(config.dataset), config, store.models)
        found = [one for one in (*read, *checked) if one.severity != "info"]
        wrong = [one for one in found if one.severity == "error"]
        if wrong and not self.anyway:
            more = [f"error: {one.message} {one.hint}" for one in wrong[1:]]
            raise DatasetError("\n".join([wrong[0].message, *more]), wrong[0].hint)
        return config, sorted(found, key=lambda one: ORDER[one.severity])

    def _config(self, store: Store) -> RunConfig:
        named = [word for word in (self.file, self.scenario, self.dataset) if word is not None]
        if len(named) != 1:
            raise ConfigError(
                f"Say one thing to train on; {len(named)} were named.",
                "Give a config file, --scenario KEY, or --dataset NAME with --target COLUMN.",
            )
        if self.task is not None:
            task_named(self.task)
        more = {
            **({"task.task": self.task} if self.task else {}),
            **dict(parse_setting(word) for word in self.settings or ()),
            **({"task.target": self.target} if self.target else {}),
        }
        if self.scenario:
            story = scenario(self.scenario)
            config = story.config(add_scenario(store, story).id, self.preset or "quick", **more)
        elif self.file:
            config = _from_file(store, self.file, self.preset, more)
        else:
            config = _from_dataset(store, str(self.dataset), self, more)
        if self.text:
            config = make_config(**{**config.model_dump(), f"task.{task_of(config).column}": self.text})
        return config


def parse_setting(word: str) -> tuple[str, Any]:
    """Key and TOML value of `epochs=3`: ("epochs", 3); `none` or nothing after the sign is None. Raises ConfigError."""
    name, sign, value = word.partition("=")
    if not sign or not name:
        raise ConfigError(f"'{word}' is not a setting.", "Write --set name=value, for instance --set epochs=3.")
    if value.strip().lower() in ("", "none"):
        return name, None
    try:
        return name, tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return name, value


def _from_file(store: Store, file: Path, preset: str | None, more: dict[str, Any]) -> RunConfig:
    fields = _read(file)
    if "dataset" in fields:
        fields["dataset"] = store.datasets.get(str(fields["dataset"])).id
    elif "scenario" in fields:
        fields["dataset"] = add_scenario(store, scenario(str(fields["scenario"]))).id
    else:
        raise ConfigError(f"{file.name} names no dataset.", 'Add a line such as: dataset = "reviews"')
    return make_config(**{**_with_nulls(fields), **({"preset": preset} if preset else {}), **more})


def _with_nulls(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields with None where a nullable setting is written as "none"."""
    return {
        name: _with_nulls(value)
        if isinstance(value, dict)
        else None
        if value == "none" and _is_nullable(name.rpartition(".")[2])
        else value
        for name, value in fields.items()
    }


def _is_nullable(setting: str) -> bool:
    known = [one.model_fields for one in (RunConfig, *groups().values(), *METHODS.values())]
    return any(setting in fields and NoneType in get_args(fields[setting].annotation) for fields in known)


def _read(file: Path) -> dict[str, Any]:
    """The fields that a TOML or YAML file sets. Raises UserError."""
    is_yaml = file.suffix.lower() in (".yaml", ".yml")
    try:
        words = file.read_text(encoding="utf-8")
        fields = yaml.safe_load(words) if is_yaml else tomllib.loads(words)
    except FileNotFoundError as error:
        raise UserError(f"There is no file {file}.", "Is the path right?") from error
    except (tomllib.TOMLDecodeError, yaml.YAMLError, UnicodeDecodeError) as error:
        kind = "YAML" if is_yaml else "TOML"
        raise ConfigError(f"{file.name} is not valid {kind}: {error}.", "Mend that line and try again.") from error
    if not isinstance(fields, dict):
        raise ConfigError(f"{file.name} sets nothing.", "Write one setting a line, such as epochs: 3.")
    return {str(name): value for name, value in fields.items()}


def _from_dataset(store: Store, name: str, asked: TrainingRequest, more: dict[str, Any]) -> RunConfig:
    dataset = store.datasets.get(name)
    frame = store.datasets.frame(dataset.id)
    target = asked.target if asked.target in frame else None
    columns = suggested_settings(frame, suggest(frame), task=more.get("task.task", asked.task), target=target)
    return make_config(**{"dataset": dataset.id, "preset": asked.preset or "quick", **columns, **more})
