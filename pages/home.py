"""Home page: what to do next, what is running, what has been reached."""

from dashboard.access.store import store
from dashboard.language.words import tr
from dashboard.parts import home
from dashboard.parts.heading import heading, section
from dashboard.parts.tour import tour

runs = store().runs.list(limit=200)
heading(
    tr("Teach a model with your own rows"),
    tr(
        "Choose a scenario or bring your own texts or pictures, let a pretrained model learn from them, and see "
        "honestly whether it was worth it."
    ),
)
tour()
home.next_step(runs)
home.running()
if any(run.evaluation for run in runs):
    section(tr("Best results"))
    home.best(runs)
if runs:
    section(tr("Newest runs"))
    home.newest(runs[:8])
