"""Shared pages: real routes beside Streamlit's, open to whoever has a link's token, and to that one snapshot only."""

from dashboard.shares.routes import ROUTES, address_of

__all__ = ["ROUTES", "address_of"]
