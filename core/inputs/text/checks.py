"""Data checks of texts: empty, numeric, constant, too long, or read in a wrong encoding."""

import re
from collections.abc import Callable, Iterator

import pandas as pd

from core.config.tasks import ReadsText
from core.data.checks.findings import Finding, error, info, warning
from core.data.checks.looked import Looked
from core.data.checks.suggest import NUMBER, WIDE, suggest
from core.data.rows.clean import mended_text
from core.data.sentences import counted, quoted, share, shortened

SAMPLE = 20_000
TOKENS_PER_WORD = 4 / 3
CHARACTERS_PER_TOKEN = 5
SAME, COMPARED = 0.8, 2_000
"""Texts are nearly the same as far as they are read where so many of them are, among at most so many compared."""
HALF, UNREAD = 0.5, 0.1
"""A text is unreadable where half of its words are; that is said where a tenth of the texts are."""
WORDS = re.compile(r"[\u2e80-\ud7ff\uff00-\uffef]|[\u2190-\u2bff\U0001f000-\U0001faff]|[^\W_]+")


def empty_texts(looked: Looked) -> Iterator[Finding]:
    """Missing texts: rows without one."""
    blank, name = int(looked.blank_input.sum()), looked.column
    if blank == len(looked.frame):
        yield error("no_texts", f"Every text in the column '{name}' is empty.", other_text(looked), rows=blank)
    elif blank:
        left_out = looked.config.preparation.drop_blanks
        yield warning(
            "empty_texts",
            f"{counted(blank, 'row has', 'rows have')} no text in the column '{name}' "
            f"({share(blank, len(looked.frame))}).",
            "They are left out."
            if left_out
            else "They are kept, as the settings ask; nothing can be learnt from them.",
            rows=blank,
        )


def numbers_as_texts(looked: Looked) -> Iterator[Finding]:
    """A text column that holds numbers."""
    texts = looked.input[~looked.blank_input]
    numbers = sampled(texts).map(lambda text: NUMBER.fullmatch(text) is not None)
    if len(numbers) and numbers.mean() >= 0.95:
        examples = quoted(sampled(texts)[numbers].drop_duplicates().head(3))
        yield error(
            "numbers_as_texts",
            f"The column '{looked.column}' holds numbers ({examples}), not texts to read.",
            other_text(looked),
        )


def other_text(looked: Looked) -> str:
    """Hint on what to choose in place of a column that holds no texts."""
    better = suggest(looked.frame.drop(columns=[looked.column])).text
    return (
        f"Choose the column with the words: '{better}' looks like it."
        if better
        else "Choose the column with the words."
    )


def same_text_everywhere(looked: Looked) -> Iterator[Finding]:
    """Constant column: all rows have the same text."""
    different = looked.input[looked.used].nunique()
    if looked.used.sum() >= 10 and different == 1:
        only = shortened(looked.input[looked.used].iloc[0])
        yield error("one_text", f"All rows have the same text in '{looked.column}': '{only}'.", other_text(looked))


def long_texts(looked: Looked) -> Iterator[Finding]:
    """Truncated texts, by an estimate of their tokens."""
    assert isinstance(looked.config.task, ReadsText)  # noqa: S101  # its task says that it reads texts
    limit = looked.config.task.max_tokens
    texts = sampled(looked.input[looked.used])
    too_long = float((texts.map(tokens) > limit).mean()) if len(texts) else 0.0
    rows = round(too_long * int(looked.used.sum()))
    if rows and looked.config.task.cut == "end" and too_long >= SAME and (alike := _read_alike(looked, texts, limit)):
        yield warning(
            "same_beginnings",
            f"About {counted(rows, 'text is', 'texts are')} longer than {limit} tokens "
            f"({share(rows, int(looked.used.sum()))}) and will be cut, and what is read of them is nearly the same in "
            f"{alike:.0%}: '{shortened(texts.iloc[0])}'.",
            "Nothing can be learned from it. Set 'Where longer texts are cut' to start (task.cut=start), so that the "
            "end is read, or raise 'Maximum length, in tokens'.",
            rows=rows,
        ).answered_by("task.cut", "start")
    elif rows:
        yield Finding(
            code="long_texts",
            severity="warning" if too_long > 0.1 else "info",
            message=f"About {counted(rows, 'text is', 'texts are')} longer than {limit} tokens "
            f"({share(rows, int(looked.used.sum()))}) and will be cut.",
            hint="Raise 'Maximum length, in tokens' if what matters stands late in the text; training takes longer.",
            rows=rows,
        )


def _read_alike(looked: Looked, texts: pd.Series, limit: int) -> float:
    """Share of the largest group of texts whose first `limit` tokens are nearly the same; 0 where it is small.

    Texts that are the same as a whole are counted once.
    """
    different = texts.drop_duplicates().head(COMPARED)
    units = looked.inputs.units(looked.inputs.keys(different.map(lambda text: beginning(text, limit)), looked.frame))
    largest = float(units.value_counts(normalize=True).iloc[0])
    return largest if len(different) >= 10 and largest >= SAME else 0.0


def beginning(text: str, limit: int) -> str:
    """Estimate of what a model with room for `limit` tokens reads of a text."""
    wide = len(WIDE.findall(text[: limit - 2]))
    if wide > 0.5 * (limit - 2):
        return text[: limit - 2]
    return " ".join(text.split()[: int((limit - 2) / TOKENS_PER_WORD)])


def unreadable_texts(looked: Looked) -> Iterator[Finding]:
    """Texts in characters that the chosen model does not know, so that it reads all of them as one unknown token."""
    reads = looked.reads
    texts = sampled(looked.input[looked.used])
    if reads is None or not len(texts):
        return
    unknown = texts.map(lambda text: unknown_share(text, reads.knows))
    strange = unknown >= HALF
    if strange.mean() < UNREAD:
        return
    rows = round(float(strange.mean()) * int(looked.used.sum()))
    yield warning(
        "unreadable_texts",
        f"The model {reads.name} cannot read most of {counted(rows, 'text')} ({share(rows, int(looked.used.sum()))}), "
        f"such as '{shortened(texts[strange].iloc[0])}': {float(unknown[strange].mean()):.0%} of their words are in "
        f"{reads.lacks}.",
        f"Choose the model '{reads.better.title}', which knows more of them.",
        rows=rows,
    ).answered_by("model", reads.better.key)


def unknown_share(text: str, knows: Callable[[str], bool]) -> float:
    """Share of the words of a text with a character that is not known; each wide character and emoji is a word."""
    words = WORDS.findall(text)
    return sum(not all(map(knows, word)) for word in words) / len(words) if words else 0.0


def tokens(text: str) -> float:
    """Estimated number of tokens of a text: a Chinese or Japanese character is one, a word four thirds or more."""
    wide = len(WIDE.findall(text))
    return 2 + wide + max(len(text.split()) * TOKENS_PER_WORD, (len(text) - wide) / CHARACTERS_PER_TOKEN)


def broken_characters(looked: Looked) -> Iterator[Finding]:
    """Mojibake, texts read in a wrong encoding: some can be mended, some are lost."""
    texts = sampled(looked.raw_input)
    mojibake = texts[texts.map(lambda text: mended_text(text) != text)]
    if len(mojibake):
        mended = looked.config.preparation.fix_encoding
        rows = round(len(mojibake) / len(texts) * len(looked.frame))
        yield info(
            "broken_characters",
            f"About {counted(rows, 'text')} were saved in one encoding and read in another: "
            f"'{shortened(mojibake.iloc[0])}'.",
            "They are mended." if mended else "Turn on 'Fix encoding errors' to mend them.",
            rows=rows,
        )
    lost = int(looked.raw_input.str.contains("\ufffd", regex=False).sum())
    if lost:
        yield warning(
            "lost_characters",
            f"{counted(lost, 'text holds', 'texts hold')} the sign '\ufffd', where a character was lost before "
            "the file was saved.",
            "Export the rows again as UTF-8 if you can.",
            rows=lost,
        )


def near_twins(looked: Looked) -> Iterator[Finding]:
    """Near-duplicates: texts with nearly the same words."""
    keys = looked.key[looked.used].drop_duplicates()
    units = looked.inputs.units(keys)
    near = units.duplicated(keep=False)
    if near.any():
        one, other = looked.raw_input[keys.index[units == units[near].iloc[0]]].head(2)
        yield info(
            "near_twins",
            f"{counted(int(near.sum()), 'text has', 'texts have')} nearly the same words as another "
            f"({share(int(near.sum()), len(keys))}), such as '{shortened(one)}' and '{shortened(other)}'.",
            "They always stand in one part, so that none judges what its twin taught.",
            rows=int(near.sum()),
        )


def sampled(column: pd.Series) -> pd.Series:
    """At most SAMPLE values, evenly spaced."""
    return column.iloc[:: max(1, -(-len(column) // SAMPLE))]
