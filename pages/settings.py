"""Settings page: health, workers, accounts, storage and pruning of this installation."""

from dashboard.access.store import may, store
from dashboard.language.words import tr
from dashboard.parts.heading import heading, section
from dashboard.parts.settings import page as house
from dashboard.parts.settings import tidying
from dashboard.parts.settings.people import people

heading(tr("Settings"), tr("Whether everything is well here, who does the work, and where things are kept."))
if may("admin"):
    house.health(store())
    section(tr("Workers"))
    house.workers(store())
    people()
    section(tr("What is kept"))
    house.kept(store())
    section(tr("Who uses how much"))
    tidying.use(store())
    section(tr("Tidy up"))
    tidying.tidy(store())
section(tr("Charts"))
house.charts()
section(tr("About"))
house.about()
