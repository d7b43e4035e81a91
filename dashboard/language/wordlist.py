"""Extraction of messages for gettext: python -m dashboard.language.wordlist writes locale/tuneboard.pot.

From code and templates the arguments of tr, trn and word; from the engine the titles and meanings on its fields, its
scenarios, and the templates of its sentences. Catalogues of languages are brought up to date and compiled.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract
from typer.main import get_command

from core.baselines import BASELINES
from core.evaluation import MEANINGS
from core.explanations import METHODS
from core.models import CATALOGUE
from core.tasks import TASKS
from dashboard.command_line import app, helps
from dashboard.language import scenarios
from dashboard.language.engine import CONTEXT
from dashboard.language.engine_words import templates
from dashboard.language.extract import messages
from dashboard.language.words import DOMAIN, FOLDER
from dashboard.parts import truth
from dashboard.parts.train import form

ROOT = Path(__file__).resolve().parents[2]
POT = FOLDER / f"{DOMAIN}.pot"
PO = f"LC_MESSAGES/{DOMAIN}.po"
KEYWORDS = {"tr": None, "word": None, "trn": (1, 2)}


def collect() -> Catalog:
    """Message catalogue of every word on a screen, in the order of the files."""
    catalog = Catalog(project="Tuneboard", charset="utf-8", copyright_holder="Tuneboard", fuzzy=False)
    for path in sorted([*ROOT.glob("dashboard/**/*.py"), *ROOT.glob("pages/*.py")]):
        where = path.relative_to(ROOT).as_posix()
        for message in messages(path.read_text(encoding="utf-8")):
            catalog.add(message, locations=[(where, 0)])
    for path in sorted(ROOT.glob("dashboard/templates/*.html")):
        for line, message, _, _ in extract(babel_extract, BytesIO(path.read_bytes()), keywords=KEYWORDS):
            catalog.add(message, locations=[(path.relative_to(ROOT).as_posix(), line)])
    for text in _messages_of_core():
        catalog.add(text, locations=[("core", 0)])
    for text in scenarios.texts():
        catalog.add(text, locations=[("core/scenarios", 0)])
    for text in truth.phrases():
        catalog.add(text, locations=[("docs/truth.md", 0)])
    for text in helps(get_command(app)):
        catalog.add(text, locations=[("dashboard/command_line.py", 0)])
    for where, template in templates(ROOT):
        if template not in catalog:
            catalog.add(template, locations=[(where, 0)], context=CONTEXT)
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
        yield from (baseline.title, baseline.spoken, baseline.meaning)
    for entry in CATALOGUE.values():
        yield from (entry.title, entry.summary)
    for explainers in METHODS.values():
        for explainer in explainers.values():
            yield from (explainer.title, explainer.meaning)


def write() -> None:
    """Write the .pot file, without line numbers, so that it changes only when words do; then every language's files."""
    POT.parent.mkdir(exist_ok=True)
    known = collect()
    _write_po(POT, known)
    for path in sorted(FOLDER.glob(f"*/{PO}")):
        catalog = translations(path)
        catalog.update(known, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        _write_po(path, catalog)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)


def translations(path: Path) -> Catalog:
    """Catalogue of one language, as its .po file has it."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parents[1].name)


def _write_po(path: Path, catalog: Catalog) -> None:
    with path.open("wb") as file:
        write_po(file, catalog, no_location=True, omit_header=False, width=120, sort_output=True)


if __name__ == "__main__":
    write()
