"""Predict page: one row for a trained model, or a batch of them."""

from dashboard import doors
from dashboard.language.words import tr
from dashboard.parts.choose import one_run
from dashboard.parts.heading import heading, nothing_yet
from dashboard.parts.predict import page as parts
from dashboard.parts.runs.unreadable import finished_runs
from dashboard.parts.teaching import teaching_banner

heading(tr("Predict"), tr("Ask a trained model about something it has never seen, or about a whole file."))
if finished := finished_runs():
    run = one_run(finished, tr("Model"))
    teaching_banner(run.scenario)
    parts.ways(run)
else:
    with nothing_yet(tr("There is no trained model to ask yet."), "chat_bubble"):
        doors.link("scenarios", tr("Choose a scenario"), icon=":material/lightbulb:")
