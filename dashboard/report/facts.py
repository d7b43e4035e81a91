"""Data of a report, read from the store once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.answers import Answers
from core.comparison import Asked, Comparison, compare
from core.data.pictures.pack import PictureFile
from core.errors import ConfigError
from core.evaluation.records import Evaluation
from core.scenarios import Scenario
from dashboard.cached.comparable import Comparable, asked, comparables, margin_of, multiplicity, require_evaluated
from dashboard.language.plain import upright
from dashboard.language.scenarios import scenarios
from dashboard.sentences.run_name import run_name
from dashboard.shares.telling import Told, tell
from storage import Dataset, Run, Store

MOST = 10


@dataclass(frozen=True)
class Facts:
    """Data of a report: its runs, the best first, with their answers, their summaries, and their comparison.

    `comparison` is None for a single run; its names are the runs' ids.
    """

    runs: tuple[Run, ...]
    names: Mapping[str, str]
    answers: Mapping[str, Any]
    told: Mapping[str, Told]
    comparison: Comparison | None
    dataset: Dataset
    frame: pd.DataFrame
    asked: Asked
    """How often the test rows were asked, by these runs and others."""
    pictures: PictureFile | None = None

    @property
    def best(self) -> Run:
        """Run with the best value of the metric, which need not be significantly better."""
        return self.runs[0]

    @property
    def kind(self) -> str:
        """Kind of the answers: class or number."""
        return self.evaluation(self.best).kind

    @property
    def quoted(self) -> Mapping[str, str]:
        """Names of the runs in quotation marks, for sentences."""
        return {key: f"“{name}”" for key, name in self.names.items()}

    @property
    def story(self) -> Scenario | None:
        """Scenario of the runs, None without one."""
        return scenarios().get(self.best.scenario or "")

    def evaluation(self, run: Run) -> Evaluation:
        """Evaluation of the run, which every run of a report has."""
        assert run.evaluation is not None  # noqa: S101  # gather looked
        return run.evaluation


def gather(store: Store, run_ids: Sequence[str]) -> Facts:
    """Data of a report on one to ten finished runs of one dataset.

    Raises NotFound for an unknown run, ConfigError for one without results, for too many and for several datasets, and
    DatasetError for runs without a common row.
    """
    found = _runs(store, run_ids)
    answers: dict[str, Answers] = {one.run.id: one.read(store) for one in found}
    so_often = asked(store, found)
    held = multiplicity(found, so_often)
    comparison = compare(answers, multiplicity=held, margin=margin_of(found)) if len(found) > 1 else None
    order = list(comparison.ranking) if comparison else [found[0].run.id]
    runs = tuple(sorted((one.run for one in found), key=lambda run: order.index(run.id)))
    dataset = store.datasets.get(runs[0].dataset_id)
    return Facts(
        runs=runs,
        names={one.run.id: upright(one.name) for one in found},
        answers=answers,
        told={run.id: tell(store, run) for run in runs},
        comparison=comparison,
        dataset=dataset,
        frame=store.datasets.frame(dataset.id),
        asked=so_often,
        pictures=store.datasets.pictures(dataset.id),
    )


def _runs(store: Store, run_ids: Sequence[str]) -> list[Comparable]:
    ids = list(dict.fromkeys(run_ids))
    if not 1 <= len(ids) <= MOST:
        raise ConfigError(f"A report tells of 1 to {MOST} runs; {len(ids)} were chosen.", "Choose others.")
    if len(ids) == 1:
        run = store.runs.get(ids[0])
        require_evaluated(run)
        return [Comparable(run.id, run_name(run, scored=False), run)]
    found = comparables(store, ids)
    if len({one.run.dataset_id for one in found}) > 1:
        raise ConfigError("These runs learned from different datasets.", "Report on runs of one dataset.")
    return found
