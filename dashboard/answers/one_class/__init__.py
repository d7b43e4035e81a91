"""Answers that are one of several classes."""
