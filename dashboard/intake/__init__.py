"""Intake: from a file, a scenario or a hub's dataset to a dataset in the store."""
