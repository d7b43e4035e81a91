"""Cache of open picture files, for requests that refer to pictures of a run's dataset."""

import threading
from collections import OrderedDict

from core.data.pictures.pack import PictureFile
from core.errors import UserError
from storage import Run, Store

KEPT = 2


class KnownPictures:
    """LRU cache of the datasets' picture files, kept open."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._open: OrderedDict[str, PictureFile | None] = OrderedDict()
        self._opening = threading.Lock()

    def of(self, run: Run) -> PictureFile | None:
        """Picture file of the run's dataset; None where it has none, or is gone."""
        with self._opening:
            if run.dataset_id not in self._open:
                try:
                    self._open[run.dataset_id] = self._store.datasets.pictures(run.dataset_id)
                except (UserError, OSError):
                    return None
            self._open.move_to_end(run.dataset_id)
            while len(self._open) > KEPT:
                self._open.popitem(last=False)
            return self._open[run.dataset_id]
