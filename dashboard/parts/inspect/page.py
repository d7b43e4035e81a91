"""Inspect page: tabs, of which only the open one is worked out."""

from dashboard.answers.view import view_of
from dashboard.cached.known import answers_of
from dashboard.language.words import word
from dashboard.parts.inspect.slices import found_slices
from dashboard.parts.tabs import lazy_tabs
from dashboard.parts.teaching import teaching_banner
from storage import Run


def views(run: Run) -> None:
    """Slices, and the other inspections of answers of this kind, a tab each."""
    teaching_banner(run.scenario)
    found = {word("Slices"): found_slices, **view_of(answers_of(run.id).kind).inspect}
    lazy_tabs(found, "inside", run)
