"""RunConfig and its parts: each setting with its limits, its title and what it means."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.config.upgrade import Fields, upgrade
from core.errors import ConfigError, did_you_mean


class Frozen(BaseModel):
    """A value: it cannot change and takes no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, allow_inf_nan=False)


class Kept(Frozen):
    """A value that is kept for years: it opens from the fields of any released version.

    Looking at the fields first costs some 40% of reading; a value that never changed its shape is Frozen and no more.
    """

    @classmethod
    def upgraded(cls, fields: Fields) -> Fields:
        """The fields of any released version in today's shape. Raises ConfigError for those of a newer one."""
        return fields

    @model_validator(mode="before")
    @classmethod
    def _of_any_version(cls, fields: Any) -> Any:
        return cls.upgraded(fields) if isinstance(fields, dict) else fields


def setting(default: Any, title: str, meaning: str, *, level: str = "advanced", names: str = "", **limits: Any) -> Any:
    """A field that a person may set. `level` is basic, advanced or hidden; limits are pydantic's.

    `names` says what the value names: "column" a column of the dataset, "model" a pretrained model.
    """
    extra: dict[str, Any] = {"level": level, "names": names}
    return Field(default, title=title, description=meaning, json_schema_extra=extra, **limits)


class TextClassification(Frozen):
    """Learn to give each text one of the classes found in the target column."""

    task: Literal["text-classification"] = "text-classification"
    text: str = setting("text", "Text column", "The column that holds the text to read.", level="basic", names="column")
    target: str = setting(
        "label", "Target column", "The column that holds the right answer.", level="basic", names="column"
    )
    max_tokens: int = setting(
        128,
        "Longest text, in tokens",
        "Longer texts are cut here. A token is about three quarters of a word.",
        ge=8,
        le=8192,
    )


TaskConfig = Annotated[TextClassification, Field(discriminator="task")]


class Preparation(Frozen):
    """The ordered steps from raw rows to training rows."""

    fix_encoding: bool = setting(True, "Mend broken characters", "Turns text such as 'cafÃ©' back into 'café'.")
    normalise: bool = setting(True, "Tidy spaces and Unicode", "One form for equal characters, single spaces.")
    drop_blanks: bool = setting(True, "Leave out blank rows", "Rows with no text or no answer teach nothing.")
    drop_duplicates: bool = setting(True, "Leave out duplicates", "The same text with the same answer counts once.")
    conflicts: Literal["keep", "drop"] = setting(
        "keep", "Same text, different answers", "Keep such rows, or leave them out as unreliable."
    )


class Split(Frozen):
    """Which rows teach, which choose, and which judge. The same text never stands on two sides."""

    by: Literal["random", "group", "time", "given"] = setting(
        "random",
        "Split by",
        "random: shuffled, each class in its share. group: rows of one group stay together. "
        "time: the newest rows judge. given: a column says which part each row belongs to.",
        level="basic",
    )
    column: str | None = setting(
        None,
        "Split column",
        "The column with the group, the time, or the part (train, validation, test).",
        level="basic",
        names="column",
    )
    validation: float = setting(
        0.2, "Share for validation", "Rows that choose settings and stop training early.", ge=0.0, le=0.5
    )
    test: float = setting(0.2, "Share for the test", "Rows kept aside to judge the finished model.", ge=0.05, le=0.5)

    @model_validator(mode="after")
    def _column_where_needed(self) -> Self:
        if self.by != "random" and not self.column:
            raise ValueError(f"Splitting by {self.by} needs a split column, and none is chosen")
        if self.validation + self.test > 0.8:
            raise ValueError(
                f"Validation ({self.validation:.0%}) and test ({self.test:.0%}) leave less than a fifth of the rows "
                "to learn from"
            )
        return self


class RunConfig(Kept):
    """Everything needed to repeat a run."""

    schema_version: Literal[1] = 1
    name: str = setting("", "Name", "What to call this run. Left empty, one is made.", level="basic", max_length=200)
    dataset: str = setting("", "Dataset", "The dataset's id.", level="hidden")
    scenario: str | None = setting(None, "Scenario", "The market story this run belongs to.", level="hidden")
    task: TaskConfig = Field(default_factory=TextClassification)
    preparation: Preparation = Field(default_factory=Preparation)
    split: Split = Field(default_factory=Split)
    rows_per_class: int | None = setting(
        None,
        "Labelled rows per class",
        "Learn from this many rows of each class, drawn by the seed. Empty: all of them. Test rows stay as they are.",
        level="basic",
        ge=1,
        le=1_000_000,
    )

    model: str = setting(
        "minilm", "Model", "The pretrained model to start from.", level="basic", names="model", min_length=1
    )
    preset: Literal["quick", "balanced", "best"] = setting(
        "quick",
        "How thorough",
        "quick: seconds; the model reads, a small head learns. balanced: minutes; the whole model learns. "
        "best: longer, with more passes and the best one kept.",
        level="basic",
    )
    method: Literal["frozen", "full", "lora"] = setting(
        "frozen",
        "What learns",
        "frozen: only a small head on the model's sentence vectors. full: every weight. "
        "lora: small added matrices, for big models.",
    )
    epochs: int | None = setting(
        None,
        "Passes over the rows",
        "How often training reads every row. Empty: as often as this many rows need; few rows are read more often.",
        level="basic",
        ge=1,
        le=200,
    )
    batch_size: int = setting(16, "Rows per step", "How many rows each step reads before it learns.", ge=1, le=1024)
    gradient_accumulation_steps: int = setting(
        1, "Steps per update", "Adds up this many steps before the weights change; saves memory.", ge=1, le=256
    )
    learning_rate: float = setting(5e-5, "Learning rate", "How far each update moves the weights.", gt=0.0, le=1.0)
    optimizer: Literal["adamw", "adam", "sgd"] = setting(
        "adamw", "Optimiser", "How the weights move: AdamW, Adam, or SGD with momentum."
    )
    momentum: float = setting(0.9, "Momentum", "SGD only: how much of the last move carries on.", ge=0.0, lt=1.0)
    weight_decay: float = setting(
        0.01, "Weight decay", "Pulls weights towards zero; resists overfitting.", ge=0.0, le=1.0
    )
    schedule: Literal["linear", "cosine", "constant"] = setting(
        "linear", "Learning-rate schedule", "How the learning rate falls over the run."
    )
    warmup: float = setting(0.1, "Warm-up", "Share of the steps over which the learning rate rises.", ge=0.0, le=0.5)
    dropout: float | None = setting(
        None, "Dropout", "Share of signals hidden while learning. Empty: as the model was made.", ge=0.0, le=0.9
    )
    label_smoothing: float = setting(
        0.0,
        "Label smoothing",
        "Spreads a little of each answer over all classes; helps with noisy labels.",
        ge=0.0,
        le=0.5,
    )
    keep_start: float = setting(
        0.0,
        "Keep of the start",
        "Share of the weights from before training that is mixed back in at the end; helps where later texts are "
        "unlike those it learned from.",
        ge=0.0,
        le=0.9,
    )
    class_weights: bool = setting(False, "Weigh rare classes up", "Rare classes count as much as common ones.")
    max_grad_norm: float = setting(
        1.0, "Gradient limit", "Larger gradients are scaled down to this. 0: no limit.", ge=0.0
    )
    precision: Literal["auto", "fp32", "bf16", "fp16"] = setting(
        "auto", "Number format", "auto takes the fastest that the device does well."
    )
    early_stopping: int | None = setting(
        None, "Early stopping", "Stop after this many checks without improvement. Empty: never.", ge=1, le=100
    )
    processes: int = setting(
        1,
        "Processes",
        "How many processes teach the model together, each with a part of every step's rows; one for each GPU. The "
        "result is the same, it comes sooner.",
        ge=1,
        le=64,
    )
    lora_rank: int = setting(8, "LoRA rank", "Size of the added matrices.", ge=1, le=512)
    lora_alpha: int = setting(16, "LoRA alpha", "Strength of the added matrices.", ge=1, le=1024)
    lora_dropout: float = setting(0.05, "LoRA dropout", "Dropout in the added matrices.", ge=0.0, le=0.9)
    seed: int = setting(0, "Seed", "The same seed, settings and rows give the same result.", ge=0, le=2**31 - 1)

    @classmethod
    def upgraded(cls, fields: Fields) -> Fields:
        """Settings of any released version in today's shape. Raises ConfigError for those of a newer one."""
        return upgrade(fields)

    @model_validator(mode="after")
    def _no_contradictions(self) -> Self:
        if self.early_stopping is not None and self.split.validation == 0 and self.split.by != "given":
            raise ValueError(
                "Early stopping needs validation rows, and the share for validation is 0. Empty early stopping, or "
                "keep some rows for validation"
            )
        if self.rows_per_class is not None and self.rows_per_class < 2 and self.method == "frozen":
            raise ValueError("A frozen model needs at least 2 labelled rows per class to choose its head, got 1")
        return self


def make_config(**fields: Any) -> RunConfig:
    """A RunConfig from plain values, nested or dotted (`split.by`). Raises ConfigError with one plain sentence.

    A preset fills every field that is not given.
    """
    nested = upgrade(_nest(fields))
    preset = nested.get("preset", "quick")
    nested = _merge(PRESETS.get(preset, {}) if isinstance(preset, str) else {}, nested)
    nested = _merge({"task": {"task": "text-classification"}}, nested)
    try:
        return RunConfig.model_validate(nested)
    except ValidationError as error:
        raise _as_sentence(error) from None


PRESETS: dict[str, dict[str, Any]] = {
    "quick": {"preset": "quick", "method": "frozen"},
    "balanced": {"preset": "balanced", "method": "full"},
    "best": {"preset": "best", "method": "full", "early_stopping": 3},
}
"""What each preset fills in. Values not named here are the fields' own defaults."""


def _nest(fields: dict[str, Any]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for name, value in fields.items():
        *parents, last = name.split(".")
        spot = nested
        for parent in parents:
            spot = _group(spot, parent, name)
        if isinstance(value, dict) and isinstance(spot.get(last), dict):
            spot[last] = _merge(spot[last], value)
        else:
            spot[last] = value
    return nested


def _group(above: dict[str, Any], name: str, wanted: str) -> dict[str, Any]:
    """The group of settings called `name`, made where it is not there or empty. Raises ConfigError for a value."""
    if above.get(name) is None:
        above[name] = {}
    group = above[name]
    if not isinstance(group, dict):
        raise ConfigError(
            f"'{name}' is set to {group!r}, and '{wanted}' is one of its parts.",
            f"Set each part of '{name}' by its name, as in '{wanted}'.",
        )
    return group


def _merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """`above` laid over `below`, folder by folder."""
    merged = dict(below)
    for name, value in above.items():
        old = merged.get(name)
        merged[name] = _merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _as_sentence(error: ValidationError) -> ConfigError:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"] if part != "text-classification")
    if first["type"] == "extra_forbidden":
        known = [*RunConfig.model_fields, *(f"{g}.{f}" for g, m in GROUPS.items() for f in m.model_fields)]
        return ConfigError(f"There is no setting called '{place}'.", did_you_mean(place, known))
    if first["type"] == "value_error":
        return ConfigError(str(first["msg"]).removeprefix("Value error, ") + ".")
    return ConfigError(f"The setting '{place}' is {first['input']!r}. {first['msg']}.", "Change it and try again.")


GROUPS: dict[str, type[Frozen]] = {"task": TextClassification, "preparation": Preparation, "split": Split}
"""The parts of a RunConfig that are objects of their own."""
