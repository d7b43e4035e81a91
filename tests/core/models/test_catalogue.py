import subprocess
import sys

import pytest

from core.models import CATALOGUE
from core.models.hub import HUB_ID


def test_importing_the_models_room_loads_neither_torch_nor_transformers():
    code = "import sys, core.models, core.scenarios; print(sorted({'torch', 'transformers'} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


@pytest.mark.parametrize("entry", CATALOGUE.values(), ids=CATALOGUE)
def test_every_entry_says_what_a_person_needs_to_choose(entry):
    assert HUB_ID.match(entry.hub_id) if entry.hub_id else entry.archives
    assert entry.licence in {"Apache-2.0", "MIT"}
    assert entry.languages or entry.reads == "picture"
    assert entry.summary.endswith(".")
    assert 3.5 < entry.megabytes * 1e6 / entry.parameters < 4.5  # four bytes a parameter


def test_the_default_model_can_be_had_without_the_hub_from_two_places():
    assert len(CATALOGUE["minilm"].archives) == 2
    assert CATALOGUE["minilm"].weights_sha256
    assert CATALOGUE["minilm"].sentence_encoder
