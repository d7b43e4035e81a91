"""Extraction of messages for gettext: python -m dashboard.language.wordlist writes locale/tuneboard.pot.

From code and templates the arguments of tr, trn and word; from the engine the titles and meanings on its fields.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import write_po
from jinja2.ext import babel_extract

from core.baselines import BASELINES
from core.evaluation import MEANINGS
from core.explanations import EXPLAINERS
from core.tasks import TASKS
from dashboard.language.words import DOMAIN, FOLDER
from dashboard.parts.train import form

ROOT = Path(__file__).resolve().parents[2]
POT = FOLDER / f"{DOMAIN}.pot"
KEYWORDS = {"tr": None, "word": None, "trn": (1, 2)}


def collect() -> Catalog:
    """Message catalogue of every word on a screen, in the order of the files."""
    catalog = Catalog(project="Tuneboard", charset="utf-8", copyright_holder="Tuneboard", fuzzy=False)
    for path in sorted([*ROOT.glob("dashboard/**/*.py"), *ROOT.glob("pages/*.py")]):
        where = path.relative_to(ROOT).as_posix()
        for line, message, _, _ in extract("python", BytesIO(path.read_bytes()), keywords=KEYWORDS):
            catalog.add(message, locations=[(where, line)])
    for path in sorted(ROOT.glob("dashboard/templates/*.html")):
        for line, message, _, _ in extract(babel_extract, BytesIO(path.read_bytes()), keywords=KEYWORDS):
            catalog.add(message, locations=[(path.relative_to(ROOT).as_posix(), line)])
    for text in _messages_of_core():
        catalog.add(text, locations=[("core", 0)])
    return catalog


def _messages_of_core() -> Iterator[str]:
    for task in TASKS.values():
        yield from (task.title, task.answer_title)
        for entry in {one for method in task.learners for one in form.entries(task.name, method)}:
            yield from (
                entry.title,
                entry.meaning,
                *filter(None, [entry.empty]),
                *(form.say(option) for option in entry.options),
            )
    for metric in MEANINGS.values():
        yield from (metric.title, metric.meaning)
    for baseline in BASELINES.values():
        yield from (baseline.title, baseline.meaning)
    for explainer in EXPLAINERS.values():
        yield from (explainer.title, explainer.meaning)


def write() -> None:
    """Write the .pot file, without line numbers, so that it changes only when words do."""
    POT.parent.mkdir(exist_ok=True)
    with POT.open("wb") as file:
        write_po(file, collect(), no_location=True, omit_header=False, width=120, sort_output=True)


if __name__ == "__main__":
    write()
