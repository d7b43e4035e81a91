"""Searches as a union: each kind by its name, with its question and what answers it. A new kind is one entry."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, SerializeAsAny

from core.errors import ConfigError
from core.searches.label_curve import LabelCurve
from core.searches.question import SearchQuestion


@dataclass(frozen=True)
class Search:
    """A kind of search: its question, and where the function stands that answers one, as "module:function".

    The function is called as `core.searches.run.search` is; it is imported where it is needed, as it may import torch.
    """

    question: type[SearchQuestion]
    answer: str

    def runner(self) -> Callable[..., None]:
        """The function, imported now."""
        from core.tasks.task import resolved

        found: Callable[..., None] = resolved(self.answer)
        return found


SEARCHES: dict[str, Search] = {"label-curve": Search(LabelCurve, "core.searches.run:search")}
"""Every kind of search by the name that stands in `Question.search`."""


def _of_its_kind(fields: Any) -> Any:
    """The question as that of the search that it names. Raises ConfigError for one that is not known here."""
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
"""A question of any kind, read by the name in it."""
