"""ICD-10-CM out of simple-icd-10-cm: clinicians' phrases for a diagnosis, each with its chapter and category."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from core.archives import read
from core.errors import DatasetError

TABLE = "simple_icd_10_cm/data/icd10c-tabular-April-1-2026.xml"


def rows(archive: Path) -> pd.DataFrame:
    """Columns text (an inclusion term), label (the chapter's number) and category (the code's three characters).

    A phrase that stands under several codes is kept at its first. Near-duplicates share a category, so a split must
    keep a category whole.
    """
    chapters = _parse(read(archive, TABLE)).iter("chapter")
    terms = [term for chapter in chapters for term in _terms(chapter)]
    frame = pd.DataFrame(terms, columns=["text", "label", "category"], dtype="str")
    return frame.drop_duplicates("text", ignore_index=True)


def _parse(content: bytes) -> ET.Element:
    """Root element of the table. A document type is refused: with it come entities, the one danger of parsing XML."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise DatasetError("The ICD-10-CM table declares a document type, which it never did. It was not read.")
    return ET.fromstring(content)  # noqa: S314 - no entities without a document type, refused above


def _terms(chapter: ET.Element) -> Iterator[tuple[str, str, str]]:
    number = chapter.findtext("name", "")
    for section in chapter.findall("section"):
        for category in section.findall("diag"):
            for note in category.iterfind(".//inclusionTerm/note"):
                yield " ".join((note.text or "").split()), number, category.findtext("name", "")
