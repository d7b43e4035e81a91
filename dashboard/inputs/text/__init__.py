"""Texts on the screen: cells of a table, and words coloured by their attributions."""
