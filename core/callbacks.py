"""Callback types: functions that long work calls on its way, or asks for what it needs."""

from collections.abc import Callable

Watch = Callable[[int, int], None]
"""Told how much is done and how much there is in all; may raise Stopped."""
Say = Callable[[str], None]
"""Told in a sentence what is being done."""
PictureBytes = Callable[[str], bytes]
"""From a reference to a picture's file, such as `core.data.pictures.pack.PictureFile.read`."""
