"""Class prediction on the Predict page: one row's answer; result columns of a file."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from dashboard.answers.columns import UNREAD, add_problems, free
from dashboard.answers.one_class.asked import ClassReplies
from dashboard.charts import probabilities, show
from dashboard.language.formats import share
from dashboard.language.plain import plain, shortened
from dashboard.language.words import tr
from dashboard.sentences.confidence import what_sure_means
from storage import Run


def said(run: Run, found: ClassReplies) -> None:
    """The answer, or that a person should look, and how sure the model is."""
    _say(found)
    if found.cut and found.cut[0]:
        st.caption(tr(UNREAD[found.cut[0]]))
    show(probabilities(found.labels, found.scores[0]), key=f"probabilities-{run.id}")
    st.caption(what_sure_means(run))


def _say(found: ClassReplies) -> None:
    said, best = found.answers[0], int(np.argmax(found.scores[0]))
    if said is None:
        st.caption(tr("The model does not decide this"))
        st.header(f":material/person: {tr('For a person')}", anchor=False)
        st.caption(
            tr(
                "Its likeliest answer is {label} ({share}), which is not sure enough for the prices that were set.",
                label=plain(shortened(found.labels[best], 60)),
                share=share(float(found.scores[0][best])),
            )
        )
        return
    sure = share(float(found.scores[0][found.labels.index(said)]))
    st.caption(tr("The model answers"))
    st.header(plain(said), anchor=False)
    if said == found.labels[best]:
        st.caption(tr("with a probability of {share}", share=sure))
    else:
        st.caption(
            tr("with a probability of {share}. Another class is likelier, but this answer is worth more.", share=sure)
        )


def counted(parts: Sequence[ClassReplies], unread: Sequence[bool]) -> dict[str, int]:
    """How often each class was answered, the most frequent first, and how many cases are for a person."""
    said = [answer for part in parts for answer in part.answers]
    kept = [answer for answer, is_unread in zip(said, unread, strict=True) if not is_unread]
    return dict(Counter(answer or tr("for a person") for answer in kept).most_common())


def beside(frame: pd.DataFrame, parts: Sequence[ClassReplies]) -> pd.DataFrame:
    """The rows with the answer, how sure it is, and each class's probability beside them."""
    labels = parts[0].labels
    scores = np.concatenate([part.scores for part in parts])
    answered = frame.reset_index(drop=True).copy()
    said = [answer for part in parts for answer in part.answers]
    answered[free(tr("answer"), answered)] = [
        answer or ("" if np.isnan(row).any() else tr("for a person")) for answer, row in zip(said, scores, strict=True)
    ]
    sure = [
        row.max() if answer is None else row[labels.index(answer)] for row, answer in zip(scores, said, strict=True)
    ]
    answered[free(tr("probability"), answered)] = np.round(sure, 4)
    add_problems(answered, parts)
    for i, label in enumerate(labels):
        answered[free(tr("p: {label}", label=label), answered)] = scores[:, i].round(4)
    return answered
