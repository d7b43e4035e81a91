"""Cost estimate of a run before it starts: minutes, memory, energy. Knows no torch."""

from core.quote.asking import Quote, quote
from core.quote.costs import can_be_quoted, row_cost
from core.quote.pace import Speed

__all__ = ["Quote", "Speed", "can_be_quoted", "quote", "row_cost"]
