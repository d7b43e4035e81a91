"""Rate limit over a sliding window, counted in this process."""

import time
from collections import OrderedDict, deque

MOST_KEPT = 10_000


class RateLimit:
    """Sliding-window rate limit: at most `times` requests in any `seconds`, for each client."""

    def __init__(self, times: int, seconds: float) -> None:
        self.times = times
        self.seconds = seconds
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()

    def is_full(self, who: str) -> bool:
        """Whether the limit of `who` is used up; this look is not counted."""
        asked = self._asked.get(who, ())
        return len(asked) >= self.times and asked[0] > time.monotonic() - self.seconds

    def allows(self, who: str, now: float | None = None) -> bool:
        """Whether a request of `who` is allowed now; counted when so."""
        moment = time.monotonic() if now is None else now
        asked = self._asked.setdefault(who, deque())
        self._asked.move_to_end(who)
        while len(self._asked) > MOST_KEPT:
            self._asked.popitem(last=False)
        while asked and asked[0] <= moment - self.seconds:
            asked.popleft()
        if len(asked) >= self.times:
            return False
        asked.append(moment)
        return True
