"""Packages that load their names when they are asked for: each name of a stub is there, and is what the stub says."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STUBS = sorted(ROOT.glob("core/**/__init__.pyi"))


@pytest.mark.parametrize("stub", STUBS, ids=lambda stub: ".".join(stub.parent.relative_to(ROOT).parts))
def test_each_name_of_a_stub_is_the_one_that_stands_in_its_module(stub: Path) -> None:
    package = import_module(".".join(stub.parent.relative_to(ROOT).parts))
    imports = [node for node in ast.parse(stub.read_text()).body if isinstance(node, ast.ImportFrom)]
    said = {name.name: import_module(f"{package.__name__}.{one.module}") for one in imports for name in one.names}
    assert set(package.__all__) == set(said)
    for name, module in said.items():
        assert getattr(package, name) is getattr(module, name)
