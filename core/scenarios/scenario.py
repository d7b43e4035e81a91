"""Schema of a Scenario: a ready market story, told in one TOML file beside this one."""

import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, model_validator

from core.archives import Archive
from core.config import Frozen, RunConfig, make_config
from core.debian import DebianPackage


class _Told(Frozen):
    """Base model of values told in TOML, without the trailing line break of a text of several lines."""

    model_config = ConfigDict(str_strip_whitespace=True)


class Included(_Told):
    """Rows that come with a package that Tuneboard needs anyway."""

    included: str
    megabytes: float = 0.0


class HubRows(_Told):
    """Rows of a dataset of the Hugging Face Hub."""

    dataset: str
    megabytes: float


class Source(_Told):
    """Provenance of the rows, and their licence, as far as anybody has said."""

    title: str
    description: str
    licence: str
    archive: Archive | DebianPackage | Included | HubRows
    recipe: str
    """Which recipe reads the rows out of the archive."""
    rows: int
    classes: dict[str, str] = Field(default_factory=dict)
    """Class names for people by the source's own. Empty where those read well."""


class Worth(_Told):
    """Entry of a cost matrix, negative for costs. `*` stands for every class not named by another line."""

    case: str
    amount: float
    why: str
    target: str = "*"
    answer: str = "*"


class Payoff(_Told):
    """Cost matrix of right and wrong answers, in money, with the reasoning in words. Figures are examples to change."""

    currency: str
    summary: str
    """In words, for 1,000 cases."""
    right: float
    """What a right answer is worth where the table names no classes."""
    wrong: float
    """What a wrong answer is worth, negative where it costs, where the table names no classes."""
    table: tuple[Worth, ...]
    person: float | None = None
    """What it costs when a case is left to a person; None where nobody is there to take it."""
    nothing: str | None = None
    """The class that every case is treated as where nothing is done; None where doing nothing is worth 0."""

    def amount(self, target: str, answer: str) -> float:
        """Entry of the cost matrix where `target` is true: the line that names most of the two counts."""
        named = [line for line in self.table if (line.target, line.answer) != ("*", "*")]
        fitting = [line for line in named if line.target in (target, "*") and line.answer in (answer, "*")]
        if fitting:
            return max(fitting, key=lambda line: (line.target != "*") + (line.answer != "*")).amount
        return self.right if target == answer else self.wrong


class UnitCost(_Told):
    """What one unit too high, or one too low, costs in one case, and why."""

    amount: float = Field(gt=0.0)
    why: str


class NumberPayoff(_Told):
    """Asymmetric cost of wrong numbers, in money, with the reasoning in words. Figures are examples to change."""

    currency: str
    summary: str
    """In words, for 1,000 cases."""
    too_high: UnitCost
    too_low: UnitCost

    @property
    def table(self) -> tuple[Worth, ...]:
        """What each kind of error is worth, a unit of it."""
        return (
            Worth(case="One too high", amount=-self.too_high.amount, why=self.too_high.why),
            Worth(case="One too low", amount=-self.too_low.amount, why=self.too_low.why),
        )


class Example(_Told):
    """Example input, a text to try, and what a person would answer."""

    text: str
    answer: str
    note: str = ""


class SuccessLine(_Told):
    """Acceptance threshold of a metric, the line to beat: from there on the answers are good enough to be used."""

    metric: str
    value: float
    meaning: str


class Repeated(_Told):
    """Repeats of a preset that were measured once: the headline metric over trainings that differ in their seed."""

    seeds: int = Field(ge=3)
    mean: float
    deviation: float = Field(ge=0.0)


class Scenario(_Told):
    """A dataset, a model, a business question and what a good answer is worth."""

    key: str
    title: str
    market: str
    question: str
    story: str
    data: Source
    payoff: Payoff | NumberPayoff
    examples: Annotated[tuple[Example, ...], Field(min_length=4)]
    misuse: tuple[str, ...]
    """Out-of-scope use: what the model must not be used for."""
    success: SuccessLine
    for_teaching: bool = False
    """True where every screen must say that this is for teaching."""
    settings: dict[str, Any]
    """Settings for every preset."""
    presets: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Settings of single presets, laid over `settings`."""
    repeated: dict[str, Repeated] = Field(default_factory=dict)
    """What presets came to in repeated trainings (benchmarks/seeds.py)."""

    @model_validator(mode="after")
    def _examples_use_known_classes(self) -> "Scenario":
        known = set(self.data.classes.values())
        strange = [example.answer for example in self.examples if known and example.answer not in known]
        if strange:
            raise ValueError(f"The example's answer '{strange[0]}' is not one of the classes {sorted(known)}")
        return self

    def config(self, dataset_id: str, preset: str, **more: Any) -> RunConfig:
        """The RunConfig of this scenario with a preset; `more` goes over everything. Raises ConfigError."""
        preset = str(more.get("preset", preset))
        fields: dict[str, Any] = {**self.settings, **self.presets.get(preset, {}), **more}
        return make_config(**{**fields, "dataset": dataset_id, "scenario": self.key, "preset": preset})


def read_scenario(path: Path) -> Scenario:
    """The scenario told in a TOML file; its key is the file's name."""
    return Scenario(key=path.stem, **tomllib.loads(path.read_text(encoding="utf-8")))
