"""Says what is wrong with rows before anything is trained on them."""

import pandas as pd

from core.config import RunConfig
from core.data.checks import CHECKS
from core.data.checks.columns import missing_columns, no_rows
from core.data.checks.looked import Looked
from core.data.findings import ORDER, Finding
from core.errors import DatasetError


def check(frame: pd.DataFrame, config: RunConfig) -> list[Finding]:
    """Everything that is wrong or worth knowing, errors first."""
    if lacking := [*missing_columns(frame, config), *no_rows(Looked(frame, config))]:
        return lacking
    looked = Looked(frame, config)
    findings = [finding for ask in CHECKS for finding in ask(looked)]
    return sorted(findings, key=lambda finding: ORDER[finding.severity])


def require(frame: pd.DataFrame, config: RunConfig) -> None:
    """Raises DatasetError with the first error that `check` finds."""
    for finding in check(frame, config):
        if finding.severity == "error":
            raise DatasetError(finding.message, finding.hint)
