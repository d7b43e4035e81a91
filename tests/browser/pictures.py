"""Takes a picture of every page in light, dark and phone width: python tests/browser/pictures.py FOLDER [PAGE ...]."""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.browser.browser import opened, settled
from tests.dashboard import seed
from tests.dashboard.server import dashboard

LOOKS = {
    "light": {"viewport": {"width": 1360, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1360, "height": 900}, "color_scheme": "dark"},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "color_scheme": "light",
        "is_mobile": True,
        "has_touch": True,
        "device_scale_factor": 2,
    },
}


def views(store: object) -> dict[str, str]:
    """Every view worth a picture, by name: its address."""
    runs = store.runs.list()  # type: ignore[attr-defined]
    datasets = store.datasets.list()  # type: ignore[attr-defined]
    by = {status: next(run.id for run in runs if run.status == status) for status in ("running", "succeeded", "failed")}
    return {
        "home": "/",
        "scenarios": "/scenarios",
        "scenario": "/scenarios?scenario=finance-newsdesk",
        "data": "/data",
        "dataset": f"/data?dataset={datasets[-1].id}",
        "train": f"/train?dataset={datasets[0].id}",
        "runs": "/runs",
        "run-live": f"/runs?run={by['running']}",
        "run-done": f"/runs?run={by['succeeded']}",
        "run-failed": f"/runs?run={by['failed']}",
        "evaluate": f"/evaluate?run={by['succeeded']}",
        **{
            f"evaluate-{view.lower().replace(' ', '-')}": f"/evaluate?run={by['succeeded']}&view={view}"
            for view in ("Each class", "Confusion matrix", "Confidence", "Curves", "Wrong rows")
        },
        "predict": f"/predict?run={by['succeeded']}",
        "settings": "/settings",
    }


def take(address: str, folder: Path, wanted: dict[str, str]) -> None:
    """Photograph each view in each look, the whole page."""
    with opened() as browser:
        for look, options in LOOKS.items():
            page = browser.new_context(**options).new_page()  # type: ignore[arg-type]
            for name, path in wanted.items():
                page.goto(address + path)
                settled(page)
                page.wait_for_timeout(600)
                height = page.evaluate(
                    "() => Math.ceil(document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight) + 70"
                )
                page.set_viewport_size({"width": options["viewport"]["width"], "height": max(844, min(height, 4200))})
                page.wait_for_timeout(500)
                page.screenshot(path=folder / f"{name}-{look}.png")
                page.set_viewport_size(options["viewport"])


def main(folder: Path, only: list[str]) -> None:
    """Fill a store, start the dashboard, photograph it."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        store = seed.shop(Path(place) / "home")
        wanted = {name: path for name, path in views(store).items() if not only or name in only}
        with dashboard(store.home) as address:
            take(address, folder, wanted)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
