"""Titles of keys that the store keeps: a run's status, a link's state, a role, what an account did."""

from dashboard.language.words import word

STATUSES = {
    "queued": word("Waiting"),
    "running": word("Running"),
    "succeeded": word("Done"),
    "failed": word("Failed"),
    "cancelled": word("Stopped"),
    "unreadable": word("Cannot be read"),
}
"""Statuses of a run."""
STAGES = {
    "prepare": word("Prepare"),
    "train": word("Learn"),
    "baseline": word("Baselines"),
    "evaluate": word("Judge"),
    "save": word("Save"),
}
"""Stages of a run, in the order they happen."""
LINK_STATES = {"open": word("Active"), "expired": word("Ended"), "revoked": word("Taken back")}
LINK_KINDS = {"report": word("Report"), "demo": word("Demo")}
STANDINGS = {"ahead": word("ahead"), "even": word("cannot be told apart"), "behind": word("behind")}
"""Standings of a model beside its baseline on a label curve."""
SEVERITIES = {"error": word("error"), "warning": word("warning"), "info": word("note")}
"""Severities of a finding."""
ROLES = {
    "none": word("waits to be let in"),
    "viewer": word("viewer"),
    "editor": word("editor"),
    "admin": word("admin"),
}
DEEDS = {
    "run.queue": word("started a run"),
    "search.queue": word("started a search"),
    "run.stop": word("stopped a run"),
    "run.resume": word("resumed a run"),
    "run.rerun": word("ran a run again"),
    "run.repeat": word("repeated a run with other seeds"),
    "run.rename": word("renamed a run"),
    "dataset.rename": word("renamed a dataset"),
    "run.note": word("wrote a note about a run"),
    "run.star": word("starred a run"),
    "run.decide": word("changed a decision"),
    "run.delete": word("deleted a run"),
    "run.words": word("kept what a model goes by"),
    "dataset.add": word("brought rows"),
    "dataset.mend": word("mended rows"),
    "dataset.delete": word("deleted rows"),
    "share.create": word("made a link"),
    "share.revoke": word("took a link back"),
    "model.add": word("added a model"),
    "account.sign_in": word("signed in"),
    "account.sign_out": word("signed out"),
    "account.role": word("gave a role"),
    "account.close": word("closed an account"),
    "account.open": word("opened an account"),
}
"""Actions of the activity log."""
CHECKS = {
    "Contents": word("Contents"),
    "Database": word("Database"),
    "Disk": word("Disk"),
    "Door": word("Sign-in"),
    "Durability": word("Durability"),
    "Files": word("Files"),
    "Left behind": word("Left behind"),
    "Limits": word("Limits"),
    "Privacy": word("Privacy"),
    "Rows": word("Rows"),
    "Schema": word("Schema"),
    "Use": word("Use"),
    "Worker": word("Worker"),
}
"""Health checks."""
PRUNABLE = {
    "cache": word("Tokens and vectors, which can be made again"),
    "checkpoints": word("Checkpoints of ended runs"),
    "folder": word("Folders of runs that are gone"),
    "file": word("Files that no dataset names"),
    "stray": word("Files and folders that nothing names"),
    "attempts": word("What the processes of ended runs printed"),
    "lines": word("Log lines of ended runs"),
    "audit": word("Activity log older than a year"),
    "run": word("Runs, with their models and numbers"),
}
"""What can be deleted to free space."""
