"""Files of rows: what kind a file is, how it is written, and the rows in it."""
