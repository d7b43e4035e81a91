"""Localisation and escaping: every word on a screen, numbers as people read them, and strangers' text escaped."""
