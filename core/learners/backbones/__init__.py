"""Backbones: pretrained models for text and for pictures, opened for a run."""
