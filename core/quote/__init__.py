"""Cost estimate of a run before it starts: minutes, memory, energy. Knows no torch."""

from core.quote.asking import Quote, quote
from core.quote.pace import Speed

__all__ = ["Quote", "Speed", "quote"]
