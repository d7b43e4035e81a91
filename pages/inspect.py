"""Inspect page: slices, fairness, suspect labels and calibration of a finished run's model."""

from dashboard import doors
from dashboard.language.words import tr
from dashboard.parts.choose import one_run
from dashboard.parts.heading import heading, nothing_yet
from dashboard.parts.inspect import page as parts
from dashboard.parts.runs.unreadable import finished_runs

heading(
    tr("Diagnostics"),
    tr("Where the model is weak, whether it treats groups alike, which labels to doubt, and how far to trust it."),
)
if finished := finished_runs():
    parts.views(one_run(finished, tr("Run")))
else:
    with nothing_yet(tr("There is no finished run to look into yet."), "troubleshoot"):
        doors.link("scenarios", tr("Choose a scenario"), icon=":material/lightbulb:")
