"""Predictor: an HTTP server on loopback that holds trained models, answers for them, and explains the answers.

It logs no text. Requests need the bearer token that it writes into the store.
"""

import logging
import os
import secrets
import signal
import socket
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import uvicorn
from fastapi import Body, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from core.answers import Answers
from core.bundles.open import open_bundle
from core.config.text import Text
from core.errors import NotFound, UserError
from core.explanations.orders import ExplanationProgress, ExplanationRequest
from core.failpoints import failpoint
from core.learners.base import Model
from core.logs import log_to_stderr
from core.novelty import Detector, open_detector
from core.tasks import task_of
from storage import PredictorAddress, Store
from worker.answering import Reply, cells_of, joined, reply_to
from worker.explaining import Explanations
from worker.guard import Guard
from worker.known import KnownPictures
from worker.slow_clients import ENDING_S, TimedProtocol

log = logging.getLogger(__name__)

KEPT_MODELS = 2
MAX_ROWS = 512
AT_ONCE = 32
"""Batch size, in rows, after which other requests have their turn."""
Cell = Text | float | bool | None
"""Value of a cell; its kind of input limits its length, the middleware the size of the whole request."""


class PredictRequest(BaseModel):
    """Request body: rows for the model of a run, each with the columns that the model reads."""

    run: Text
    rows: list[dict[Text, Cell]] = Field(max_length=MAX_ROWS)


class Models:
    """LRU cache of loaded models."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.known = KnownPictures(store)
        self._loaded: OrderedDict[str, tuple[Model, Detector | None]] = OrderedDict()
        self._loading = threading.Lock()
        self._answering = threading.Lock()

    def answer(self, question: PredictRequest) -> Reply:
        """Predictions in small batches, so that a large request does not block the others.

        Raises UserError for a run without a model.
        """
        run = self._store.runs.get(question.run)
        (model, detector), choosing = self._opened(run.id), self._choosing(run.id)
        cells, parts = cells_of(question.rows, run.config), []
        temperature = run.evaluation.temperature if run.evaluation else None
        with task_of(run.config).inputs.brought(cells, partial(self.known.of, run)) as brought:
            for begin in range(0, max(1, len(brought)), AT_ONCE):
                with self._answering:
                    some = brought.some(begin, begin + AT_ONCE)
                    parts.append(reply_to(model, some, run.decision, choosing, temperature, detector))
                    failpoint("predictor.answering")
        return joined(parts)

    def _choosing(self, run_id: str) -> Answers | None:
        """Predictions for validation rows, where there were some."""
        try:
            return self._store.runs.predictions(run_id, "validation")
        except NotFound:
            return None

    def model(self, run_id: str) -> Model:
        """Model of the run, loaded if need be. Raises UserError for a run without one."""
        return self._opened(run_id)[0]

    def _opened(self, run_id: str) -> tuple[Model, Detector | None]:
        with self._loading:
            bundle = self._store.runs.bundle(run_id)
            if run_id not in self._loaded:
                failpoint("predictor.loading")
                self._loaded[run_id] = (open_bundle(bundle), open_detector(bundle))
                log.info("loaded the model of run %s", run_id)
            self._loaded.move_to_end(run_id)
            while len(self._loaded) > KEPT_MODELS:
                self._loaded.popitem(last=False)
            return self._loaded[run_id]


def application(store: Store, token: str) -> FastAPI:
    """FastAPI application: /health for anyone on this machine, /predict and /explanations with the bearer token."""
    models = Models(store)
    explanations = Explanations(store, models.model, models.known)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        explanations.close()
        store.announce_predictor(None)

    app = FastAPI(title="Tuneboard predictor", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard, token=token)

    @app.get("/health")
    def health() -> dict[str, Any]:
        return {"ok": True}

    @app.post("/predict")
    def predict(question: PredictRequest) -> Reply:
        return models.answer(question)

    @app.post("/explanations")
    def start(order: Annotated[ExplanationRequest, Body()]) -> ExplanationProgress:
        return explanations.start(order)

    @app.get("/explanations/{work_id}")
    def look(work_id: str) -> ExplanationProgress:
        return explanations.look(work_id)

    @app.delete("/explanations/{work_id}")
    def cancel(work_id: str) -> ExplanationProgress:
        return explanations.cancel(work_id)

    @app.exception_handler(RequestValidationError)
    def refuse_form(_: Request, error: RequestValidationError) -> JSONResponse:
        wrong = error.errors()[0]
        place = ".".join(str(one) for one in wrong["loc"]).encode("utf-8", "replace").decode()
        message = f"The request is not as it must be: {wrong['msg']}, at {place}."
        return JSONResponse({"error": {"message": message, "hint": "Mend it and ask again."}}, status_code=422)

    @app.exception_handler(UserError)
    def refuse(_: Request, error: UserError) -> JSONResponse:
        return JSONResponse({"error": {"message": error.message, "hint": error.hint}}, status_code=422)

    return app


def serve(home: Path | None = None, port: int = 0) -> None:
    """Serves on loopback until SIGTERM, publishes its address in the store, and ends the process."""
    log_to_stderr()
    os.umask(0o077)
    store = Store.open(home)
    token = secrets.token_urlsafe(32)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(64)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        app = application(store, token)
        told = uvicorn.Config(
            app, http=TimedProtocol, log_level="warning", access_log=False, timeout_graceful_shutdown=ENDING_S
        )
        server = uvicorn.Server(told)
        store.announce_predictor(PredictorAddress(url=url, token=token))
        log.info("the predictor listens at %s", url)
        signal.signal(signal.SIGTERM, lambda *_: setattr(server, "should_exit", True))
        server.run(sockets=[listener])
    os._exit(0)  # what is still being worked out for those who were let go is not waited for


if __name__ == "__main__":
    serve()
