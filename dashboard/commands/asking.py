"""What to train, from the words of a command: a file, a scenario, or a dataset with its columns."""

import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from core.config import RunConfig, make_config
from core.data import require, suggest
from core.errors import ConfigError, UserError
from dashboard.rows import add_scenario, scenario
from storage import Store

ConfigFile = Annotated[Path | None, typer.Argument(help="A TOML or YAML file with a RunConfig.", show_default=False)]
ScenarioKey = Annotated[str | None, typer.Option("--scenario", help="A scenario's key.")]
DatasetName = Annotated[str | None, typer.Option("--dataset", help="A dataset's id or name.")]
Target = Annotated[str | None, typer.Option("--target", help="The column with the right answer.")]
Text = Annotated[str | None, typer.Option("--text", help="The column with the text.")]
Preset = Annotated[str | None, typer.Option("--preset", help="quick, balanced or best.")]
Settings = Annotated[list[str] | None, typer.Option("--set", help="A setting, as epochs=3 or split.by=group.")]


def config_from(
    store: Store,
    *,
    file: Path | None,
    scenario_key: str | None,
    dataset: str | None,
    target: str | None,
    text: str | None,
    preset: str | None,
    settings: list[str] | None,
) -> RunConfig:
    """The RunConfig that the words ask for, checked against its rows. Raises UserError."""
    named = [word for word in (file, scenario_key, dataset) if word is not None]
    if len(named) != 1:
        raise ConfigError(
            f"Say one thing to train on; {len(named)} were named.",
            "Give a config file, --scenario KEY, or --dataset NAME with --target COLUMN.",
        )
    more = {
        **_settings(settings),
        **({"task.target": target} if target else {}),
        **({"task.text": text} if text else {}),
    }
    if scenario_key:
        story = scenario(scenario_key)
        config = story.config(add_scenario(store, story).id, preset or "quick", **more)
    elif file:
        config = _from_file(store, file, preset, more)
    else:
        config = _from_dataset(store, str(dataset), preset, more)
    require(store.datasets.frame(config.dataset), config)
    return config


def parse_setting(word: str) -> tuple[str, Any]:
    """`epochs=3` as ("epochs", 3); `none` or nothing after the sign is None. Raises ConfigError."""
    name, sign, value = word.partition("=")
    if not sign or not name:
        raise ConfigError(f"'{word}' is not a setting.", "Write --set name=value, for instance --set epochs=3.")
    if value.strip().lower() in ("", "none"):
        return name, None
    try:
        return name, tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return name, value


def _settings(words: list[str] | None) -> dict[str, Any]:
    return dict(parse_setting(word) for word in words or ())


def _from_file(store: Store, file: Path, preset: str | None, more: dict[str, Any]) -> RunConfig:
    try:
        fields = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UserError(f"There is no file {file}.", "Is the path right?") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file.name} is not valid TOML: {error}.", "Mend that line and try again.") from error
    if "dataset" in fields:
        fields["dataset"] = store.datasets.get(fields["dataset"]).id
    elif "scenario" in fields:
        fields["dataset"] = add_scenario(store, scenario(fields["scenario"])).id
    else:
        raise ConfigError(f"{file.name} names no dataset.", 'Add a line such as: dataset = "reviews"')
    return make_config(**{**fields, **({"preset": preset} if preset else {}), **more})


def _from_dataset(store: Store, name: str, preset: str | None, more: dict[str, Any]) -> RunConfig:
    dataset = store.datasets.get(name)
    suggested = suggest(store.datasets.head(dataset.id, 1000))
    columns = {
        column: value
        for column, value in (("task.text", suggested.text), ("task.target", suggested.target))
        if value is not None and column not in more
    }
    return make_config(dataset=dataset.id, preset=preset or "quick", **columns, **more)
