"""Standing of one model to another in words, colour and icon, the same on every page."""

from dataclasses import dataclass

from core.comparison.contest import Standing
from dashboard.language.words import tr, word


@dataclass(frozen=True)
class Word:
    """Words for a standing. No colour but grey and no arrow stand without evidence."""

    text: str
    colour: str
    icon: str


WORDS: dict[Standing, Word] = {
    "better": Word(word("better"), "green", "trending_up"),
    "same": Word(word("about the same"), "gray", "drag_handle"),
    "unknown": Word(word("too early to tell"), "gray", "hourglass_empty"),
    "worse": Word(word("worse"), "red", "trending_down"),
}


def standing_word(stands: Standing) -> str:
    """The standing in a word or two: better, about the same, too early to tell, worse."""
    return tr(WORDS[stands].text)


def standing_icon(stands: Standing) -> str:
    """Its coloured icon, as Markdown."""
    return f":{WORDS[stands].colour}[:material/{WORDS[stands].icon}:]"


def standing_badge(stands: Standing, beside: str) -> str:
    """Badge, as Markdown, beside what it is compared with: "better than word counting"; `beside` is escaped."""
    said = {
        "better": tr("better than {name}", name=beside),
        "same": tr("about the same as {name}", name=beside),
        "unknown": tr("too early to tell if better than {name}", name=beside),
        "worse": tr("worse than {name}", name=beside),
    }
    return f":{WORDS[stands].colour}-badge[:material/{WORDS[stands].icon}: {said[stands]}]"
