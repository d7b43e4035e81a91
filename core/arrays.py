"""Array types: what the numbers of an array are. A shape is said where the array is."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
