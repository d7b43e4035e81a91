"""Cost-sensitive decisions: what right and wrong answers are worth, and the thresholds that are worth the most.

It knows answers and prices only, never the model that made them.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
