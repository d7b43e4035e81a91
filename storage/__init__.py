"""The memory: the only SQL and the only paths on disk."""
