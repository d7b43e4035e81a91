"""Writes the README's tree from what is on the disk and what each module says of itself. `--check` only compares."""

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
HEADING, FENCE = "## Where things are", "```"
ROOMS = ("core", "storage", "worker", "dashboard", "pages")
SAID = {
    ".ci/": "what continuous integration runs",
    ".gitignore": "what git leaves alone",
    "CHANGELOG.md": "what changed, for users",
    "CONTRIBUTING.md": "where to change what",
    "LICENSE": "Apache-2.0",
    "Makefile": "the table of contents: make help",
    "README.md": "this page",
    "SECURITY.md": "who may do what, what is defended and what is not",
    "benchmarks/": "speed and memory, side by side with rivals",
    "constraints.txt": "the versions that everything was tested with",
    "docs/": "the glossary, the decisions, the pictures",
    "pyproject.toml": "what is needed, and by which file",
    "tests/": "what is promised, shown on real parts; one folder a room",
    "dashboard/locale/": "the words in other languages",
    "dashboard/static/": "logo, style, and docs/truth.md and docs/novelty.md for their page",
    "dashboard/templates/": "the report, the shared demo and the ended link, as pages",
    "core/scenarios/": "the market stories, one file each",
    "storage/migrations/": "the schema's history",
}


def tree() -> str:
    """The rooms in the order of the arrow, each with its folders, then the rest; a file is guessed from its name."""
    files = _files()
    lines = []
    for room in ROOMS:
        lines.append(_line(f"{room}/", files, indent=""))
        inside = [name.removeprefix(f"{room}/") for name in files if name.startswith(f"{room}/")]
        folders = sorted({f"{name.split('/')[0]}/" for name in inside if "/" in name})
        lines += [_line(f"{room}/{name}", files, indent="  ") for name in folders]
    top = {name.split("/")[0] + ("/" if "/" in name else "") for name in files}
    lines += [_line(name, files, indent="") for name in sorted(top) if name.rstrip("/") not in ROOMS]
    return "\n".join(lines)


def _files() -> list[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [name for name in listed if (ROOT / name).exists()]


def _line(path: str, files: list[str], *, indent: str) -> str:
    name = path if not indent else path.split("/", 1)[1]
    return f"{indent}{name}".ljust(28) + "  " + _says(path, files)


def _says(path: str, files: list[str]) -> str:
    if path in SAID:
        return SAID[path]
    module = f"{path}__init__.py" if path.endswith("/") else path
    if module not in files or not module.endswith(".py"):
        raise SystemExit(f"docs/tree.py has no word for {path}")
    first = (ast.get_docstring(ast.parse((ROOT / module).read_text(encoding="utf-8"))) or "").split("\n")[0]
    return first.split(". ")[0].split(";")[0].rstrip(".")


def main() -> None:
    """Writes or checks the README."""
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8")
    before, rest = text.split(HEADING)
    _, _, after = rest.split(FENCE, 2)
    new = f"{before}{HEADING}\n\n{FENCE}\n{tree()}\n{FENCE}{after}"
    if "--check" in sys.argv:
        sys.exit(0 if new == text else "README.md shows another tree than the disk has: python docs/tree.py")
    readme.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
