import io
import lzma
import os
import pickle
import zipfile

import pandas as pd
import pytest

from core.errors import DatasetError
from core.scenarios.recipes import RECIPES, courses, icd10, inert
from core.scenarios.recipes.airlines import _mended


def wheel(tmp_path, member, content):
    path = tmp_path / "toy.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, content)
    return path


class _Evil:
    def __reduce__(self):
        return os.mkdir, ("ran",)


def test_a_pickle_that_wants_to_run_something_runs_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    record = inert.InertUnpickler(io.BytesIO(pickle.dumps(_Evil()))).load()
    assert record.given == ("ran",)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4, 5])
def test_no_name_in_a_pickle_is_imported_whatever_its_protocol(protocol):
    frame = inert.InertUnpickler(io.BytesIO(pickle.dumps(pd.DataFrame({"a": [1]}), protocol))).load()
    assert not isinstance(frame, pd.DataFrame)


def test_a_recipe_never_calls_the_pickle_of_its_archive(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = wheel(tmp_path, courses.TABLE, lzma.compress(pickle.dumps(_Evil())))
    with pytest.raises(TypeError):
        RECIPES["courses"](path)
    assert not (tmp_path / "ran").exists()


def test_a_table_with_a_document_type_is_not_parsed(tmp_path):
    evil = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><ICD10CM.tabular>&b;</ICD10CM.tabular>'
    with pytest.raises(DatasetError, match="document type"):
        RECIPES["icd10"](wheel(tmp_path, icd10.TABLE, evil))


def test_a_phrase_belongs_to_its_chapter_and_the_category_at_the_top(tmp_path):
    table = """<t><chapter><name>7</name><section><diag><name>H00</name>
      <inclusionTerm><note>Stye</note></inclusionTerm>
      <diag><name>H00.1</name><inclusionTerm><note> Meibomian\n cyst </note><note>Stye</note></inclusionTerm></diag>
    </diag></section></chapter></t>"""
    frame = RECIPES["icd10"](wheel(tmp_path, icd10.TABLE, table))
    assert frame.to_dict("list") == {
        "text": ["Stye", "Meibomian cyst"],
        "label": ["7", "7"],
        "category": ["H00", "H00"],
    }


@pytest.mark.parametrize(
    ("damaged", "mended"),
    [
        ("can\x8a\x97\xc8t wait", "can't wait"),
        ("rock &amp; roll &lt;3", "rock & roll <3"),
        ("away _\x99\x85\xa2 now", "away now"),
        ("snake_case stays", "snake_case stays"),
    ],
)
def test_what_was_plainly_an_apostrophe_is_one_again_and_other_debris_is_cut(damaged, mended):
    assert _mended(damaged) == mended
