"""Glossary on screen: terms of machine learning and of Tuneboard, metrics and baselines, each in a sentence."""

from collections.abc import Iterator, Mapping

import streamlit as st

from core.baselines import BASELINES
from core.evaluation import MEANINGS
from dashboard.language.plain import plain
from dashboard.language.words import tr, word
from dashboard.parts.heading import section

LEARNING = {
    word("Dataset"): word("Rows with named columns, as they came. It never changes; mending makes a new one."),
    word("Label"): word("The right answer of a row, as a person gave it: a class or a number."),
    word("Pretrained model"): word("A network that has learned from a great many texts or pictures before yours."),
    word("Fine-tuning"): word("Further training of a pretrained model on your own rows."),
    word("Training set"): word("The rows that the model learns from."),
    word("Validation set"): word("Rows kept aside that choose between settings and set thresholds."),
    word("Test set"): word("Rows kept aside that judge the model, and neither teach nor choose."),
    word("Epoch"): word("One pass over all rows of the training set."),
    word("Learning rate"): word("How far the weights move in one step of training."),
    word("Loss"): word("How wrong the model is, as the number that training makes smaller."),
    word("Seed"): word("The number that all chance in a training is drawn from; the same one, the same outcome."),
    word("Preset"): word("Quick, balanced or best: values for every setting that you leave alone."),
}
JUDGING = {
    word("Baseline"): word(
        "A simple method that answers the same rows, so that a model stands beside something honest."
    ),
    word("Confidence interval"): word("Two ends between which the true value lies, 95 times of 100."),
    word("Confusion matrix"): word("How many rows of each true class were given each answer."),
    word("Calibration"): word("Whether answers given with 80% certainty are right in 80% of cases."),
    word("Threshold"): word("How sure the model must be of an answer before it gives it; else a person looks."),
    word("Slice"): word("Held-out rows that share something, such as a region or a length, looked at on their own."),
    word("Leak"): word("A row of the test set that the model has as good as seen; such rows flatter it."),
    word("Too early to tell"): word("The rows do not show which one is better; more of them can."),
}
USING = {
    word("Run"): word("One training with its settings: waiting, running, done, stopped or failed."),
    word("Label curve"): word("How good a model becomes with more and more labelled rows."),
    word("Report"): word("One file that tells what was found, opens anywhere and loads nothing from a network."),
    word("Share link"): word("A link to a report or a demo, frozen as it was, that ends when you say so."),
}


def terms(search: str) -> None:
    """Every term that holds the words, by section."""
    sections = {
        tr("Learning"): _said(LEARNING),
        tr("Judging"): _said(JUDGING),
        tr("Metrics"): ((tr(one.title), tr(one.meaning)) for one in MEANINGS.values()),
        tr("Baselines"): dict.fromkeys((tr(one.title), tr(one.meaning)) for one in BASELINES.values()),
        tr("Using"): _said(USING),
    }
    found = {title: [one for one in entries if _holds(one, search)] for title, entries in sections.items()}
    if not any(found.values()):
        st.caption(tr("No term holds these words."))
    for title, entries in found.items():
        if entries:
            section(title)
            st.markdown("\n".join(f"- **{plain(term)}**: {plain(meaning)}" for term, meaning in entries))


def _said(terms_in: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((tr(term), tr(meaning)) for term, meaning in terms_in.items())


def _holds(entry: tuple[str, str], search: str) -> bool:
    """Whether each word of the search stands in the term or its meaning."""
    text = " ".join(entry).casefold()
    return all(part in text for part in search.casefold().split())
