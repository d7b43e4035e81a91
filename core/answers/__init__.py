"""What is said of a row: one file a kind of answers, none knowing the model that gave them."""

from core.answers.number import NumberAnswers

__all__ = ["NumberAnswers"]
