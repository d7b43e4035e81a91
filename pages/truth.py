"""Truth page: what intervals and verdicts mean, and how often they hold. Other pages lead here by "What is this?"."""

import streamlit as st

from dashboard.language.words import tr
from dashboard.parts import novelty
from dashboard.parts import truth as parts
from dashboard.parts.heading import heading
from dashboard.sentences.novelty import UNLIKE

heading(
    tr("How sure is a number?"),
    tr("What the intervals and the verdicts on these pages mean, and how often they are right."),
)
about = st.query_params.get("about")
if about == UNLIKE:
    novelty.explained()
parts.explained()
parts.table(about)
if about != UNLIKE:
    novelty.explained()
