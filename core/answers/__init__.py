"""Answers: what is said of each held-out row, kept in one Parquet file for each who answered."""

from core.answers.base import Answers
from core.answers.number import NumberAnswers
from core.answers.one_class import ClassAnswers
from core.answers.stored import read_answers

__all__ = ["Answers", "ClassAnswers", "NumberAnswers", "read_answers"]
