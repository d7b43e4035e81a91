"""Evaluate page: how good a finished run's model is, for someone who never saw code."""

from dashboard import doors
from dashboard.language.words import tr
from dashboard.parts import evaluate as parts
from dashboard.parts.choose import one_run
from dashboard.parts.heading import heading, nothing_yet
from dashboard.parts.runs.unreadable import finished_runs

heading(
    tr("Evaluate"),
    tr(
        "Measured on rows that the model never learned from, next to baselines: simple methods without a pretrained "
        "model."
    ),
)
if finished := finished_runs():
    run = one_run(finished, tr("Run"))
    parts.verdict(run)
    parts.details(run)
else:
    with nothing_yet(tr("There is no finished run to judge yet."), "fact_check"):
        doors.link("scenarios", tr("Choose a scenario"), icon=":material/lightbulb:")
