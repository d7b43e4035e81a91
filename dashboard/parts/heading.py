"""The head of a page, and what stands where there is nothing yet."""

import streamlit as st


def heading(title: str, lead: str) -> None:
    """The page's title and one sentence on what it is for. Both are safe Markdown."""
    st.title(title, anchor=False)
    with st.container(key="lead"):
        st.markdown(lead)


def section(title: str) -> None:
    """A part of a page."""
    st.subheader(title, anchor=False)


def nothing_yet(text: str, icon: str) -> st.delta_generator.DeltaGenerator:
    """A quiet box that says what is missing; the way on goes into the container it returns."""
    box = st.container(border=True, horizontal_alignment="center", gap="small")
    box.space("small")
    box.markdown(f":material/{icon}:", text_alignment="center")
    box.markdown(text, text_alignment="center")
    return box
