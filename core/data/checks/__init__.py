"""The checks, in the order in which a person would want to hear of them. Each asks one question of the rows."""

from collections.abc import Callable, Iterator

from core.data.checks import columns, splits, targets, texts
from core.data.checks.looked import Looked
from core.data.findings import Finding

CHECKS: tuple[Callable[[Looked], Iterator[Finding]], ...] = (
    columns.same_column,
    texts.empty_texts,
    targets.empty_targets,
    texts.numbers_as_texts,
    texts.same_text_everywhere,
    targets.one_class,
    targets.not_classes,
    targets.small_classes,
    targets.few_rows,
    splits.groups,
    splits.classes_of_one_group,
    splits.times,
    splits.given_parts,
    splits.unseen_classes,
    splits.leaks,
    texts.conflicts,
    texts.duplicates,
    targets.label_variants,
    targets.imbalance,
    texts.long_texts,
    texts.broken_characters,
    targets.fewer_than_asked,
)
