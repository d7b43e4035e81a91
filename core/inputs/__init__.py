"""Inputs, the features that a model reads of a row: one folder a kind."""
