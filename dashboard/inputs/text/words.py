"""Sentences about texts."""

from dashboard.language.words import tr

MODEL = "minilm"
"""Example of a search on the hub."""


def gets_right(share: str, rows: str) -> str:
    """Accuracy on test texts in a sentence of Markdown."""
    return tr("It gets **{share}** of {rows} test texts right.", share=share, rows=rows)


def try_it() -> str:
    """The invitation on the first page."""
    return tr("See how far you can trust it, then try it on a text of your own.")


def question(dataset: str, target: str) -> str:
    """Question that a model trained on these rows answers."""
    return tr("Can a machine give each text in '{dataset}' its right '{target}'?", dataset=dataset, target=target)


def misuse() -> str:
    """Out-of-scope use of any model that reads texts."""
    return tr("Texts of another kind, time or language than those it was judged on, without judging it on them first.")


def unlike() -> str:
    """Warning on a text far from the training rows."""
    return tr("This text is unlike what the model learned from; its answer may mean nothing.")


def unread() -> str:
    """Title of the number of rows with nothing to read."""
    return tr("Without text")


def beside() -> str:
    """Label of the box with the columns that a report may show."""
    return tr("Columns shown beside the text")


def search_hint() -> str:
    """Placeholder of the search box over rows with classes."""
    return tr("Words in the text, a class or an answer")
