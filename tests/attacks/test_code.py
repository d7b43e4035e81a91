"""What may not stand in our code at all: read as a tree of Python, so that no comment and no spelling hides it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

ROOMS = ("core", "storage", "worker", "dashboard", "pages")
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
MODULES = {"cloudpickle", "dill", "joblib", "jsonpickle", "marshal", "pickle", "shelve", "tarfile", "yaml", "_pickle"}
CALLS = {
    "eval", "exec", "compile", "__import__", "os.system", "os.popen", "torch.load", "torch.jit.load", "np.load",
    "pd.read_pickle", "pd.read_html", "pd.read_xml", "pd.eval", "apply_chat_template", "load_dataset", "unpack_archive",
    "yaml.load", "yaml.load_all", "yaml.full_load", "yaml.unsafe_load", "literal_eval", "import_from_path",
    "exec_module",
}  # fmt: skip
METHODS = {"read_pickle", "to_pickle", "apply_chat_template", "extractall", "unpack_archive", "query"}
EXCEPTIONS = {
    ("dashboard/commands/asking.py", "yaml"): "a config file of one's own, by safe_load, which makes plain values only",
    ("core/scenarios/recipes/inert.py", "pickle"): "reads a file of a known hash, with a reader that imports nothing",
    ("core/models/conversions.py", "torch.load"): "weights only, of a file of a known hash, in the sandbox",
    ("core/debian.py", "tarfile"): "reads one member of a file of a known hash into memory, and unpacks nothing",
    ("core/scenarios/recipes/credit.py", "tarfile"): "reads one member of a file of a known hash, and unpacks nothing",
    ("core/scenarios/recipes/tweets.py", "tarfile"): "reads one member of a file of a known hash, and unpacks nothing",
    ("storage/backup.py", "extractall"): "every name was checked; zipfile makes no links",
}


def said(tree: ast.AST) -> Iterator[str]:
    """Every module, call and argument of a file that is on one of the lists."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (name.name for name in names if name.name.split(".")[0] in MODULES)
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] in MODULES:
                yield module
            case ast.Call(func=func):
                name = ast.unparse(func)
                if name in CALLS or (isinstance(func, ast.Attribute) and func.attr in METHODS):
                    yield func.attr if isinstance(func, ast.Attribute) and func.attr in METHODS else name
                yield from filter(None, map(argument, node.keywords))


def argument(keyword: ast.keyword) -> str | None:
    """A keyword argument that opens a door."""
    value = ast.unparse(keyword.value)
    closed = {"weights_only": "True", "trust_remote_code": "False", "allow_pickle": "False", "shell": "False"}
    if keyword.arg in closed and value != closed[keyword.arg]:
        return f"{keyword.arg}={value}"
    return f"unsafe_allow_html={value}" if keyword.arg in {"unsafe_allow_html", "unsafe_allow_javascript"} else None


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_in_the_code_opens_a_pickle_or_runs_a_text(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    found = [word for word in said(ast.parse(path.read_text(encoding="utf-8"))) if (name, word) not in EXCEPTIONS]
    assert found == []


def test_the_look_finds_what_it_looks_for() -> None:
    bad = "import pickle\nfrom yaml import load\nx = eval(y)\ntorch.load(f, weights_only=False)\nframe.query(text)\n"
    found = list(said(ast.parse(bad)))
    assert found == ["pickle", "yaml", "eval", "torch.load", "weights_only=False", "query"]


def loaders() -> Iterator[tuple[str, ast.Call]]:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".from_pretrained"):
                yield path.relative_to(ROOT).as_posix(), node


def test_weights_are_loaded_from_safetensors_only() -> None:
    """A loader that tries safetensors first and takes a pickle where there are none would be a hole."""
    models = [(name, call) for name, call in loaders() if ast.unparse(call.func).startswith("AutoModel")]
    assert models
    for name, call in models:
        assert {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}["use_safetensors"] == "True", name


def test_only_the_chart_of_curves_knows_of_smoothing() -> None:
    """What is ranked, compared or quoted cannot have been smoothed: nobody else imports it."""
    knowing = {
        path.relative_to(ROOT).as_posix()
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "dashboard.charts.smoothing"
    }
    assert knowing == {"dashboard/parts/compare/learning.py"}
