"""Wall clock of what is stored: links, sign-ins, retention, heartbeats. Leases go by monotonic clocks (`jobs`)."""

import time
from datetime import UTC, datetime


def wall() -> float:
    """Seconds since 1970, as this machine believes; it may be set back or forward at any moment."""
    return time.time()


def now() -> datetime:
    """Current time, in UTC."""
    return datetime.fromtimestamp(wall(), UTC)
