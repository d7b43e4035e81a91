"""Caches of what is worked out from rows and answers that never change, kept for the next rerun."""
