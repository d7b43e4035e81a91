"""Extraction of the engine's sentences: every literal in it that reads like one, as a template with named places."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOMS = ("core", "storage", "worker")
_SENTENCE = re.compile(r"""^["'(\[{A-Z0-9].*[.:?!…)"'}]$|^[A-Z][a-z]+( [\w{},'-]+){2,}$""", re.DOTALL)
_CODE = re.compile(r"(SELECT|PRAGMA|ALTER|UPDATE|DELETE|INSERT|CREATE|DROP|BEGIN|SET|VACUUM) ")
ROLES = ("target", "split", "text", "picture", "record")
"""Roles of a column."""
SEPARATORS = ("tabs", "semicolons", "commas", "vertical bars", "carets", "tildes")
PIECES = (
    "{listed} and {number} more", "under 1%", "once", "twice", "{number} times", "learn from", "judge by", "alike",
    "by rows", "coloured", "grey", "The class", "The classes", "day before the month", "month before the day",
    "too high", "too low", "highest", "lowest", "a number", "one of {number} classes", "a list", "an object", "a text",
    "a class", "a date", "yes or no", "{number} features",
    "a gzip archive", "a PDF document", "The picture", "the rows", "the backup", "what was restored", "the file",
    "a sign of life", "a server's", "the maker's figures for it", "{low} to {high}", "from {low} to {high}",
    "line", "row", "Line", "Row", "about halve it", "bring it to about {value}", "several parts",
    "no part called '{config}'", "characters that it does not know", "a script or signs that it was not made for",
    "is a date", "are dates", "holds a formula", "hold formulas",
    *(
        f"{{place}} {what}; {{left}}."
        for what in (
            "repeats the column names", "repeat the column names",
            "holds a total, not a row ({first})", "hold a total, not a row ({first})",
        )
    ),
    "Line {listed}", "Lines {listed}", "Row {listed}", "Rows {listed}", "it was left out",
    "these {number} lines were left out", "these {number} rows were left out",
    *("'{name}' ({rows})", "'{name}' with {sign} ({rows})", "'{name}' with {sign} and {other} ({rows})"),
    *("'{name}' with {sign}", "'{name}' with {sign} and {other}"),
    *(f"a {sign}" for sign in ("no-break space", "zero-width space", "soft hyphen", "byte order mark", "double space")),
    *(f"a {sign}" for sign in ("left-to-right mark", "right-to-left mark", "space at the start", "space at the end")),
    *("full-width characters", "special forms of characters", "letters and accents apart", "spaces around it"),
    *(
        f"{start}{end}"
        for start in ("The class '{single}' has one row only", "{n} of the {all} classes ({listed}) have one row only")
        for end in ("", " once exact duplicates are left out")
    ),
    "they were read like the others", "they were left out",
    "{rows} {verb} hidden in the workbook, as a filter does; {value}.",
    "{number} text stands", "{number} texts stand", "{number} picture stands", "{number} pictures stand",
    "{number} record stands", "{number} records stand",
    "'{first}' and '{last}'", "{listed} and '{last}'", "pip cannot say where packages come from.",
    "Check pip's settings: pip config debug", "Run: {name} -m ensurepip",
    "The rows were divided at random, each class in its share.", "The newest rows by '{name}' were kept to judge with.",
    "The column '{name}' says which rows teach and which judge.",
    "The rows were divided so that rows of one '{name}' stayed together.",
    "The right answer stands in '{name}', a number in {n} rows; mean {mean}.",
    "queued", "running", "succeeded", "failed", "cancelled", "error: {text}",
    "No such option: {name}", "No such command '{name}'.", "Missing argument '{name}'.", "Missing option '{name}'.",
    "Invalid value for '{name}': {text}", "Option '{name}' requires an argument.",
    "Got unexpected extra argument ({name})", "Show this message and exit.",
    *(f"The {role} column '{{name}}' is not in this dataset. Its columns are: {{listed}}." for role in ROLES),
    *(f"Choose another {role} column." for role in ROLES),
    *(f"separated by {sign}" for sign in SEPARATORS), "separated by '{sign}'", "single quotes",
    "quotes are part of the text", "backslash before quotes", "keep {number} GB",
    "have {number} runs at work", "have {number} waiting", "without a name",
    "{who}: {number} GB (datasets: {datasets}, runs: {runs}), {running} at work, {waiting} waiting.",
)  # fmt: skip
"""Pieces that the engine puts into its sentences, and what the parser of the command line says."""
_DIVIDED = "into rows that teach, choose and judge; equal {noun}s on one side"
_GIVEN = ("one of {{number}} classes: {{labels}}", "one of {{number}} classes: {{labels}}, and {{n}} more", "a number")
CARDS = (
    *("What the rows are", "Where they come from", "What was mended in them", "Terms", "Personal data"),
    *("How they were used", "To be sure that they are the same", "How good it is", "Limits"),
    *("What it must not be used for", "How to use it", "What it learned from", "How it was made"),
    "Source: {source}. {made}", "SHA-256 of the rows: `{sha256}`", "Terms of the data: {licence}",
    "names of people in running text are not recognised.", "who can be seen on a picture is not recognised.",
    "what several columns together tell of a person is not recognised.",
    "broken characters were mended", "spaces and Unicode were tidied", "exact duplicates counted once",
    "at most {number} labelled rows taught, drawn with seed {seed}",
    "at most {number} labelled rows of each class taught, drawn with seed {seed}",
    "It started from {start}; its weights stayed as they were, and a linear head learned on its vectors.",
    "It started from {start}; all its weights went on learning.",
    "It started from {start}; small matrices added to its weights learned, and were merged into them.",
    "preset {preset}, method {method}, seed {seed}", "computed with {versions}",
    "the probabilities it gives are after temperature scaling, which is folded into its last layer",
    "`run.json` beside this card holds every setting; the same settings, rows and seed make it again",
    "At most {number} rows were used.", "At most {number} rows of each class were used.",
    *(
        piece.format(noun=noun)
        for noun in ("text", "picture", "record")
        for piece in (
            "rows without a {noun} or an answer were left out", "equal {noun}s with different answers were left out",
            f"divided (random) {_DIVIDED}",
            *(f"divided ({by} by the column '{{{{name}}}}') {_DIVIDED}" for by in ("group", "time", "given")),
            *(f"It gives each {{noun}} {given}." for given in _GIVEN),
        )
    ),
)  # fmt: skip
"""Lines of a model card and a data sheet."""
FORMS = frozenset({"", "s", "is", "are", "it", "they", "does", "do", "run needs", "runs need", "run", "runs"}) | {
    *("was", "were", "has", "have", "holds", "hold", "it is", "they are")
}
GRAMMAR = frozenset({"is", "are", "were", "have", "hold", "verb", "verb2"})
"""Places that hold English grammar alone ("is", "were", a plural's s), which another language leaves out."""
_PATTERN = re.compile(r"\(\[|\\[wd.]|_\{|, truncation=|\}\.squeeze|^TUNEBOARD_|\?$(?<=INTO \?)")
"""What only looks like a sentence: patterns, names of variables and of weights, code."""
ERRORS = frozenset(
    {"UserError", "ConfigError", "DatasetError", "ModelError", "LimitReached", "NotFound", "Forbidden"}
) | {"HealthCheck"}
_NOT_SPOKEN = {"debug", "info", "warning", "exception", "critical", "text", "execute", "compile"}
"""Calls whose words nobody reads on a screen: logs, SQL, patterns."""


def templates(root: Path) -> Iterator[tuple[str, str]]:
    """Templates of the engine's sentences with the file that says them."""
    yield from (("core/data/sentences.py", piece) for piece in PIECES)
    yield from (("core/cards", piece) for piece in CARDS)
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            if "migrations" not in path.parts:
                where = path.relative_to(root).as_posix()
                for template in dict.fromkeys(_spoken(ast.parse(path.read_text(encoding="utf-8")))):
                    yield where, template
    for path in sorted((root / "dashboard").rglob("*.py")):
        for template in dict.fromkeys(_in_errors(ast.parse(path.read_text(encoding="utf-8")))):
            yield path.relative_to(root).as_posix(), template


def _spoken(tree: ast.AST) -> Iterator[str]:
    skipped = set(_unspoken(tree))
    for node in _outermost(tree, skipped):
        template = _template(node).strip()
        if _is_sentence(template):
            yield template
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "counted":
            nouns = [one.value for one in call.args[1:] if isinstance(one, ast.Constant)]
            yield from (f"{{number}} {noun}" for noun in (nouns if len(nouns) != 1 else [nouns[0], f"{nouns[0]}s"]))


def _in_errors(tree: ast.AST) -> Iterator[str]:
    """Sentences within errors and health checks that the dashboard makes, which are told as the engine's are."""
    skipped = set(_unspoken(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ERRORS and node not in skipped:
            yield from filter(_is_sentence, map(_template, _outermost(node, skipped)))


def _is_sentence(template: str) -> bool:
    words = re.findall("[A-Za-z]{2,}", re.sub(r"\{\w+\}", "", template))
    says = len(words) >= 2 or (len(words) == 1 and template.endswith(".") and not template.isupper())
    return bool(says and _SENTENCE.match(template) and not _PATTERN.search(template) and not _CODE.match(template))


def _unspoken(tree: ast.AST) -> Iterator[ast.AST]:
    """Docstrings, and what only a log or a database reads."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        elif isinstance(node, ast.Call) and _is_unspoken(node.func):
            yield from node.args
        elif isinstance(node, ast.Assert | ast.Raise) and _raises_bug(node):
            yield from ast.walk(node)


def _is_unspoken(called: ast.expr) -> bool:
    if isinstance(called, ast.Attribute):
        owner = getattr(called.value, "id", "")
        return owner in ("log", "logging", "re", "sa", "op") and called.attr in _NOT_SPOKEN | {"error"}
    return False


def _raises_bug(node: ast.Assert | ast.Raise) -> bool:
    """Whether it is an error that no person can mend, and that is never shown."""
    if isinstance(node, ast.Assert):
        return True
    name = getattr(getattr(node.exc, "func", None), "id", "")
    return name in ("RuntimeError", "AssertionError", "TypeError", "KeyError", "NotImplementedError")


def _outermost(node: ast.AST, skipped: set[ast.AST]) -> Iterator[ast.Constant | ast.JoinedStr]:
    """String literals, an f-string as a whole; the literals within its values too."""
    if node in skipped:
        return
    if isinstance(node, ast.JoinedStr):
        yield node
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield from _outermost(part.value, skipped)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from _outermost(child, skipped)


def _template(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value) if "{" not in str(node.value) else ""
    taken: dict[str, str] = {}
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else "{" + _name(part.value, taken) + "}"  # type: ignore[attr-defined]
        for part in node.values
    )


def _is_grammar(value: ast.expr) -> bool:
    """Whether the expression chooses between two forms of a word: "is" or "are", a plural's "s" or none."""
    sides = (value.body, value.orelse) if isinstance(value, ast.IfExp) else ()
    return bool(sides) and all(isinstance(one, ast.Constant) and str(one.value) in FORMS for one in sides)


def _name(value: ast.expr, taken: dict[str, str]) -> str:
    """Name of a place after its expression: the same expression has the same name."""
    told = ast.unparse(value)
    if told not in taken:
        words = (
            ["verb"]
            if _is_grammar(value)
            else [
                n.attr if isinstance(n, ast.Attribute) else n.id
                for n in ast.walk(value)
                if isinstance(n, ast.Attribute | ast.Name)
            ]
        )
        base = re.sub(r"\W|^_+", "", words[0]) if words else "value"
        names = set(taken.values())
        taken[told] = next(one for one in (base, *(f"{base}{n}" for n in range(2, 20))) if one and one not in names)
    return taken[told]
