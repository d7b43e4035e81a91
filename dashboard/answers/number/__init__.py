"""Numbers on the pages: a number for each row, with a prediction interval where one is known."""
