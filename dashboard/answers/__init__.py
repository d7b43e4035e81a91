"""Rooms for answers of each kind: what pages say and show of classes and of numbers.

Sentences are here, which a command line needs too; what draws on a page is in `dashboard.answers.views`.
"""

from dashboard.answers.judgement import Judge, Judgement
from dashboard.answers.number.judgement import judge as judge_numbers
from dashboard.answers.one_class.judgement import judge as judge_classes

JUDGES: dict[str, Judge] = {"class": judge_classes, "number": judge_numbers}
"""Who says whether fine-tuning was worth it, by the kind of the answers."""

__all__ = ["JUDGES", "Judge", "Judgement"]
