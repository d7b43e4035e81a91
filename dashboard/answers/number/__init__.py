"""Numbers on the pages: a number for each row, with a range where one is known."""
