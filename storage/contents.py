"""Health check of the datasets' files: whether they are there, and on request whether each is what was kept."""

from storage.datasets import Datasets
from storage.files import MEND, is_whole
from storage.health import HealthCheck
from storage.remote import Remote

MOST_NAMED = 5


def look(datasets: Datasets, remote: Remote | None, *, deep: bool) -> HealthCheck:
    """Looks for the file of each dataset, and for what it was read from; `deep` reads them all.

    With a remote place, what is not on this machine is there and not looked at.
    """
    wrong: dict[str, str] = {}
    for dataset in datasets.list():
        for sha256 in filter(None, datasets.hashes_of(dataset.id)):
            place = datasets.files.place(sha256)
            if not place.is_file():
                if remote is None:
                    wrong[dataset.name] = "missing"
            elif deep and not is_whole(place, again=True):
                wrong[dataset.name] = "damaged"
    named = "; ".join(f"'{name}': {how}" for name, how in list(wrong.items())[:MOST_NAMED])
    more = f"; and {len(wrong) - MOST_NAMED} more" if len(wrong) > MOST_NAMED else ""
    fine = "Each is what was kept." if deep else "Each is there; --deep reads them all."
    return HealthCheck(
        name="Contents", ok=not wrong, text=f"{named}{more}." if wrong else fine, hint=MEND if wrong else ""
    )
