"""Answers: predictions for the test rows, one Parquet file for each model or baseline."""

from core.answers.base import Answers
from core.answers.number import NumberAnswers
from core.answers.one_class import ClassAnswers
from core.answers.stored import read_answers

__all__ = ["Answers", "ClassAnswers", "NumberAnswers", "read_answers"]
