"""Takes the README's pictures from a real run: python docs/pictures/make.py [--preset balanced] [--assets FOLDER].

It starts the product in an empty home, lets the finance scenario train, and photographs the run while it learns
(readme.png) and its evaluation (evaluate.png). `--assets` names a folder with archives fetched before.
"""

import argparse
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from playwright.sync_api import Page, expect  # noqa: E402

from core.scenarios import SCENARIOS  # noqa: E402
from dashboard.intake.rows import add_scenario  # noqa: E402
from storage import Store  # noqa: E402
from tests.browser.browser import opened, settled  # noqa: E402
from tests.dashboard.product import lend, up  # noqa: E402

STORY = "finance-newsdesk"
SIZE = {"width": 1280, "height": 860}
LONGEST_MS = 1_800_000
FAR = 0.3
"""How far the training is when its picture is taken."""


def picture_of_learning(page: Page, store: Store, address: str, run_id: str) -> None:
    """The run's page, a good part of the way through its training."""
    page.goto(f"{address}/runs?run={run_id}")
    expect(page.get_by_test_id("stPlotlyChart").first).to_be_visible(timeout=LONGEST_MS)
    run = store.runs.get(run_id)
    while not run.has_ended and not (run.stage == "train" and run.total and run.done >= FAR * run.total):
        page.wait_for_timeout(300)
        run = store.runs.get(run_id)
    page.wait_for_timeout(1500)
    page.screenshot(path=HERE / "readme.png")


def picture_of_the_verdict(page: Page, store: Store, address: str, run_id: str) -> None:
    """The evaluate page of the finished run."""
    while not (run := store.runs.get(run_id)).has_ended:
        page.wait_for_timeout(1000)
    if run.status != "succeeded":
        sys.exit(f"The run {run.status}: {run.error}")
    page.goto(f"{address}/evaluate?run={run_id}")
    settled(page)
    expect(page.get_by_test_id("stPlotlyChart").first).to_be_visible()
    page.wait_for_timeout(1500)
    page.screenshot(path=HERE / "evaluate.png")


def main() -> None:
    """Train and photograph."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", default="balanced")
    parser.add_argument("--assets", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        home = Path(place) / "home"
        if asked.assets:
            lend(asked.assets, home)
        store = Store.open(home)
        story = SCENARIOS[STORY]
        config = story.config(add_scenario(store, story).id, asked.preset, name=f"Newsdesk, {asked.preset}")
        with up(home) as address, opened() as browser:
            page = browser.new_page(viewport=SIZE, color_scheme="light")  # type: ignore[arg-type]
            run_id = store.runs.queue(config, "picture").id
            picture_of_learning(page, store, address, run_id)
            picture_of_the_verdict(page, store, address, run_id)
        store.close()


if __name__ == "__main__":
    main()
