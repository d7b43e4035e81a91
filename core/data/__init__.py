"""Tabular data: rows parsed from any file, split, with ids for life. Knows no tasks, no models and no screens."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
