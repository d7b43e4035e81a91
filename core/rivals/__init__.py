"""Rivals: the honest others on the same rows, from the training rows alone. None knows the model it is set against."""

from core.rivals.mean import mean, median
from core.rivals.number_rows import NumberParts, NumberRows, RivalAnswers
from core.rivals.tfidf_ridge import tfidf_ridge

__all__ = ["NumberParts", "NumberRows", "RivalAnswers", "mean", "median", "tfidf_ridge"]
