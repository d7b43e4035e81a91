"""Sentences: what the numbers of a comparison, a verdict, a payoff or a label curve say, and no more than they say."""
