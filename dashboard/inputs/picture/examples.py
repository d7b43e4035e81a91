"""Example pictures: those of a scenario, and test rows of a run, some of each class."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.scenarios import SCENARIOS, Scenario
from core.tasks import input_columns
from dashboard.cached.held_out import rows_of
from dashboard.cached.known import answers_of, frame_of
from storage import Run

MOST = 6


@dataclass(frozen=True)
class PictureExample:
    """A picture to try, by its reference, and what a person answers."""

    picture: str
    answer: str
    note: str = ""


def examples_of(run: Run, most: int = MOST) -> list[PictureExample]:
    """The scenario's examples, then test rows drawn with a fixed seed, stratified by class."""
    story = SCENARIOS.get(run.scenario or "")
    found = [*(of_story(story, frame_of(run.dataset_id), run) if story else []), *_held_out(run)]
    once = {example.picture: example for example in reversed(found)}
    return [example for example in found if once.pop(example.picture, None)][:most]


def of_story(story: Scenario, frame: pd.DataFrame, run: Run) -> list[PictureExample]:
    """The scenario's examples, found in the dataset by their file names."""
    column = input_columns(run.config)[0]
    if column not in frame or "file" not in frame:
        return []
    pictures = dict(zip(frame["file"], frame[column], strict=True))
    known = [one for one in story.examples if isinstance(pictures.get(one.text), str)]
    return [PictureExample(pictures[one.text], one.answer, one.note) for one in known]


def _held_out(run: Run) -> list[PictureExample]:
    rows, column, targets = rows_of(run.id, run.dataset_id), input_columns(run.config)[0], answers_of(run.id).targets
    if column not in rows:
        return []
    order = np.random.default_rng(0).permutation(len(rows))
    drawn = pd.DataFrame({"picture": rows[column].to_numpy()[order], "answer": np.asarray(targets).astype(str)[order]})
    drawn = drawn[drawn["picture"].notna()].iloc[: 100 * MOST]
    drawn = drawn.assign(rank=drawn.groupby("answer").cumcount()).sort_values(["rank", "answer"], kind="stable")
    return [PictureExample(row.picture, row.answer) for row in drawn.head(2 * MOST).itertuples()]
