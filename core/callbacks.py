"""Callback types: functions that long work calls on its way, or asks for what it needs."""

from collections.abc import Callable

Watch = Callable[[int, int], None]
"""Progress callback: told how much is done and how much there is in all; may raise Stopped."""
Say = Callable[[str], None]
"""Status callback: told in a sentence what is being done."""
PictureBytes = Callable[[str], bytes]
"""Picture loader, from a reference to the bytes of its file, such as `core.data.pictures.pack.PictureFile.read`."""
