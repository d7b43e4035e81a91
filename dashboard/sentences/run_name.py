"""Name of a run, the same in legends, pickers, tables and charts."""

from dashboard.language.formats import ago, metric_value
from dashboard.language.plain import BETWEEN, isolated, middle
from dashboard.language.words import tr, word
from storage import Run

PRESETS = {"quick": word("Quick"), "balanced": word("Balanced"), "best": word("Best")}
PICKED = 40
"""Characters of a name in a box, of which a phone shows the number too."""


def run_name(run: Run, longest: int = 60, *, scored: bool = True) -> str:
    """Name of a run: as it was given; else its dataset, preset, number and, where `scored`, its score.

    What is too long is cut in the middle of its first part.
    """
    made = f"{run.dataset_name}{BETWEEN}{run.preset}"
    if run.unreadable or not f"{run.name}{BETWEEN}".startswith(f"{made}{BETWEEN}"):
        return middle(run.name, longest)
    more = run.name.removeprefix(made).split(BETWEEN)[1:]
    parts = [run.dataset_name, tr(PRESETS[run.preset]), *more, f"#{run.number}", _score(run) if scored else ""]
    return middle(BETWEEN.join(filter(None, parts)), longest)


def picked_name(run: Run) -> str:
    """Name of a run as an option of a box: with its star and its time."""
    star = "★ " if run.is_starred else ""
    return f"{star}{isolated(run_name(run, PICKED))}{BETWEEN}{ago(run.ended or run.created)}"


def _score(run: Run) -> str:
    found = run.evaluation
    return metric_value(found.headline, found.reached.value) if found and found.reached else ""
