"""HTTP client of the predictor on this machine. The dashboard itself never loads a model."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import httpx

from core.errors import ModelError, UserError
from dashboard.answers import room
from dashboard.language.words import tr

TIMEOUT_S = 120.0  # the predictor loads the model before its first answer
BATCH = 64


def ask(address: Any, run_id: str, rows: Sequence[Mapping[str, Any]]) -> Any:
    """Predictions of a run's model for rows, of its room's type. Raises ModelError where there are none."""
    found = sent(address, "POST", "/predict", {"run": run_id, "rows": list(rows)}).json()
    return room(found.get("kind", "class"), "asked").replies(found)


def sent(address: Any, method: str, path: str, question: Any = None) -> httpx.Response:
    """HTTP response of the predictor. Raises ModelError on a connection error, a timeout, or a status from 400 on."""
    if address is None:
        raise ModelError(
            tr("The predictor is not running, so no model can be asked."),
            tr("Start everything with 'tuneboard up', or the predictor alone with 'tuneboard predictor'."),
        )
    try:
        reply = httpx.request(
            method,
            f"{address.url.rstrip('/')}{path}",
            json=question,
            headers={"Authorization": f"Bearer {address.token}"},
            timeout=TIMEOUT_S,
            trust_env=False,  # never through a proxy: the predictor is on this machine
        )
    except httpx.HTTPError as error:
        raise ModelError(
            tr("The predictor at {url} did not answer.", url=address.url),
            tr("Wait a moment and ask again; if it stays silent, restart it. ({kind})", kind=type(error).__name__),
        ) from error
    if reply.status_code >= 400:
        raise _refusal(reply)
    return reply


def in_batches(cells: Sequence[str], size: int = BATCH) -> Iterator[Sequence[str]]:
    """Batches of input cells, `size` at a time."""
    for begin in range(0, len(cells), size):
        yield cells[begin : begin + size]


def _refusal(reply: httpx.Response) -> UserError:
    """ModelError of an HTTP error response, with the predictor's own sentence where it gave one."""
    try:
        error = reply.json()["error"]
        return ModelError(error["message"], error.get("hint", ""))
    except (ValueError, KeyError, TypeError):
        return ModelError(
            tr("The predictor refused to answer (code {code}).", code=reply.status_code),
            tr("Look at its log for the reason."),
        )
