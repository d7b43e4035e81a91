"""rescue: a store whose database is lost gets rows again."""

from dashboard.commands.speaking import Home, Json, say
from dashboard.language.words import tr, trn
from storage import default_home
from storage.rescue import rescue as rescue_store


def rescue(home: Home = None, as_json: Json = False) -> None:
    """Rebuild a lost database from its newest copy and from what the files tell; the old one stays beside it."""
    done = rescue_store((home or default_home()).expanduser().absolute())
    copy = tr("The newest sound copy was taken: {name}.", name=done.copy_used)
    lines = [
        copy if done.copy_used else tr("There was no sound copy of the database."),
        trn("{n} dataset was rebuilt from its file.", "{n} datasets were rebuilt from their files.", done.datasets),
        trn("{n} run was rebuilt from its folder.", "{n} runs were rebuilt from their folders.", done.runs),
        *(tr("{folder} tells too little and was left as it is.", folder=one) for one in done.left_out),
    ]
    say(done.model_dump(mode="json"), "\n".join(lines), as_json=as_json)
