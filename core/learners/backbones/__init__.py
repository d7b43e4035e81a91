"""Backbones: pretrained models by what they read, opened for a run."""
