"""What a finished run's answers are worth in money, and when it should leave a case to a person."""

from dashboard import doors
from dashboard.parts import payoff as parts
from dashboard.parts.choose import one_run
from dashboard.parts.heading import heading, nothing_yet
from dashboard.parts.unreadable import finished_runs
from dashboard.words import tr

heading(
    tr("What it is worth"),
    tr("What right and wrong answers bring or cost you, and which cases the model should rather leave to a person."),
)
if finished := finished_runs():
    parts.worth(one_run(finished, tr("Run")))
else:
    with nothing_yet(tr("There is no finished run to put a price on yet."), "payments"):
        doors.link("scenarios", tr("Choose a story"), icon=":material/lightbulb:")
