"""Shared pages: HTTP routes beside Streamlit's, each open to the bearer of a link's token, for one snapshot only."""
