"""RunConfig and its parts: each setting with its limits, its title and what it means."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, SerializeAsAny, model_validator

from core.config.base import Frozen, Versioned, setting
from core.config.learning import METHODS, Descent, Head, Learning
from core.config.tasks import TaskSettings
from core.config.upgrade import Fields, upgrade


class Preparation(Frozen):
    """Preprocessing: the ordered steps from raw rows to training rows."""

    fix_encoding: bool = setting(True, "Fix encoding errors", "Turns text such as 'cafÃ©' back into 'café'.")
    normalise: bool = setting(True, "Normalise spaces and Unicode", "One form for equal characters, single spaces.")
    drop_blanks: bool = setting(True, "Leave out blank rows", "Rows with no text or no answer teach nothing.")
    drop_duplicates: bool = setting(True, "Leave out duplicates", "The same text with the same answer counts once.")
    conflicts: Literal["keep", "drop"] = setting(
        "keep", "Same text, different answers", "Keep such rows, or leave them out as unreliable."
    )


class Split(Frozen):
    """Train, validation and test split: which rows teach, choose and judge. Near-equal inputs stay on one side."""

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
        0.2, "Validation set, share", "Rows that choose settings and stop training early.", ge=0.0, le=0.5
    )
    test: float = setting(0.2, "Test set, share", "Share of the rows that judge the finished model.", ge=0.05, le=0.5)
    split_seed: int = setting(
        0,
        "Split seed",
        "Which rows teach and which judge. Leave it: only models that were judged on the same rows can be compared.",
        ge=0,
        le=2**31 - 1,
    )
    drawn_from: Literal["inputs", "rows"] = setting(
        "inputs",
        "Rows are drawn by",
        "inputs: by what the model reads, so that a mended answer or a new column moves no row. "
        "rows: by the whole row, as Tuneboard did at first.",
        level="hidden",
    )

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


def _of_its_task(fields: Any) -> Any:
    """Validator: the settings as those of the task that they name. Raises ValueError for an unknown one."""
    from core.tasks import TASKS, settings_of

    if isinstance(fields, TaskSettings):
        return fields
    name = fields.get("task", FIRST_TASK) if isinstance(fields, dict) else None
    if name not in TASKS:
        raise ValueError(f"There is no task '{name}'; there are {', '.join(TASKS)}")
    return settings_of(name).model_validate({**fields, "task": name})


def _of_its_method(fields: Any) -> Any:
    """Validator: the settings as those of the method that they name."""
    if isinstance(fields, Learning):
        return fields
    name = fields.get("method", "frozen") if isinstance(fields, dict) else None
    if name not in METHODS:
        raise ValueError(f"There is no way to learn called '{name}'; there are {', '.join(METHODS)}")
    return METHODS[name].model_validate(fields)


FIRST_TASK = "text-classification"
"""The task of settings that name none."""


class RunConfig(Versioned):
    """Everything needed to repeat a run."""

    schema_version: Literal[3] = 3
    name: str = setting("", "Name", "What to call this run. Left empty, one is made.", level="basic", max_length=200)
    dataset: str = setting("", "Dataset", "The dataset's id.", level="hidden")
    scenario: str | None = setting(None, "Scenario", "The scenario this run belongs to.", level="hidden")
    task: Annotated[SerializeAsAny[TaskSettings], BeforeValidator(_of_its_task)] = Field(
        default_factory=lambda: _of_its_task({})
    )
    preparation: Preparation = Field(default_factory=Preparation)
    split: Split = Field(default_factory=Split)
    rows_per_class: int | None = setting(
        None,
        "Labelled rows per class",
        "Learn from this many rows of each class, drawn by the seed, and choose by no others. Empty: all of them. Test "
        "rows stay as they are.",
        level="basic",
        empty="all of them",
        ge=1,
        le=1_000_000,
    )
    model: str = setting(
        "minilm",
        "Model",
        "The pretrained model to start from.",
        level="basic",
        names="model",
        only=("learning.method", ("frozen", "full", "lora")),
        min_length=1,
    )
    preset: Literal["quick", "balanced", "best"] = setting(
        "quick",
        "Preset",
        "quick: the model reads, a small head learns. balanced: the whole model learns. "
        "best: the whole model learns, with more passes and the best one kept.",
        level="basic",
    )
    learning: Annotated[SerializeAsAny[Learning], BeforeValidator(_of_its_method)] = Field(default_factory=Head)
    precision: Literal["auto", "fp32", "bf16", "fp16"] = setting(
        "auto", "Number format", "auto takes the fastest that the device does well."
    )
    processes: int = setting(
        1,
        "Processes",
        "How many processes teach the model together, each with a part of every step's rows; one for each GPU. The "
        "result is the same, it comes sooner.",
        ge=1,
        le=64,
    )
    seed: int = setting(
        0,
        "Seed",
        "Where training begins and in which order it reads. The same seed, settings and rows give the same result.",
        ge=0,
        le=2**31 - 1,
    )
    margin: float = setting(
        3.0,
        "Margin for “about the same”",
        "A model is called as good as a baseline where the two surely differ by less than this: points of 100, or "
        "hundredths of the baseline's error. Set it before anything is judged.",
        ge=0.1,
        le=20.0,
    )

    @classmethod
    def upgraded(cls, fields: Fields) -> Fields:
        """Settings of any released version in today's shape. Raises ConfigError for those of a newer one."""
        return upgrade(fields)

    @property
    def recipe(self) -> str:
        """Settings as JSON but for what no result hangs on, and the seed: what repeats of a run have in common."""
        return self.model_dump_json(exclude={"name", "processes", "seed", "margin"})

    @model_validator(mode="after")
    def _no_contradictions(self) -> Self:
        stops = isinstance(self.learning, Descent) and self.learning.early_stopping is not None
        if stops and self.split.validation == 0 and self.split.by != "given":
            raise ValueError(
                "Early stopping needs validation rows, and the share for validation is 0. Empty early stopping, or "
                "keep some rows for validation"
            )
        if self.rows_per_class is not None and self.rows_per_class < 2 and isinstance(self.learning, Head):
            raise ValueError("A frozen model needs at least 2 labelled rows per class to choose its head, got 1")
        return self
