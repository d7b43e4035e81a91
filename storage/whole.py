"""Stored objects of a run, deserialised: settings, results, question, decision; or placeholders, and the reason."""

from typing import Any

from core.config import RunConfig
from core.searches import SearchQuestion
from storage.tables import RunRow, Unreadable

SAID = {
    "config": "Its settings cannot be read.",
    "evaluation": "What it found cannot be read.",
    "search": "What it asks cannot be read.",
    "decision": "The decision kept for it cannot be read.",
}
"""Columns that hold serialised objects, and the message for each that cannot be read."""
HINT = "Update Tuneboard and look again, or delete the run."


def why_unreadable(row: RunRow) -> str:
    """Reasons why objects of the run cannot be read, in sentences; "" where all can."""
    found = {said: getattr(row, name) for name, said in SAID.items()}
    return " ".join(f"{said} {one.why}" for said, one in found.items() if isinstance(one, Unreadable))


def asked(row: RunRow) -> dict[str, Any]:
    """Settings and question of the run; placeholders where they cannot be read."""
    config, search = row.config, row.search
    return {
        "config": RunConfig(dataset=row.dataset_id) if isinstance(config, Unreadable) else config,
        "search": SearchQuestion(search="") if isinstance(search, Unreadable) else search,
    }
