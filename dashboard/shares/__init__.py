"""Shared pages: real routes beside Streamlit's, open to whoever has a link's token, and to that one snapshot only."""
