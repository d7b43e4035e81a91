"""Networks from scratch: they know nothing before they learn, and are registered with transformers' Auto classes."""
