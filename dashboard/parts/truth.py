"""Page on statistical guarantees: intervals, verdicts, and their measured coverage and error rates."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.comparison.contest import MARGIN
from core.evaluation import MEANINGS
from dashboard.language.counted import parted, template, told, told_apart
from dashboard.language.formats import count
from dashboard.language.words import tr
from dashboard.parts.docs_table import lines_of, share_of
from dashboard.parts.heading import section


@dataclass(frozen=True)
class Counted:
    """Line of the table: what is said, in which made-up data, how often it should hold and how often it did."""

    about: str
    world: str
    wanted: str
    rate: str
    datasets: str
    remark: str

    @property
    def share(self) -> float:
        """Counted rate, without its Monte Carlo error."""
        return share_of(self.rate)


def counted() -> tuple[Counted, ...]:
    """Every line of docs/truth.md, which benchmarks/truth.py writes; none where the file is not there."""
    return lines_of("truth.md", Counted, cells=6)


def phrases() -> Iterator[str]:
    """Messages of what the table says in words."""
    for one in counted():
        topic = one.about.removeprefix("better by ")
        said = (*([] if topic in MEANINGS else [topic]), *parted(one.world), one.wanted, one.remark.strip("*"))
        yield from (template(phrase) for phrase in said if any(map(str.isalpha, phrase)))


def explained() -> None:
    """What intervals and verdicts mean, in a paragraph each."""
    paragraphs = {
        tr("Confidence interval"): tr(
            "Judged on other rows of the same kind, a figure would come out a little different. The interval beside it "
            "says where the true value lies, over all rows of the kind. It is drawn so that it holds the truth 95 "
            "times of 100; where rows are few it is, if anything, too wide."
        ),
        tr("Better, or too early to tell"): tr(
            "“Better” is said only if two equally good models would differ this much in fewer than 5 of 100 cases. "
            "“About the same” is said if the whole interval of the difference is within {margin} points of 100 (of "
            "errors: {margin} hundredths of the baseline's), or another limit that was set before training. Everything "
            "between is “too early to tell”; more test rows can settle it.",
            margin=f"{MARGIN * 100:g}",
        ),
        tr("Many models on the same rows"): tr(
            "Whoever tries many models and takes the best takes the luckiest too. Every model that was ever judged on "
            "the same test rows counts, deleted ones included: the more there were, the clearer a difference must be, "
            "and the leader's interval reaches further towards worse."
        ),
        tr("Looking again"): tr(
            "Whoever adds rows until something shows will find something. The first look may be wrong 5 times of 100. "
            "All later looks at growing rows together may add 1 more; each gets half of the one before."
        ),
        tr("What no interval knows"): tr(
            "Intervals speak of rows of the same kind as these. They do not know that labels are wrong, that next "
            "year's customers differ, or which cases never came into the file."
        ),
    }
    for title, text in paragraphs.items():
        section(title)
        st.markdown(text)


def table(about: str | None) -> None:
    """What was counted of one interval or verdict, chosen among all; `about` is chosen first where it is known."""
    found = counted()
    section(tr("How often it held"))
    st.markdown(
        tr(
            "Each interval and verdict was tried on made-up data whose truth is known, by the same code that works "
            "yours out. A confidence interval promises 95 of 100 and should hold the truth in 93 to 97; a verdict "
            "promises to be false in at most 5 and may be so in 6, for the later looks and other metrics that are "
            "offered."
        )
    )
    topics = list(dict.fromkeys(one.about for one in found))
    if not topics:
        st.info(tr("The table comes with the source of Tuneboard, in docs/truth.md."), icon=":material/info:")
        return
    chosen = st.selectbox(
        tr("Interval or verdict"),
        topics,
        index=topics.index(about) if about in topics else 0,
        format_func=called,
        key="truth:about",
    )
    lines = [one for one in found if one.about == chosen]
    least, most = min(one.share for one in lines), max(one.share for one in lines)
    words = {"low": f"{least:.0%}", "high": f"{most:.0%}", "n": count(len(lines))}
    if lines[0].wanted.startswith("at most"):
        st.markdown(tr("In {n} kinds of made-up data it was false in {low} to {high} of the tries.", **words))
    else:
        st.markdown(tr("In {n} kinds of made-up data it held the truth in {low} to {high} of the tries.", **words))
    frame = pd.DataFrame(
        {
            tr("Made-up data"): [told_apart(one.world) for one in lines],
            tr("Wanted, of 100"): [told(one.wanted) for one in lines],
            tr("Counted"): [one.rate for one in lines],
            tr("Datasets"): [one.datasets for one in lines],
            tr("Remark"): [told(one.remark.strip("*")) for one in lines],
        }
    )
    st.dataframe(frame, hide_index=True, alt=tr("How often it held, by the kind of made-up data"))


def called(about: str) -> str:
    """Title of an interval or verdict; metrics have their own."""
    name = about.removeprefix("better by ")
    title = tr(MEANINGS[name].title) if name in MEANINGS else told(name)
    return tr("Better by: {metric}", metric=title) if name != about else title[:1].upper() + title[1:]
