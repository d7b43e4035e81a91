"""Compare page: which of several runs is really better, on the same test rows."""

from dashboard import doors
from dashboard.language.words import tr
from dashboard.parts.compare import page as parts
from dashboard.parts.heading import heading, nothing_yet
from dashboard.parts.runs.unreadable import finished_runs

heading(
    tr("Compare"),
    tr("Which run is really better, judged on the same rows that none of them learned from."),
)
if finished := finished_runs():
    if chosen := parts.choose(finished):
        parts.verdict(chosen)
        parts.details(chosen)
else:
    with nothing_yet(tr("There is no finished run to compare yet."), "compare_arrows"):
        doors.link("scenarios", tr("Choose a scenario"), icon=":material/lightbulb:")
