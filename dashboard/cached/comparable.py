"""Models that can be compared: those of finished runs, and the baselines that were measured beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.answers import Answers
from core.comparison import Asked, Multiplicity
from core.errors import ConfigError
from core.evaluation.records import Evaluation
from dashboard.language.plain import distinct
from dashboard.sentences.baselines import called
from dashboard.sentences.run_name import run_name
from storage import Run, Store

FEWEST, MOST = 2, 10


@dataclass(frozen=True)
class Comparable:
    """A run's model, or a baseline of the run. `key` is the run's id, or `id:tfidf`; names are unique."""

    key: str
    name: str
    run: Run
    who: str = "model"

    @property
    def is_model(self) -> bool:
        """Whether it is the run's own model and not a baseline beside it."""
        return self.who == "model"

    def read(self, store: Store) -> Answers:
        """Predictions on the test rows. Raises NotFound where there are none."""
        return store.runs.predictions(self.run.id, self.who)


def comparables(store: Store, keys: Sequence[str]) -> list[Comparable]:
    """The models and baselines with these keys, in this order, without duplicates, with unique names.

    Raises NotFound for an unknown run, ConfigError for one without results, for runs of different tasks, for fewer than
    two and for more than ten runs.
    """
    keys = list(dict.fromkeys(keys))
    runs = store.runs.several(key.partition(":")[0] for key in keys)
    found = [_comparable(runs, key) for key in keys]
    if len(found) < FEWEST or len({one.run.id for one in found}) > MOST:
        raise ConfigError(
            f"{len(found)} to compare; from {FEWEST} to {MOST} runs can stand side by side.", "Choose others."
        )
    tasks = {one.run.config.task.task for one in found}
    if len(tasks) > 1:
        raise ConfigError(
            f"These runs learn different things: {', '.join(sorted(tasks))}.", "Compare runs of one task."
        )
    return _with_unique_names(found)


def asked(store: Store, found: Sequence[Comparable]) -> Asked:
    """How often the test rows of these were asked."""
    return store.ledger.asked_of({one.run.id for one in found})


def multiplicity(found: Sequence[Comparable], so_often: Asked) -> Multiplicity:
    """Multiplicity of comparing these, whose test rows were asked so often."""
    models = sum(one.is_model for one in found)
    return so_often.beside(models, len(found) - models)


def margin_of(found: Sequence[Comparable]) -> float:
    """Equivalence margin of comparing these: the strictest that was set for any of them before training."""
    return min(one.run.config.margin for one in found) / 100


def require_evaluated(run: Run) -> Evaluation:
    """The run's evaluation. Raises ConfigError, with what to do, where it has none."""
    if run.unreadable:
        raise ConfigError(f"The run '{run.name}' cannot be read. {run.unreadable}", "Choose another, or delete it.")
    if run.evaluation is None:
        raise ConfigError(
            f"The run '{run.name}' is {run.status}; it has no evaluation.",
            "Choose one that succeeded, or resume it." if run.has_ended else "Wait for its end.",
        )
    return run.evaluation


def _comparable(runs: Mapping[str, Run], key: str) -> Comparable:
    run_id, _, who = key.partition(":")
    run = runs[run_id]
    require_evaluated(run)
    name = run_name(run, scored=False) if not who else called(who)
    return Comparable(key, name, run, who or "model")


def _with_unique_names(found: list[Comparable]) -> list[Comparable]:
    """Deduplicated names: equal ones get a number."""
    names = distinct([one.name for one in found])
    return [replace(one, name=name) for one, name in zip(found, names, strict=True)]
