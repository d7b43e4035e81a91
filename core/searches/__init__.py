"""Searches: learning curves over labelled rows, by many small runs. Running one (`core.searches.run`) imports torch."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
