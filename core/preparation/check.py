"""Data validation of rows before anything is trained on them."""

from pathlib import Path

import pandas as pd

from core.config import RunConfig
from core.data.checks.findings import ORDER, Finding
from core.data.checks.looked import Looked
from core.errors import DatasetError
from core.models.characters import characters
from core.preparation.checks import findings
from core.preparation.checks.columns import missing_columns, no_rows
from core.tasks import task_of


def check(frame: pd.DataFrame, config: RunConfig, models: Path | None = None) -> list[Finding]:
    """Runs every check: what is wrong or worth knowing, errors first.

    `models` is the folder of the models that are here; the vocabulary of one that is there is looked at.
    """
    task = task_of(config)
    if lacking := [*missing_columns(frame, config, task), *no_rows(frame)]:
        return lacking
    reads = characters(config.model, models) if task.inputs.name == "text" else None
    looked = Looked(frame, config, task.inputs, task.targets, reads)
    return sorted(findings(looked, task), key=lambda finding: ORDER[finding.severity])


def require(frame: pd.DataFrame, config: RunConfig) -> None:
    """Raises DatasetError with the first error that `check` finds."""
    for finding in check(frame, config):
        if finding.severity == "error":
            raise DatasetError(finding.message, finding.hint)
