"""Texts on the screen."""
