"""Rows and their cells: ids, cleaning, numbers, times, and cells as text."""
