"""One file per user job: read, ask, hand over."""
