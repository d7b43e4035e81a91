"""Cost-sensitive decisions on numbers: what a unit too high or too low costs, and the answer worth the most.

It knows NumberAnswers and prices only, never the model that gave them.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
