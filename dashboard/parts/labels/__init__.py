"""The page on labels."""
