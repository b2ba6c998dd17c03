"""French first, English second: every sentence of the interface has its English."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from commons.kernel.text import t
from commons.web.i18n import english, translate

ROOT = Path(__file__).parents[2]
BLANK = re.compile(r"\{(\w*)\}")


@pytest.fixture(scope="module")
def messages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", ROOT / "scripts" / "messages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_sentence_has_its_english(messages: ModuleType) -> None:
    """Run `python scripts/messages.py`, then translate what it lists."""
    known = english()
    missing = [str(m.id) for m in messages.gathered() if m.id and str(m.id) not in known]
    assert not missing


def test_no_blank_is_lost_in_translation() -> None:
    for french, translated in english().items():
        assert set(BLANK.findall(french)) == set(BLANK.findall(translated)), french


def test_nothing_is_translated_that_is_no_longer_said(messages: ModuleType) -> None:
    said = {str(m.id) for m in messages.gathered() if m.id}
    assert not english().keys() - said


def test_a_sentence_is_told_in_the_readers_language() -> None:
    text = t("Le journal de {name} ne tient pas.", name="Le Verger")
    assert translate(text, "fr") == "Le journal de Le Verger ne tient pas."
    assert "Le Verger" in translate(text, "en")
    assert translate(text, "en") != translate(text, "fr")
