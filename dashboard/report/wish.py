"""Options of a report."""

from collections.abc import Sequence

from pydantic import Field

from core.config import Frozen
from core.errors import NotFound, did_you_mean
from dashboard.language.plain import shortened
from dashboard.language.words import listed, tr


class ReportOptions(Frozen):
    """Options of a report: who approved it, a note, and what is shown of the rows."""

    approved_by: str = ""
    note: str = ""
    examples: int = Field(6, ge=0, le=50)
    """Number of right and of wrong rows shown; 0 shows none."""
    columns: tuple[str, ...] = ()
    """Columns shown beside the text; without being chosen, none is."""
    as_written: bool = False
    """False masks addresses, accounts and telephone numbers in texts by their kind."""

    def checked(self, columns: Sequence[str]) -> "ReportOptions":
        """Validated options, with long texts cut. Raises NotFound for a column that is not there."""
        for name in self.columns:
            if name not in columns:
                raise NotFound(
                    tr("There is no column '{name}'.", name=shortened(name)),
                    did_you_mean(name, columns) or tr("The columns are: {names}.", names=listed(columns)),
                )
        return self.model_copy(
            update={"approved_by": shortened(self.approved_by, 200), "note": shortened(self.note, 2_000)}
        )
