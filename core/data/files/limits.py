"""Size limits of a file. Each limit is checked before the memory for it is taken."""

MAX_BYTES = 200 * 1024 * 1024
"""Size of a file."""
MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
"""Size of what a compressed file (Parquet, Excel) unpacks to."""
MAX_COLUMNS = 2_000
"""Columns of a table."""
MAX_MEMBERS = 5_000
"""Files in a packed file; a workbook has a few dozen."""
MAX_LINE_BYTES = 5_000_000
"""Length of one line of a text file; longer ones are not rows of a table."""
MAX_CELL_CHARACTERS = 2_000_000
"""Length of one cell; a thick book has as much."""
