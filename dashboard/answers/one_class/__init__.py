"""Classes on the pages: one class for each row."""
