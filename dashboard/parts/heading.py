"""Page headings, section headings, and the empty state of a page."""

import streamlit as st


def heading(title: str, lead: str) -> None:
    """Title of a page and one sentence on what it is for. Both are safe Markdown."""
    st.title(title, anchor=False)
    with st.container(key="lead"):
        st.markdown(lead)


def section(title: str) -> None:
    """Heading of a section."""
    st.subheader(title, anchor=False)


def nothing_yet(text: str, icon: str) -> st.delta_generator.DeltaGenerator:
    """Empty state: a box that says what is missing; links go into the container it returns."""
    box = st.container(border=True, horizontal_alignment="center", gap="small")
    box.space("small")
    box.markdown(f":material/{icon}:", text_alignment="center")
    box.markdown(text, text_alignment="center")
    return box
