"""Cases of model folders: a tiny real model of which settings, files or weights were tampered with."""

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.models.allowed import JSON_FILES
from core.models.contents import is_whole
from storage import Store
from tests.fuzz import parsers
from tests.fuzz.case import Came, command, need
from tests.golden import golden_home

WEIGHTS = "model.safetensors"
NAMES = sorted({*JSON_FILES, WEIGHTS, "vocab.txt", "tokenizer.model", "taught.json", "pytorch_model.bin", "notes.txt"})
"""Names under which a file may come into the folder."""
ODD_VALUES = [
    0, -1, 1, 2, 3, 7, 33, 127, 129, 10_000, 2**31, 2**63, 10**400, 0.5, -0.5, 9.0, 1e308, None, True, "", "gelu",
    "nope", "32", [], [2], [1, 2, 3], {}, {"type": "linear"}, {"0": "a"}, "float64", "float16", "[PAD]", "../x",
    "\ud800", "ü",
]  # fmt: skip


class Models:
    """Adds the folders to one store by the command line; `originals` are whole models of any family."""

    def __init__(self, home: Path, originals: tuple[Path, ...] = ()) -> None:
        self._home, self._folder = home, home.parent / "folder"
        golden = golden_home(home.parent / "golden") / "models" / "local--tiny"
        self._originals = (golden, *originals)
        Store.open(home).close()

    def tried(self, number: int) -> Came:
        kind = self._make(number)
        shutil.rmtree(self._home / "models", ignore_errors=True)
        code, told = command("models", "add", str(self._folder), "--name", "it", home=self._home)
        need(code in (0, 2), f"exit code {code}: {told}")
        kept = sorted(path.name for path in (self._home / "models").iterdir())
        need(kept == (["local--it"] if code == 0 else []), f"in the folder of models: {kept}")
        if code == 0:
            need(is_whole(self._home / "models" / "local--it"), "what was added is not whole")
        return Came(kind, code == 2)

    def _make(self, number: int) -> str:
        """Makes the folder of this number, and returns what was done to it."""
        chance = random.Random(f"model {number}")
        shutil.rmtree(self._folder, ignore_errors=True)
        shutil.copytree(chance.choice(self._originals), self._folder, ignore=shutil.ignore_patterns("tuneboard.json"))
        kind = chance.choices(list(TAMPERINGS), [weight for weight, _ in TAMPERINGS.values()])[0]
        for _ in range(chance.choice([1, 1, 1, 2, 3])):
            TAMPERINGS[kind][1](self._folder, chance)
        return kind

    def about(self, number: int) -> str:
        kind = self._make(number)
        told = {path.name: path.read_bytes()[:600] for path in self._folder.iterdir() if path.is_file()}
        return f"{kind}, in {self._folder}: {told}"


def tampered_json(told: Any, chance: random.Random) -> Any:
    """The document with the value at a random place changed, left out or added."""
    if isinstance(told, dict) and told and chance.random() < 0.85:
        key = chance.choice(list(told))
        if isinstance(told[key], dict | list) and chance.random() < 0.7:
            return {**told, key: tampered_json(told[key], chance)}
        return _changed(told, key, chance)
    if isinstance(told, list) and told and chance.random() < 0.85:
        at = chance.randrange(len(told))
        return [*told[:at], tampered_json(told[at], chance), *told[at + chance.choice([1, 1, 2]) :]]
    return chance.choice(ODD_VALUES)


def _changed(told: dict[str, Any], key: str, chance: random.Random) -> dict[str, Any]:
    value = told[key]
    if chance.random() < 0.15:
        return {name: one for name, one in told.items() if name != key}
    near = [value * 2, value + 1, value - 1, -value, str(value), [value]] if type(value) in (int, float) else []
    return {**told, key: chance.choice([*ODD_VALUES, *near, *near, parsers.value(chance, 2)])}


def tamper_config(folder: Path, chance: random.Random) -> None:
    """Changes a key of config.json, mostly one that counts something."""
    path = folder / "config.json"
    told = json.loads(path.read_text())
    counted = [key for key, value in told.items() if type(value) in (int, float)]
    key = chance.choice(counted) if chance.random() < 0.7 else chance.choice(list(told))
    path.write_text(json.dumps(_changed(told, key, chance)))


def tamper_settings(folder: Path, chance: random.Random) -> None:
    """Changes a value of any JSON file, however deep it lies."""
    path = chance.choice([path for path in sorted(folder.glob("*.json")) if path.is_file()])
    path.write_text(json.dumps(tampered_json(json.loads(path.read_bytes() or b"{}"), chance)))


def damage_file(folder: Path, chance: random.Random) -> None:
    """Damages the bytes of a file."""
    path = _any_file(folder, chance)
    path.write_bytes(parsers.mutated(path.read_bytes(), chance))


def lose_file(folder: Path, chance: random.Random) -> None:
    """Takes a file away, empties it, or puts another's content, a folder or a link in its place."""
    path, other = _any_file(folder, chance), _any_file(folder, chance).read_bytes()
    match chance.randrange(6):
        case 0:
            path.write_bytes(b"")
        case 1:
            path.write_bytes(other)
        case 2 | 3:
            path.unlink()
            if chance.random() < 0.3:
                path.mkdir()
        case 4:
            path.unlink()
            path.symlink_to(chance.choice(["/etc/passwd", "nowhere", "."]))
        case _:
            path.write_bytes(path.read_bytes()[: chance.randrange(path.stat().st_size + 1)])


def bring_file(folder: Path, chance: random.Random) -> None:
    """Puts another file into the folder."""
    path = folder / chance.choice([*NAMES, "1_Pooling/config.json", "model-00001-of-00002.safetensors"])
    if path.is_dir():
        return
    path.parent.mkdir(exist_ok=True)
    makers = [parsers.safetensors_file, parsers.settings_file, parsers.json_file, parsers.text_file]
    path.write_bytes(chance.choice(makers)(chance))


def tamper_weights(folder: Path, chance: random.Random) -> None:
    """Changes the header of the weights, or a tensor's numbers."""
    path = folder / WEIGHTS
    content = path.read_bytes() if path.is_file() else b""
    length = int.from_bytes(content[:8], "little")
    if not 0 < length < len(content):
        return
    header, held = json.loads(content[8 : 8 + length]), bytearray(content[8 + length :])
    name = chance.choice([key for key in header if key != "__metadata__"])
    match chance.randrange(5):
        case 0:
            header[name]["shape"] = header[name]["shape"][::-1]
        case 1:
            header[f"{chance.choice(['x.', 'bert.', 'module.'])}{name}"] = header.pop(name)
        case 2:
            header[name] = tampered_json(header[name], chance)
        case 3:
            begin = header[name]["data_offsets"][0]
            held[begin : begin + 4] = chance.choice([b"\0\0\xc0\x7f", b"\0\0\x80\x7f", b"\xff\xff\x7f\x7f", b"abcd"])
        case _:
            header[name]["dtype"] = chance.choice(["I32", "F16", "BF16", "F64", "I64"])
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + held)


def _any_file(folder: Path, chance: random.Random) -> Path:
    return chance.choice(sorted(path for path in folder.iterdir() if path.is_file() and not path.is_symlink()))


TAMPERINGS: dict[str, tuple[int, Callable[[Path, random.Random], None]]] = {
    "a key of config.json": (40, tamper_config),
    "any setting": (25, tamper_settings),
    "weights": (15, tamper_weights),
    "a file's bytes": (10, damage_file),
    "a file lost": (5, lose_file),
    "another file": (5, bring_file),
}
"""What is done to a folder, and how many of a hundred cases each gets."""
