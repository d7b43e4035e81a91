"""Sentences about pictures."""

from dashboard.language.words import tr

MODEL = "vit"
"""What one might search the hub for."""


def gets_right(share: str, rows: str) -> str:
    """How many held-out ones got the right class, as Markdown."""
    return tr("It gets **{share}** of {rows} held-out pictures right.", share=share, rows=rows)


def try_it() -> str:
    """The invitation on the first page."""
    return tr("See how far you can trust it, then try it on a picture of your own.")


def question(dataset: str, target: str) -> str:
    """What a model that learned from these rows is asked."""
    return tr("Can a machine give each picture in '{dataset}' its right '{target}'?", dataset=dataset, target=target)


def misuse() -> str:
    """What any model may not be used for."""
    return tr(
        "Pictures of another kind, camera or light than those it was judged on, without judging it on them first."
    )


def beside() -> str:
    """Which columns a report may show."""
    return tr("Columns shown beside the picture")


def search_hint() -> str:
    """What may be searched for among rows with classes."""
    return tr("A class or an answer")
