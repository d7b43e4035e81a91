"""Table baselines: linear models and boosted trees, fitted and chosen as a person's own model would be."""

from typing import TYPE_CHECKING

import numpy as np

from core.answers import Answers
from core.baselines.majority import majority
from core.callbacks import Say
from core.config import Boosted, Estimator, Linear

if TYPE_CHECKING:
    from core.preparation import Prepared

LINEAR = Linear()
BOOSTED = Boosted(shrinkage=0.1)


def estimated(learning: Estimator, prepared: "Prepared", seed: int, say: Say) -> tuple[Answers, Answers | None]:
    """The estimator's answers to the test rows, and to the validation rows that thresholds are chosen on.

    Where the training rows have one class only it answers as the majority does.
    """
    from core.estimators.fit import fit, targets_of
    from core.targets import ClassTarget

    choosing = prepared.choosing
    if isinstance(prepared.target, ClassTarget) and len(np.unique(targets_of(prepared, prepared.train))) < 2:
        test, chosen = majority(prepared)
        return test, chosen if len(choosing) else None
    fitted = fit(prepared, learning, seed, say)
    kept = fitted.answer(choosing, prepared.target) if len(choosing) else None
    return fitted.answer(prepared.test, prepared.target), kept
