"""Unicode text of a request: whole characters, as tokenizers and files take them."""

from typing import Annotated

from pydantic import AfterValidator


def _encodable(text: str) -> str:
    """The text as it is. Raises ValueError for a lone surrogate, which JSON can hold and UTF-8 cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("there is half a character in this text") from None
    return text


Text = Annotated[str, AfterValidator(_encodable)]
"""Text that UTF-8 can hold."""
