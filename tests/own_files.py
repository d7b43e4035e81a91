"""Small files as people have them: the kinds of trouble, two files of each or more, with what is right for each."""

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import openpyxl

TOPICS = ("billing", "delivery", "returns")
THINGS = ("parcel", "invoice", "kettle", "jacket", "lamp", "voucher", "chair", "router")
TEXTS = [f"my {THINGS[n % 8]} from order {1000 + n} {('was charged', 'came', 'goes back')[n % 3]}" for n in range(48)]
LABELS = [TOPICS[n % 3] for n in range(48)]
PARTS = ["train"] * 30 + ["validation"] * 9 + ["test"] * 9


@dataclass(frozen=True)
class OwnFile:
    """File of a kind of trouble, and what is right: rows, classes, codes of findings."""

    kind: str
    name: str
    content: bytes
    target: str | None = "topic"
    rows: int = 48
    classes: int | None = 3
    codes: frozenset[str] = frozenset()
    split: dict[str, str] = field(default_factory=dict)
    is_refused: bool = False
    """Whether a finding is an error."""


def lines(labels: Sequence[Any] = LABELS, header: str | None = "message,topic", sign: str = ",") -> list[str]:
    """Lines of a text file: each text with its label."""
    body = [f"{text}{sign}{label}" for text, label in zip(TEXTS, labels, strict=False)]
    return body if header is None else [header.replace(",", sign), *body]


def file(
    kind: str, name: str, found: Sequence[str] | str, *codes: str, encoding: str = "utf-8", **more: Any
) -> OwnFile:
    """File of these lines; `codes` are of findings that it must have."""
    text = found if isinstance(found, str) else "\n".join(found) + "\n"
    return OwnFile(kind, name, text.encode(encoding), codes=frozenset(codes), **more)


def book(kind: str, name: str, shape: Callable[[Any], None], *codes: str, **more: Any) -> OwnFile:
    """Workbook of the rows, shaped by a function of the open workbook."""
    made = openpyxl.Workbook()
    for row in [("message", "topic"), *zip(TEXTS, LABELS, strict=True)]:
        made.active.append(row)
    shape(made)
    held = io.BytesIO()
    made.save(held)
    return OwnFile(kind, name, held.getvalue(), codes=frozenset(codes), **more)


def each(labels: Sequence[Any], count: int = 48) -> list[Any]:
    """These labels in turn."""
    return [labels[n % len(labels)] for n in range(count)]


def given(labels: Sequence[str]) -> list[str]:
    """Lines with a column of parts."""
    return ["message,topic,part", *(f"{a},{b},{c}" for a, b, c in zip(TEXTS, labels, PARTS, strict=True))]


def _hidden(made: Any) -> None:
    for number in range(4, 10):
        made.active.row_dimensions[number].hidden = True


def _hidden_sheet(made: Any) -> None:
    other = made.create_sheet("Old")
    for row in [("a", "b", "c"), *(("x", "y", "z") for _ in range(90))]:
        other.append(row)
    other.sheet_state = "hidden"


def _merged(made: Any) -> None:
    for top in range(2, 50, 2):
        made.active[f"B{top}"] = TOPICS[(top // 2) % 3]
        made.active.merge_cells(f"B{top}:B{top + 1}")


def _formulas(made: Any) -> None:
    for number in range(2, 50):
        made.active[f"B{number}"] = f'=IF(LEN(A{number})>5,"billing","returns")'


def _title(made: Any) -> None:
    made.active.insert_rows(1, 2)
    made.active["A1"] = "Mail of the week"


def _tall(made: Any) -> None:
    made.active.insert_rows(1)
    made.active["A1"] = "Mail"
    made.active["B1"] = "Desk"


ROWS = [{"message": text, "topic": label} for text, label in zip(TEXTS, LABELS, strict=True)]
BY_COLUMN = {name: {str(n): row[name] for n, row in enumerate(ROWS)} for name in ("message", "topic")}
SPLIT = {"columns": ["message", "topic"], "index": list(range(48)), "data": [list(row.values()) for row in ROWS]}
ANNOTATED = [
    {"id": n, "data": {"text": row["message"]}, "annotations": [{"result": [_choice]}]}
    for n, row in enumerate(ROWS)
    for _choice in [{"type": "choices", "value": {"choices": [row["topic"]]}}]
]
BOM = "\ufeff"
ONE_PART = {"by": "given", "column": "part"}
MYSQL = [f"{text}\t{label}" for text, label in zip(TEXTS, LABELS, strict=True)]

OWN = [
    file("title lines", "title.csv", ["Mail of the week", "", *lines()], "header_below"),
    file("title lines", "commas.csv", ["Report, made by Kim, on Monday", "Desk: all", *lines()], "header_below"),
    book("title lines", "title.xlsx", _title, "header_below"),
    file("two header lines", "two.csv", ["mail,desk", *lines()], target=None, classes=None),
    book("two header lines", "two.xlsx", _tall, target=None, classes=None),
    file("no header", "bare.csv", lines(header=None), "no_header", target="column 2"),
    file("no header", "bare.tsv", lines(header=None, sign="\t"), "no_header", target="column 2"),
    file("rows that are none", "repeated.csv", [*lines()[:20], "message,topic", *lines()[20:]], "repeated_header"),
    file("rows that are none", "total.csv", [*lines(), "Total,48"], "total_lines"),
    file("marks", "marks.csv", BOM + BOM + "\n".join(lines())),
    file("marks", "inside.csv", lines([*LABELS[:-1], LABELS[-1] + BOM]), classes=4),
    file("marks", "lookalike.csv", lines([*LABELS[:-3], "b\u0456lling", *LABELS[-2:]]), "label_variants", classes=4),
    file("fastText", "mail.txt", [f"__label__{b} {a}" for a, b in zip(TEXTS, LABELS, strict=True)], target="label"),
    file("fastText", "mail.csv", [f"__label__{b} , {a}" for a, b in zip(TEXTS, LABELS, strict=True)], target="label"),
    file(
        "MySQL dumps",
        "dump.tsv",
        ["message\ttopic", *MYSQL[:40], *(one.split("\t")[0] + "\t\\N" for one in MYSQL[40:])],
        "empty_targets",
    ),
    file(
        "MySQL dumps",
        "escaped.tsv",
        [
            "message\ttopic",
            *(f"a\\\tb {one}" for one in MYSQL[:24]),
            *(f"{one.split(chr(9))[0]}\t\\N" for one in MYSQL[24:]),
        ],
        "empty_targets",
    ),
    file(
        "numbers as labels",
        "floats.csv",
        given([*each(["1.0", "0.0"], 39), *each(["1", "0"], 9)]),
        "test_never_learnt",
        classes=4,
        split=ONE_PART,
        is_refused=True,
    ),
    file("numbers as labels", "zeros.csv", lines(each(["7", "07", "7.0"])), "label_variants"),
    file("yes and no", "yes.csv", lines(each(["yes", "Yes", "no", "NO"])), "label_variants", classes=4),
    file("yes and no", "truth.csv", lines(each(["TRUE", "true", "y", "n"])), "label_variants", classes=4),
    file("order of labels", "grades.csv", lines(each([str(n) for n in range(12)])), classes=12),
    file("order of labels", "rooms.csv", lines(each([f"room {n}" for n in (1, 2, 10, 11)])), classes=4),
    file("several labels", "semicolons.csv", lines(each(["billing", "returns", "billing; returns"])), "several_labels"),
    file("several labels", "pipes.csv", lines(each(["billing", "returns", "billing|returns"])), "several_labels"),
    file("one part only", "test.csv", given([*LABELS[:-1], "jobs"]), "unseen_classes", classes=4, split=ONE_PART),
    file(
        "one part only",
        "validation.csv",
        given([*LABELS[:31], "app", *LABELS[32:]]),
        "unseen_in_validation",
        classes=4,
        split=ONE_PART,
    ),
    file(
        "unreadable texts",
        "russian.csv",
        ["message,topic", *(f"посылка не пришла {n},{b}" for n, b in enumerate(LABELS))],
        "unreadable_texts",
    ),
    file(
        "unreadable texts",
        "emoji.csv",
        ["message,topic", *(f"😀🚪{'🧾' * (n % 7)} {n},{b}" for n, b in enumerate(LABELS))],
        "unreadable_texts",
    ),
    book("workbooks", "filtered.xlsx", _hidden, "hidden_rows"),
    book("workbooks", "hidden.xlsx", _hidden_sheet, "other_sheets"),
    book("workbooks", "merged.xlsx", _merged, "merged_cells"),
    book("workbooks", "formulas.xlsx", _formulas, "formulas_without_results", classes=0, is_refused=True),
    file("whole lines", "tilde.txt", lines(sign=" ~ ", header="message,topic"), target=None, classes=None),
    file("whole lines", "arrow.txt", lines(sign=" => ", header="message,topic"), target=None, classes=None),
    file("JSON", "columns.json", json.dumps(BY_COLUMN)),
    file("JSON", "split.json", json.dumps(SPLIT)),
    file("JSON", "tool.json", json.dumps(ANNOTATED), target=None, classes=None),
]


@dataclass(frozen=True)
class Asked:
    """File to predict, and the line of each row with whether it has an answer."""

    name: str
    content: str
    answered: tuple[tuple[int, bool], ...]


ASKED = [
    Asked(
        "blank.csv", "message,note\nmy parcel came,1\n\nmy invoice was wrong,2\n", ((2, True), (3, False), (4, True))
    ),
    Asked(
        "bare.csv",
        '"my parcel came late today"\n"the invoice was wrong again"\n"chair goes back tomorrow"\n',
        ((1, True), (2, True), (3, True)),
    ),
    Asked("other.csv", 'no,"MESSAGE "\n1,my parcel came\n2,\u200b\n3,nan\n', ((2, True), (3, False), (4, True))),
    Asked("empty.tsv", "topic\tmessage\n\tmy parcel came\nbilling\t\n", ((2, True), (3, False))),
]
