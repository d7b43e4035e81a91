"""Answers that are numbers in a unit of their own."""
