"""A predictor that answers and explains at once and without a model: for tests and pictures of the screens."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np

from core.explanations import Alike, AlikeRows, ClassWord, ClassWords, Explanation, FaithfulnessCheck, ModelWords, Push
from core.explanations.orders import AlikeOrder, ExplanationProgress, WhyOrder, WordsOrder
from core.explanations.spans import words_of
from storage import PredictorAddress
from tests.dashboard.seed import DESKS, WORDS

TOKEN = "secret-token"


def explanation(order: WhyOrder) -> Explanation:
    """Words of the class's own speak for it, others speak a little for or against."""
    label = order.label or DESKS[0]
    spans = words_of(order.cell)
    chance = np.random.default_rng(len(order.cell))
    own = WORDS.get(label, "").split()
    pushes = [
        float(chance.normal(0, 0.15) + (1.4 if order.cell[s.start : s.end].casefold() in own else 0)) for s in spans
    ]
    return Explanation(
        method=order.method,
        label=label,
        answer=DESKS[0],
        value=0.97,
        blank=0.21,
        words=tuple(
            Push(text=order.cell[s.start : s.end], start=s.start, end=s.end, push=p)
            for s, p in zip(spans[:300], pushes, strict=False)
        ),
        difference=sum(pushes),
        error=0.004,
        unread=max(0, len(spans) - 300),
        check=FaithfulnessCheck(words=4, without_top=0.31, without_random=0.94) if len(spans) >= 5 else None,
    )


def alike(order: AlikeOrder) -> AlikeRows:
    """Five rows, the fourth of another class."""
    rows = [
        Alike(row_id=f"{n}", text=f"{order.cell[:60]} {n}", target=DESKS[n == 3], likeness=0.93 - 0.06 * n)
        for n in range(5)
    ]
    return AlikeRows(rows=tuple(rows), searched=5485)


def words(order: WordsOrder) -> ModelWords:
    """Each class's own words speak for it, those of the next class against."""

    def side(label: str, sign: int) -> tuple[ClassWord, ...]:
        named = WORDS[label].split()
        return tuple(
            ClassWord(
                word=word, push=sign * (1.5 - 0.15 * n), low=sign * (1.5 - 0.15 * n) - 0.4,
                high=sign * (1.5 - 0.15 * n) + 0.4, rows=9 - n, weight=sign * (1.0 - 0.1 * n),
            )
            for n, word in enumerate(named)
        )  # fmt: skip

    classes = [
        ClassWords(label=label, rows=12, words_for=side(label, 1), words_against=side(DESKS[i - 1], -1)[:4])
        for i, label in enumerate(DESKS)
    ]
    return ModelWords(
        method=order.method, rows=96, rows_per_class=order.rows_per_class, error=0.006, classes=tuple(classes)
    )


class Explainer(BaseHTTPRequestHandler):
    """Speaks as the predictor does. `slow` keeps all work running; `asked` and `cancelled` remember what came."""

    slow = False
    asked: list[dict]
    cancelled: list[str]
    ways = {"why": (WhyOrder, explanation), "alike": (AlikeOrder, alike), "words": (WordsOrder, words)}  # noqa: RUF012

    def predictions(self, rows: list[dict[str, str]]) -> dict[str, object]:
        """The first desk, fairly sure, to every row."""
        scores = [0.9, *[0.1 / (len(DESKS) - 1)] * (len(DESKS) - 1)]
        row = {"label": DESKS[0], "scores": dict(zip(DESKS, scores, strict=True))}
        return {"labels": DESKS, "predictions": [row for _ in rows]}

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/predict":
            return self._say(self.predictions(question["rows"]))
        if question.get("run") == "gone":
            return self._say({"error": {"message": "There is no run 'gone'.", "hint": "Choose another."}}, 422)
        self.asked.append(question)
        return self._say(ExplanationProgress(id=str(len(self.asked) - 1)).model_dump(mode="json"))

    def do_GET(self) -> None:
        number = self.path.rsplit("/", 1)[-1]
        question = self.asked[int(number)]
        if self.slow:
            return self._say(
                ExplanationProgress(id=number, status="running", done=30, total=120).model_dump(mode="json")
            )
        kind = question["kind"]
        order, answer = self.ways[kind]
        made = {kind: answer(order(**question))}
        return self._say(ExplanationProgress(id=number, status="succeeded", **made).model_dump(mode="json"))

    def do_DELETE(self) -> None:
        number = self.path.rsplit("/", 1)[-1]
        self.cancelled.append(number)
        return self._say(ExplanationProgress(id=number, status="cancelled").model_dump(mode="json"))

    def _say(self, what: object, code: int = 200) -> None:
        body = json.dumps(what).encode()
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def explainer(*, slow: bool = False) -> Iterator[tuple[PredictorAddress, type[Explainer]]]:
    """The stand-in, listening; its address, and what it remembers."""
    with listening(Explainer, slow=slow) as found:
        yield found


@contextmanager
def listening(kind: type[Explainer], *, slow: bool = False) -> Iterator[tuple[PredictorAddress, type[Explainer]]]:
    """A stand-in of this kind, as `explainer`."""
    fresh = type("Fresh", (kind,), {"slow": slow, "asked": [], "cancelled": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), fresh)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield PredictorAddress(url=f"http://127.0.0.1:{server.server_port}", token=TOKEN), fresh
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
