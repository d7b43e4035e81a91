"""The payoff page."""
