"""The predictor: a process on loopback that holds trained models, answers for them, and explains the answers.

It writes no text down. Whoever asks must know the token that it writes into the store.
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
from pathlib import Path
from typing import Annotated, Any

import uvicorn
from fastapi import Body, FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from core.errors import UserError
from core.explanations.orders import Order, Work
from core.failpoints import failpoint
from core.logs import log_to_stderr
from core.payoff import Decision, decide
from core.predict import Predictor
from storage import PredictorAddress, Store
from worker.explaining import Explanations
from worker.guard import Guard

log = logging.getLogger(__name__)

KEPT_MODELS = 2
MAX_TEXTS = 512
MAX_CHARACTERS = 100_000


class Question(BaseModel):
    """Texts for the model of a run."""

    run: str
    texts: list[Annotated[str, Field(max_length=MAX_CHARACTERS)]] = Field(max_length=MAX_TEXTS)


class Answer(BaseModel):
    """One text's class, and the probability of each class; no class where the run's decision leaves it to a person.

    Nor where the text is blank: there is nothing to answer.
    """

    label: str | None
    scores: dict[str, float]
    is_cut: bool = False
    """Whether the text is longer than the model reads, so that its end had no say."""


class Answers(BaseModel):
    """One answer a text, in the order of the question."""

    labels: list[str]
    predictions: list[Answer]


class Models:
    """The models used last, loaded once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._loaded: OrderedDict[str, Predictor] = OrderedDict()
        self._lock = threading.Lock()

    def answer(self, question: Question) -> Answers:
        """Answers one question at a time. Raises UserError for a run without a model."""
        with self._lock:
            decision = self._store.runs.get(question.run).decision
            found = answers(self._predictor(question.run), question.texts, decision)
            failpoint("predictor.answering")
            return found

    def predictor(self, run_id: str) -> Predictor:
        """The run's predictor, loaded if need be. Raises UserError for a run without a model."""
        with self._lock:
            return self._predictor(run_id)

    def _predictor(self, run_id: str) -> Predictor:
        bundle = self._store.runs.bundle(run_id)
        if run_id not in self._loaded:
            failpoint("predictor.loading")
            self._loaded[run_id] = Predictor.load(bundle)
            log.info("loaded the model of run %s", run_id)
        self._loaded.move_to_end(run_id)
        while len(self._loaded) > KEPT_MODELS:
            self._loaded.popitem(last=False)
        return self._loaded[run_id]


def answers(predictor: Predictor, texts: list[str], decision: Decision | None = None) -> Answers:
    """The predictor's answers under the run's decision, with every class's probability, the most probable first."""
    labels = list(predictor.labels)
    scores = predictor.predict(texts)
    ranked = [sorted(zip(labels, map(float, row), strict=True), key=lambda pair: -pair[1]) for row in scores]
    said = decide(scores, decision, labels) if decision else [row[0][0] for row in ranked]
    rows = zip(texts, said, ranked, predictor.is_cut(texts), strict=True)
    found = [
        Answer(label=label if text.strip() else None, scores=dict(row), is_cut=cut) for text, label, row, cut in rows
    ]
    return Answers(labels=labels, predictions=found)


def application(store: Store, token: str) -> FastAPI:
    """The routes: /health for anyone on this machine, /predict and /explanations for who knows the token."""
    models = Models(store)
    explanations = Explanations(store, models.predictor)

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
    def predict(question: Question) -> Answers:
        return models.answer(question)

    @app.post("/explanations")
    def start(order: Annotated[Order, Body()]) -> Work:
        return explanations.start(order)

    @app.get("/explanations/{work_id}")
    def look(work_id: str) -> Work:
        return explanations.look(work_id)

    @app.delete("/explanations/{work_id}")
    def cancel(work_id: str) -> Work:
        return explanations.cancel(work_id)

    @app.exception_handler(UserError)
    def refuse(_: Request, error: UserError) -> JSONResponse:
        return JSONResponse({"error": {"message": error.message, "hint": error.hint}}, status_code=422)

    return app


def serve(home: Path | None = None, port: int = 0) -> None:
    """Listens on loopback, says where in the store, and answers until told to stop."""
    log_to_stderr()
    os.umask(0o077)
    store = Store.open(home)
    token = secrets.token_urlsafe(32)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(64)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(application(store, token), log_level="warning", access_log=False))
        store.announce_predictor(PredictorAddress(url=url, token=token))
        log.info("the predictor listens at %s", url)
        signal.signal(signal.SIGTERM, lambda *_: setattr(server, "should_exit", True))
        server.run(sockets=[listener])


if __name__ == "__main__":
    serve()
