"""Extraction of messages from our Python code: the literals in calls of tr, trn and word, within f-strings too."""

import ast
from collections.abc import Iterator

SPEAKING = {"tr": 1, "word": 1, "trn": 2}
"""Functions whose first arguments are messages, and how many of them."""


def messages(source: str) -> Iterator[str | tuple[str, str]]:
    """Messages of a file in their order; those of `trn` as pairs of singular and plural."""
    for node in ast.walk(ast.parse(source)):
        name = getattr(getattr(node, "func", None), "id", "")
        if isinstance(node, ast.Call) and name in SPEAKING:
            texts = [_literals(one) for one in node.args[: SPEAKING[name]]]
            if name == "trn":
                yield from ((one, many) for one, many in zip(*texts, strict=True))
            else:
                yield from texts[0]


def _literals(value: ast.expr) -> list[str]:
    """Strings that the expression can be: a literal, or either side of a conditional."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return [value.value]
    if isinstance(value, ast.IfExp):
        return _literals(value.body) + _literals(value.orelse)
    return []
