"""The engine: values in, events and values out. It knows nothing of browsers or databases."""

import os

# Threads that wait for one another must sleep: spinning, OpenMP's default, makes a run five times slower wherever the
# cores are shared with anything else (measured). It counts only if set before torch is first imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
