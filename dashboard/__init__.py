"""The doors, the look and the words: navigation, forms, charts, command line."""
