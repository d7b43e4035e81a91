"""A decoder that falls over in native code."""

import os


def prove(folder: str, files: int) -> None:  # as the true one is called
    os._exit(139)
