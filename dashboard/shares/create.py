"""Creates a share: a frozen snapshot of a report or a demo, with the token of its link."""

from collections.abc import Sequence

from dashboard.language.plain import shortened
from dashboard.sentences.run_name import run_name
from dashboard.shares.telling import tell
from storage import Run, Share, Store


def share_report(store: Store, run_ids: Sequence[str], html: str, *, days: float) -> tuple[Share, str]:
    """Share of a written report, and its token. Raises ConfigError for a lifetime that is not allowed."""
    runs = [store.runs.get(run_id) for run_id in run_ids]
    title = shortened(", ".join(run_name(run) for run in runs), 120)
    content = html.encode()
    return store.shares.create("report", title=title, run_ids=tuple(run_ids), content=content, days=days)


def share_demo(store: Store, run: Run, *, days: float) -> tuple[Share, str]:
    """The share of a run's demo as it is now, and its token. Raises NotFound for a run without results."""
    store.runs.bundle(run.id)
    told = tell(store, run)
    title = run_name(run, 120)
    content = told.model_dump_json().encode()
    return store.shares.create("demo", title=title, run_ids=(run.id,), content=content, days=days)
