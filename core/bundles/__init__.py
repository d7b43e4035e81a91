"""Bundles: a taught model in one folder, written whole and opened again. Opening one imports torch."""
