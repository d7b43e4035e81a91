"""Sentences about records of a table."""

from dashboard.language.words import tr

MODEL = ""
"""Example of a search on the hub, which has no models for any table."""


def gets_right(share: str, rows: str) -> str:
    """Accuracy on test records in a sentence of Markdown."""
    return tr("It gets **{share}** of {rows} test records right.", share=share, rows=rows)


def try_it() -> str:
    """The invitation on the first page."""
    return tr("See how far you can trust it, then try it on a record of your own.")


def question(dataset: str, target: str) -> str:
    """Question that a model trained on these rows answers."""
    return tr("Can a machine give each record in '{dataset}' its right '{target}'?", dataset=dataset, target=target)


def misuse() -> str:
    """Out-of-scope use of any model that reads tables."""
    return tr(
        "Records of another time, place or population than those it was judged on, without judging it on them first."
    )


def unlike() -> str:
    """Warning on a record far from the training rows."""
    return tr("This record is unlike what the model learned from; its answer may mean nothing.")


def unread() -> str:
    """Title of the number of rows with nothing to read."""
    return tr("Without any value")


def beside() -> str:
    """Label of the box with the columns that a report may show."""
    return tr("Columns shown beside those that are read")


def search_hint() -> str:
    """Placeholder of the search box over rows with classes."""
    return tr("A value, a class or an answer")
