"""Scale: how the numbers of a run are written, no finer than its answers are good, with the unit of its rows."""

import math

from babel.numbers import format_decimal

from core.config import Frozen
from core.data.rows.numbers import read_numbers
from core.errors import UserError
from core.evaluation.records import Evaluation
from dashboard.language.formats import MINUS, amount
from dashboard.language.words import language, tr
from storage import Run, Store

LOOKED_AT = 1_000
MOST_PLACES = 9


class Scale(Frozen):
    """So many decimal places, and what stands beside a number; `places` is None where nothing says how many."""

    places: int | None = None
    unit: str = ""

    def __call__(self, value: float) -> str:
        """1234.5 as 1,234.5 EUR."""
        return f"{self.bare(value)} {self.unit}".rstrip()

    def bare(self, value: float) -> str:
        """1234.5 as 1,234.5."""
        if not math.isfinite(value):
            return "–"
        if self.places is None:
            return amount(value).replace("-", MINUS)
        decimals = f".{'0' * self.places}" if self.places else ""
        written = str(format_decimal(abs(value), format=f"#,##0{decimals}", locale=language()))
        return f"{MINUS if value < 0 and written.strip('0.,') else ''}{written}"

    def signed(self, value: float) -> str:
        """How much more or less: +0.8 min."""
        written = self(value)
        return f"+{written}" if value > 0 and written[:1].isdigit() else written

    def span(self, low: float, high: float) -> str:
        """1.2 to 3.4 min."""
        return tr("{low} to {high}", low=self.bare(low), high=self(high))


def scale_of(store: Store, run: Run) -> Scale:
    """As fine as a tenth of the run's mean error, and the unit that stands in its dataset's first rows."""
    return Scale(places=places_of(run.evaluation), unit=unit_of(store, run))


def places_of(evaluation: Evaluation | None) -> int | None:
    """Decimal places that show two digits of the mean absolute error."""
    error = evaluation.metrics.get("mae") if evaluation else None
    return two_digits(error.value) if error else None


def two_digits(size: float) -> int | None:
    """Decimal places that show two digits of a number; None of 0."""
    return min(MOST_PLACES, max(0, 1 - math.floor(math.log10(size)))) if size > 0 else None


def unit_of(store: Store, run: Run) -> str:
    """What stands beside the numbers of the target column; nothing where they stand bare or the rows are gone."""
    try:
        head = store.datasets.head(run.dataset_id, LOOKED_AT)
    except UserError:
        return ""
    target = run.config.task.target
    if target not in head or head[target].dtype.kind in "iuf":
        return ""
    return read_numbers(head[target]).unit[:12]
