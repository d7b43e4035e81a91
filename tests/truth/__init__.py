"""Simulations of known truth: how often each interval that a page shows holds it, and how often a claim is false."""
