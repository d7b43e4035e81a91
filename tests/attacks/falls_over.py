"""A decoder that falls over in native code."""

import os


def prove(folder: str, files: int) -> None:  # noqa: ARG001  # as the true one is called
    os._exit(139)
