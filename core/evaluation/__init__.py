"""Evaluation metrics with confidence intervals, curves, and whether a difference is real.

It knows answers only, never the model that made them.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
