"""Networks from scratch, with random weights, registered with transformers' Auto classes."""
