"""Glossary page: the terms of these pages, each in a sentence."""

import streamlit as st

from dashboard.language.words import tr
from dashboard.parts import glossary
from dashboard.parts.heading import heading

heading(tr("Glossary"), tr("The terms of these pages, each in a sentence."))
glossary.terms(st.text_input(tr("Search"), type="search", label_visibility="collapsed", placeholder=tr("A term")) or "")
