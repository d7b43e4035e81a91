"""Mends: changes to rows as values, each made by a person's choice, kept in words, and repeatable on rows read anew."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
