"""Streamlit pages, one file per user job: read, ask, hand over."""
