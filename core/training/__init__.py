"""Training: tokens, batches, heads, checkpoints and the loop around transformers.Trainer.

Only `steps` may be imported without torch; the rest belongs to the run process.
"""
