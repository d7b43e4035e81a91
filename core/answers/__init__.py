"""Answers: what is said of each held-out row, kept in one Parquet file for each who answered."""

from core.answers.base import Answers
from core.answers.one_class import ClassAnswers
from core.answers.stored import read_answers

__all__ = ["Answers", "ClassAnswers", "read_answers"]
