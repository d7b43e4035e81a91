"""The predict page."""
