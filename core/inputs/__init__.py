"""Inputs: what a row is to read, one folder a kind."""
