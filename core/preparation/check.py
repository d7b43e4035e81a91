"""Data validation of rows before anything is trained on them."""

import pandas as pd

from core.config import RunConfig
from core.data.checks.findings import ORDER, Finding
from core.data.checks.looked import Looked
from core.errors import DatasetError
from core.preparation.checks import findings
from core.preparation.checks.columns import missing_columns, no_rows
from core.tasks import task_of


def check(frame: pd.DataFrame, config: RunConfig) -> list[Finding]:
    """Runs every check: what is wrong or worth knowing, errors first."""
    task = task_of(config)
    if lacking := [*missing_columns(frame, config, task), *no_rows(frame)]:
        return lacking
    looked = Looked(frame, config, task.input_column(config), task.inputs, task.targets)
    return sorted(findings(looked, task), key=lambda finding: ORDER[finding.severity])


def require(frame: pd.DataFrame, config: RunConfig) -> None:
    """Raises DatasetError with the first error that `check` finds."""
    for finding in check(frame, config):
        if finding.severity == "error":
            raise DatasetError(finding.message, finding.hint)
