"""Sentences that report a comparison, a verdict, a payoff or a label curve, and claim no more than the numbers do."""
