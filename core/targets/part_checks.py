"""Data checks of classes in the parts of a given split: learnt and never judged, judged and never learnt."""

from collections.abc import Iterator

import pandas as pd

from core.data.checks.findings import Finding, error, info, warning
from core.data.checks.looked import Looked
from core.data.labels.alike import best_spelling
from core.data.labels.order import in_order
from core.data.labels.signs import spelled
from core.data.mends import MergeLabels, Offer
from core.data.sentences import counted, joined, quoted


def part(looked: Looked, name: str) -> pd.Series:
    """Targets of the used rows of one part; none where no split is given."""
    if looked.config.split.by != "given":
        return looked.target[:0]
    return looked.target[looked.used & (looked.parts == name)]


def one_class_learnt(looked: Looked) -> Iterator[Finding]:
    """Single class in the training rows of a given split."""
    learnt = part(looked, "train").unique()
    if len(learnt) == 1 and len(looked.class_sizes) > 1:
        yield error(
            "one_class",
            f"The rows marked 'train' have one class only: {quoted(learnt)}.",
            "Mark rows of at least one other class as train.",
        )


def never_learnt(looked: Looked) -> Iterator[Finding]:
    """Unseen classes in the test of a given split; an error where nothing that is judged was learnt."""
    judged, learnt = part(looked, "test"), set(part(looked, "train"))
    unseen = judged[~judged.isin(learnt)]
    if not len(unseen) or not learnt:
        return
    names = quoted(in_order(unseen.unique()))
    words = f"{counted(unseen.nunique(), 'class', 'classes')} of the test ({names})"
    offers, alike = _joins(looked, set(unseen), learnt)
    if len(unseen) == len(judged):
        yield error(
            "test_never_learnt",
            joined([f"No class of the test ({names}) stands in train ({quoted(in_order(learnt))}).", alike]),
            "Every test row would count as wrong. Write the classes alike in all parts.",
            rows=len(unseen),
        ).mended_by(*offers)
        return
    yield warning(
        "unseen_classes",
        joined(
            [f"{words} {'is' if unseen.nunique() == 1 else 'are'} never learnt: no row of train has it.", alike],
        ),
        "No model can answer such rows, and they count as wrong. Mark some of them as train.",
        rows=len(unseen),
    ).mended_by(*offers)


def unseen_in_validation(looked: Looked) -> Iterator[Finding]:
    """Unseen classes in the validation rows of a given split."""
    choosing, learnt = part(looked, "validation"), set(part(looked, "train"))
    unseen = choosing[~choosing.isin(learnt)]
    if len(unseen) and learnt:
        offers, alike = _joins(looked, set(unseen), learnt)
        words = f"{counted(unseen.nunique(), 'class', 'classes')} of validation ({quoted(in_order(unseen.unique()))})"
        verb = "is" if unseen.nunique() == 1 else "are"
        yield warning(
            "unseen_in_validation",
            joined([f"{words} {verb} never learnt: no row of train has it.", alike]),
            "No model can answer such rows, and they are left out. Mark some of them as train.",
            rows=len(unseen),
        ).mended_by(*offers)


def one_class_judged(looked: Looked) -> Iterator[Finding]:
    """Single class in the test of a given split: nothing says how well it is told from the others."""
    judged = part(looked, "test")
    if judged.nunique() == 1 and len(looked.class_sizes) > 1:
        yield warning(
            "one_class_judged",
            f"The rows marked 'test' have one class only: {quoted(judged.unique())} in all "
            f"{counted(len(judged), 'row')}.",
            "Nothing can be said of how well it is told from the others: ROC AUC, average precision and the like are "
            "left out. Mark rows of other classes as test.",
            rows=len(judged),
        )


def never_judged(looked: Looked) -> Iterator[Finding]:
    """Classes of train that do not stand in the test of a given split."""
    judged = set(part(looked, "test"))
    absent = in_order(set(part(looked, "train")) - judged)
    if absent and judged:
        yield info(
            "unjudged_classes",
            f"{counted(len(absent), 'class', 'classes')} of train ({quoted(absent)}) "
            f"{'does' if len(absent) == 1 else 'do'} not stand in the test.",
            "Nothing will be known about how well such rows are answered.",
        )


def _joins(looked: Looked, unseen: set[str], learnt: set[str]) -> tuple[list[Offer], str]:
    """Offers to join unseen classes with those of train that read alike, and a sentence on the first of them."""
    offers, told = [], ""
    for group in looked.spellings:
        classes = set(looked.target[looked.raw_target.isin(group)])
        if classes & unseen and classes & learnt:
            into = best_spelling({label: looked.raw_sizes[label] for label in group})
            offers.append(looked.offer(MergeLabels(column=looked.config.task.target, labels=group, into=into)))
            one, other = (spelled(in_order(classes & side)[0]) for side in (unseen, learnt))
            told = told or f"{one} reads like {other} of train."
    return offers, told
