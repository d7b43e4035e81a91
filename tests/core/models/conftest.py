"""A stand-in for the Hugging Face Hub on loopback, and small real models and wheels to serve."""

import hashlib
import json
import struct
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

Files = dict[str, bytes]


@dataclass
class StandInHub:
    """Speaks the part of the Hub's HTTP interface that the real client asks for."""

    repositories: dict[tuple[str, str, str], Files] = field(default_factory=dict)
    """By kind (models, datasets), id and revision."""
    gated: set[str] = field(default_factory=set)
    lying: set[str] = field(default_factory=set)
    """Files whose content is not what the listing says."""
    cut: set[str] = field(default_factory=set)
    """Files whose transfer breaks off half-way."""
    stalling: set[str] = field(default_factory=set)
    """Files whose transfer stands still half-way, until `go_on`."""
    go_on: threading.Event = field(default_factory=threading.Event)
    asked: list[str] = field(default_factory=list)
    address: str = ""

    def put(self, kind: str, name: str, files: Files, revision: str = "main") -> None:
        """Publish a repository, under its commit too."""
        self.repositories[kind, name, revision] = files
        self.repositories[kind, name, commit_of(name, revision)] = files

    def find(self, path: str) -> tuple[str, str, str, str] | None:
        """Kind, id, revision and file that a path asks for."""
        kind, _, rest = path.lstrip("/").partition("/") if path.startswith("/datasets/") else ("models", "", path[1:])
        name, _, spot = rest.partition("/resolve/")
        for _, known, revision in self.repositories:
            if known == name and spot.startswith(f"{revision}/"):
                return kind, name, revision, spot.removeprefix(f"{revision}/")
        return None


def commit_of(name: str, revision: str) -> str:
    return hashlib.sha1(f"{name}@{revision}".encode(), usedforsecurity=False).hexdigest()


class _Speaker(BaseHTTPRequestHandler):
    hub: StandInHub

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.asked.append(f"{self.command} {path}")
        if path == "/api/models":
            self._json(self._search(parse_qs(urlsplit(self.path).query)))
        elif path.startswith(("/api/models/", "/api/datasets/")):
            self._describe(path)
        else:
            self._file(path)

    def _search(self, query: dict[str, list[str]]) -> list[dict[str, Any]]:
        words = query.get("search", [""])[0].casefold()
        found = [name for kind, name, revision in self.hub.repositories if kind == "models" and revision == "main"]
        return [self._listing("models", name, "main") for name in found if words in name.casefold()]

    def _describe(self, path: str) -> None:
        kind, _, rest = path.removeprefix("/api/").partition("/")
        name, _, revision = rest.partition("/revision/")
        if name in self.hub.gated:
            self._refuse(403, "GatedRepo")
        elif (kind, name) not in {key[:2] for key in self.hub.repositories}:
            self._refuse(404, "RepoNotFound")
        elif (kind, name, revision or "main") not in self.hub.repositories:
            self._refuse(404, "RevisionNotFound")
        else:
            self._json(self._listing(kind, name, revision or "main"))

    def _listing(self, kind: str, name: str, revision: str) -> dict[str, Any]:
        files = self.hub.repositories[kind, name, revision]
        siblings = []
        for path, content in files.items():
            one: dict[str, Any] = {"rfilename": path, "size": len(content)}
            if path.endswith((".safetensors", ".bin", ".parquet")):
                one["lfs"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 130}
            siblings.append(one)
        return {
            "id": name,
            "modelId": name,
            "sha": commit_of(name, revision),
            "siblings": siblings,
            "tags": ["safetensors", "license:apache-2.0", "en", "de"],
            "pipeline_tag": "fill-mask",
            "downloads": 7,
            "likes": 3,
            "private": False,
            "gated": False,
            "safetensors": {"parameters": {"F32": 1234}, "total": 1234},
        }

    def _file(self, path: str) -> None:
        spot = self.hub.find(path)
        if spot is None:
            self._refuse(404, "EntryNotFound")
            return
        kind, name, revision, file = spot
        content = self.hub.repositories[kind, name, revision].get(file, b"")
        etag = hashlib.sha256(content).hexdigest()
        if file in self.hub.lying:
            content = content[::-1]
        self.send_response(200)
        self.send_header("ETag", f'"{etag}"')
        self.send_header("X-Repo-Commit", commit_of(name, "main") if len(revision) != 40 else revision)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "GET":
            return
        half = len(content) // 2
        self.wfile.write(content[:half])
        if file in self.hub.stalling:
            self.hub.go_on.wait(120)
        if file not in self.hub.cut:
            self.wfile.write(content[half:])

    def _json(self, content: Any) -> None:
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def _refuse(self, status: int, code: str) -> None:
        self.send_response(status)
        self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInHub]:
    """A hub that answers, and that HF_ENDPOINT names."""
    standing = StandInHub()
    speaker = type("Speaker", (_Speaker,), {"hub": standing})
    server = ThreadingHTTPServer(("127.0.0.1", 0), speaker)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    standing.address = f"http://127.0.0.1:{server.server_port}"
    point_at(standing.address, monkeypatch)
    yield standing
    standing.go_on.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def no_hub(monkeypatch: pytest.MonkeyPatch) -> str:
    """HF_ENDPOINT names a place where nobody listens."""
    address = "http://127.0.0.1:9"
    point_at(address, monkeypatch)
    return address


def point_at(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setenv("HF_ENDPOINT", address)


def safetensors(**shapes: tuple[int, ...]) -> bytes:
    """A whole safetensors file of zeros with tensors of these shapes."""
    header, end = {}, 0
    for name, shape in shapes.items():
        size = 4
        for side in shape:
            size *= side
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes(end)


def _layer(name: str, inner: int, outer: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (outer, inner), f"{name}.bias": (outer,)}


def _norm(name: str) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (4,), f"{name}.bias": (4,)}


IN_LAYER = "encoder.layer.0"
SHAPES: dict[str, tuple[int, ...]] = {
    "embeddings.word_embeddings.weight": (1, 4),
    "embeddings.position_embeddings.weight": (64, 4),
    "embeddings.token_type_embeddings.weight": (2, 4),
    **_norm("embeddings.LayerNorm"),
    **_layer(f"{IN_LAYER}.attention.self.query", 4, 4),
    **_layer(f"{IN_LAYER}.attention.self.key", 4, 4),
    **_layer(f"{IN_LAYER}.attention.self.value", 4, 4),
    **_layer(f"{IN_LAYER}.attention.output.dense", 4, 4),
    **_norm(f"{IN_LAYER}.attention.output.LayerNorm"),
    **_layer(f"{IN_LAYER}.intermediate.dense", 4, 8),
    **_layer(f"{IN_LAYER}.output.dense", 8, 4),
    **_norm(f"{IN_LAYER}.output.LayerNorm"),
}
"""Shapes of a BERT of one layer, four wide."""
TOKENIZER_KIND = {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "[PAD]"}
TOKENIZER = json.dumps(
    {
        "version": "1.0",
        "added_tokens": [],
        "model": {"type": "WordLevel", "vocab": {"[PAD]": 0}, "unk_token": "[PAD]"},
    }
).encode()


@pytest.fixture
def model_files() -> Files:
    """The files of a small model, as they lie on the Hub: with a pickle, code and pictures beside what is wanted."""
    config = {
        "model_type": "bert",
        "hidden_size": 4,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 8,
        "vocab_size": 1,
        "max_position_embeddings": 64,
        "auto_map": {"AutoModel": "modeling_evil.Evil"},
    }
    return {
        "config.json": json.dumps(config).encode(),
        "tokenizer.json": TOKENIZER,
        "tokenizer_config.json": json.dumps({"model_max_length": 32, **TOKENIZER_KIND}).encode(),
        "1_Pooling/config.json": json.dumps({"pooling_mode_mean_tokens": True}).encode(),
        "vocab.txt": b"[PAD]\n",
        "model.safetensors": safetensors(**SHAPES),
        "pytorch_model.bin": b"\x80\x04.",
        "modeling_evil.py": b"raise SystemExit",
        "adapter_config.json": b'{"base_model_name_or_path": "elsewhere"}',
        "onnx/model.onnx": b"onnx",
        "README.md": b"# A model",
    }


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Files], Path]:
    """A package registry in a folder, for the real pip: called with a package's name and files, it publishes 1.0."""
    folder = tmp_path / "registry"
    folder.mkdir()
    for name, value in {"CONFIG_FILE": "/dev/null", "NO_INDEX": "1", "FIND_LINKS": str(folder)}.items():
        monkeypatch.setenv(f"PIP_{name}", value)

    def publish(package: str, files: Files) -> Path:
        wheel = folder / f"{package}-1.0-py3-none-any.whl"
        about = f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n"
        told = {"METADATA": about, "WHEEL": "Wheel-Version: 1.0\nTag: py3-none-any\n", "RECORD": ""}
        with zipfile.ZipFile(wheel, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
            for name, text in told.items():
                archive.writestr(f"{package}-1.0.dist-info/{name}", text)
        return wheel

    return publish
