"""File parsing: a file's format, its encoding and dialect, and the rows in it."""
