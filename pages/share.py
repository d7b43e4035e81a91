"""Share page: a report as a file, a link to it, a link to try the model, and the list of links."""

from dashboard import doors
from dashboard.language.words import tr
from dashboard.parts.heading import heading, nothing_yet
from dashboard.parts.runs.unreadable import finished_runs
from dashboard.parts.share import page as parts

heading(
    tr("Report and share"),
    tr("Put what was found into one file that opens anywhere, or send a link to somebody who has no account here."),
)
if finished := finished_runs():
    parts.hand_over(finished)
else:
    with nothing_yet(tr("There is no finished run to report on yet."), "ios_share"):
        doors.link("scenarios", tr("Choose a scenario"), icon=":material/lightbulb:")
