"""Tab of the report: its options, the file, and a link to it."""

from dataclasses import dataclass

import streamlit as st

from core.data.checks.personal import personal_columns
from core.tasks import input_columns
from dashboard.access.store import may, store
from dashboard.cached.known import frame_of
from dashboard.downloads import safe_name
from dashboard.inputs import room_of
from dashboard.language.formats import size
from dashboard.language.plain import apart, shortened
from dashboard.language.words import tr
from dashboard.parts.share.links import how_long, made_link
from dashboard.report import ReportOptions, find_chrome, report, to_pdf
from dashboard.shares.create import share_report
from storage import Run


@dataclass(frozen=True)
class Written:
    """Report that was written in this session, with its runs and options."""

    runs: tuple[str, ...]
    options: ReportOptions
    html: str


def the_report(chosen: list[Run]) -> None:
    """Form of the report's options, and the downloads and the link once it is written."""
    asked, made = st.columns([1, 1], gap="large")
    with asked:
        options = _options(chosen[0])
        pressed = st.button(tr("Write the report"), type="primary", icon=":material/description:")
    ids = tuple(run.id for run in chosen)
    with made:
        if pressed:
            with st.spinner(tr("Writing the report…")):
                html = report(store(), ids, options)
            st.session_state["share:written"] = Written(ids, options, html)
        written = st.session_state.get("share:written")
        if written and (written.runs, written.options) == (ids, options):
            _hand_over(written, chosen)
        else:
            _contents()


def _contents() -> None:
    st.markdown(f"**{tr('What stands in it')}**")
    st.markdown(
        tr(
            "The question and the answer in a paragraph, the comparison with intervals, the money, rows answered right "
            "and wrong, limits and misuse, a model card and a data sheet, how to repeat it, and who approved it. One "
            "HTML file that opens without a network and prints well."
        )
    )


def _options(run: Run) -> ReportOptions:
    approved_by = st.text_input(
        tr("Approved by"), key="share:approved", max_chars=200, help=tr("Stands at the end, with today's date.")
    )
    note = st.text_area(tr("A sentence of your own"), key="share:note", max_chars=2000, height=80)
    examples = st.slider(
        tr("Right and wrong rows shown"), 0, 20, 6, key="share:examples", help=tr("So many of each; 0 shows no row.")
    )
    frame = frame_of(run.dataset_id)
    taken = {*input_columns(run.config), run.config.task.target}
    others = [str(name) for name in frame.columns if name not in taken]
    personal = personal_columns(frame[others]) if others else {}
    columns = st.multiselect(
        room_of(run.config, "words").beside(),
        others,
        format_func=apart(
            others, lambda one: f"{shortened(one, 40)} ({tr('looks personal')})" if one in personal else one
        ),
        key=f"share:columns-{run.dataset_id}",
        placeholder=tr("None"),
        help=tr("Without being chosen, no other column leaves this place."),
    )
    as_written = room_of(run.config, "report").MASKS and st.toggle(
        tr("Show texts as they were written"),
        key="share:as-written",
        help=tr(
            "Otherwise e-mail addresses, accounts, links and telephone numbers are replaced by their kind. Names of "
            "people are not recognised."
        ),
    )
    return ReportOptions(
        approved_by=approved_by, note=note, examples=examples, columns=tuple(columns), as_written=bool(as_written)
    )


def _hand_over(written: Written, chosen: list[Run]) -> None:
    """Download buttons for the HTML and, where a Chrome is here, the PDF; and the link."""
    name = safe_name(f"report-{chosen[0].name}.html")
    content = written.html.encode()
    st.markdown(f"**{tr('The report is ready')}** ({size(len(content))})")
    with st.container(horizontal=True):
        st.download_button(
            tr("Download the report"),
            content,
            file_name=name,
            mime="text/html",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
        )
        if find_chrome():
            st.download_button(
                tr("Download as PDF"),
                lambda: to_pdf(written.html),
                file_name=name.removesuffix(".html") + ".pdf",
                mime="application/pdf",
                icon=":material/picture_as_pdf:",
                on_click="ignore",
            )
    st.caption(tr("Look at the rows it shows before you pass it on."))
    if not may("editor"):
        return
    days = how_long("share:report-days")
    if st.button(tr("Make a link to this report"), icon=":material/link:"):
        made_link(*share_report(store(), written.runs, written.html, days=days))
