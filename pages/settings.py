"""How this installation is: its health, its workers, where it keeps things."""

from dashboard.memory import store
from dashboard.parts import house, tidying
from dashboard.parts.heading import heading, section
from dashboard.words import tr

heading(tr("Settings"), tr("Whether everything is well here, who does the work, and where things are kept."))
house.health(store())
section(tr("Workers"))
house.workers(store())
section(tr("What is kept"))
house.kept(store())
section(tr("Who uses how much"))
tidying.use(store())
section(tr("Tidy up"))
tidying.tidy(store())
section(tr("About"))
house.about()
