"""Bundles: a trained model in one folder, written atomically and opened again. Opening one imports torch."""
