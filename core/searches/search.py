"""Registry of searches: each kind by its name, with its question and its function. A new kind is one entry."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, SerializeAsAny

from core.errors import ConfigError
from core.searches.label_curve import LabelCurve
from core.searches.question import SearchQuestion


@dataclass(frozen=True)
class Search:
    """Kind of search: its question, and the import path of the function that answers one, as "module:function".

    The function is called as `core.searches.run.search` is; it is imported where it is needed, as it may import torch.
    """

    question: type[SearchQuestion]
    answer: str

    def runner(self) -> Callable[..., None]:
        """Imports the function."""
        from core.tasks.task import resolved

        found: Callable[..., None] = resolved(self.answer)
        return found


SEARCHES: dict[str, Search] = {"label-curve": Search(LabelCurve, "core.searches.run:search")}
"""Registry: every kind of search by the name in `SearchQuestion.search`."""


def _of_its_kind(fields: Any) -> Any:
    """Discriminator: validates fields as the question of the search they name. Raises ConfigError for another."""
    if not isinstance(fields, dict):
        return fields
    name = fields.get("search")
    if name not in SEARCHES:
        raise ConfigError(
            f"This Tuneboard does not know the search {str(name)[:60]!r}; it knows {', '.join(SEARCHES)}.",
            "Update Tuneboard and look again.",
        )
    return SEARCHES[name].question.model_validate(fields)


AnyQuestion = Annotated[SerializeAsAny[SearchQuestion], BeforeValidator(_of_its_kind)]
"""Discriminated union of all questions, by `search`."""
