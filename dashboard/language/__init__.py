"""Localisation and escaping: messages, number formats, and untrusted text escaped."""
