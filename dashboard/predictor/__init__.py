"""The predictor's client: answers and explanations asked for over HTTP on this machine."""
