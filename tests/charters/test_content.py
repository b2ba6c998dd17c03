"""The content folder: it loads, renders, stays frozen, and its faults are named."""

import json
import re
import shutil
from pathlib import Path

import pytest

from commons.charters.content import (
    ContentError,
    charter_model,
    charter_models,
    check_content,
    examples_of,
    load_charters,
)
from commons.charters.model import ArticleText
from commons.charters.rules import BLANK, all_articles, all_asks, fill
from commons.charters.typesetting import prose_of, typeset
from commons.content import content_folder
from commons.kernel.errors import NotFoundError

FOLDER = content_folder("charters")
ARTICLES = load_charters(FOLDER).articles


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "charters"))


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def fault(folder: Path) -> str:
    with pytest.raises(ContentError) as found:
        load_charters(folder)
    return str(found.value)


def test_what_is_published_has_no_fault() -> None:
    assert check_content() == []


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.id)
def test_every_article_renders_with_its_examples(article: ArticleText) -> None:
    asks = all_asks(charter_model("charte-de-partenariat"))
    answers = {name: ask.example for name, ask in asks.items()}
    for prose in article.body:
        for text in prose.texts:
            filled = fill(text, asks, answers)
            words = filled if isinstance(filled, str) else "".join(r.text for r in filled)
            assert words
            assert not BLANK.search(words)


def test_examples_can_be_typed_as_they_are() -> None:
    for model in charter_models():
        assert set(examples_of(all_asks(model).values())) == set(all_asks(model))


def test_an_unknown_charter_is_not_found() -> None:
    with pytest.raises(NotFoundError, match="pacte"):
        charter_model("pacte")


def test_laws_cited_as_read_are_in_the_file_of_articles(shared_data: Path) -> None:
    file = shared_data.parent / "law" / "articles.json"
    if not file.is_file():
        pytest.skip("the file of law articles does not stand beside the project")
    known = {
        (entry["code"], entry["article"])
        for entry in json.loads(file.read_text(encoding="utf-8"))
    }
    for article in ARTICLES:
        for basis in article.legal_basis:
            plain = basis.text.replace("\u00a0", " ").replace("’", "'")
            code, _, number = plain.partition(", art. ")
            assert ((code, number) in known) == (basis.status != "AV"), plain


def test_no_article_promises_anything_but_the_scope_that_refuses_it() -> None:
    promise = re.compile(r"\b(prix|acheter|achètera|exclusivité|rémunérer)\b")
    for article in ARTICLES:
        if article.id != "portee":
            texts = [text for prose in article.body for text in prose.texts]
            assert not [text for text in texts if promise.search(text)], article.id


def test_content_folders_hold_no_python() -> None:
    assert list(FOLDER.rglob("*.py")) == []


def test_a_blank_without_a_question_is_named(copied: Path) -> None:
    change(copied / "articles" / "objet.md", "{territory}", "{terrain}")
    assert fault(copied) == (
        "charters/articles/objet.md : {terrain} n'est déclaré ni dans asks, ni dans uses"
    )


def test_a_question_that_fills_no_blank_is_named(copied: Path) -> None:
    change(copied / "articles" / "objet.md", "suivant : {territory}", "suivant : ici")
    assert "territory est déclaré mais n'est pas dans le texte" in fault(copied)


def test_an_unknown_law_is_named(copied: Path) -> None:
    change(copied / "articles" / "portee.md", "art. L1111-1", "art. L9999-1")
    assert "« Code de la commande publique, art. L9999-1 »" in fault(copied)


def test_a_law_nobody_read_cannot_claim_a_date(copied: Path) -> None:
    change(copied / "articles" / "parties.md", "checked_on: null", "checked_on: 2026-11-23")
    assert "checked_on est vide" in fault(copied)


def test_a_missing_article_is_named(copied: Path) -> None:
    (copied / "articles" / "bilan.md").unlink()
    assert "l'article bilan@1 n'existe pas" in fault(copied)


def test_a_condition_on_no_question_is_named(copied: Path) -> None:
    change(
        copied / "models" / "charte-de-partenariat.yaml",
        "- ask: non_enclosure",
        "- ask: enclos",
    )
    assert "enclos n'est demandé nulle part" in fault(copied)


def test_an_example_that_is_no_answer_is_named(copied: Path) -> None:
    change(copied / "articles" / "differends.md", "example: 30", "example: 300")
    assert "settlement_days" in fault(copied)
    assert "de 7 à 90" in fault(copied)


def test_a_file_that_is_not_yaml_is_named(copied: Path) -> None:
    (copied / "glossary.yaml").write_text("terms: [", encoding="utf-8")
    assert fault(copied).startswith("charters/glossary.yaml : ce n'est pas du YAML")


def test_a_file_that_is_not_utf_8_is_named(copied: Path) -> None:
    (copied / "articles" / "bilan.md").write_bytes(b"\xff\xfe")
    assert "n'est pas en UTF-8" in fault(copied)


def test_a_file_without_its_head_is_named(copied: Path) -> None:
    (copied / "articles" / "bilan.md").write_text("Bilan", encoding="utf-8")
    assert "il manque l'en-tête" in fault(copied)


def test_an_unknown_key_is_named(copied: Path) -> None:
    change(copied / "articles" / "bilan.md", "version: 1", "version: 1\nprice: 3")
    assert "price" in fault(copied)


def test_a_new_version_stands_beside_the_old_one(copied: Path) -> None:
    old = copied / "articles" / "bilan.md"
    new = copied / "articles" / "bilan.v2.md"
    new.write_text(old.read_text(encoding="utf-8"), encoding="utf-8")
    change(new, "version: 1", "version: 2")
    assert {"bilan@1", "bilan@2"} <= load_charters(copied).digests.keys()


def test_a_file_named_otherwise_than_its_article_is_refused(copied: Path) -> None:
    (copied / "articles" / "bilan.md").rename(copied / "articles" / "rapport.md")
    assert "doit s'appeler bilan.md" in fault(copied)


def test_every_article_belongs_to_a_model() -> None:
    used = {article.id for model in charter_models() for article in all_articles(model)}
    assert used == {article.id for article in ARTICLES}


def test_french_spaces_do_not_break() -> None:
    assert typeset("l'été : « oui » ; n° 3, art. L2") == (
        "l’été\u00a0: «\u00a0oui\u00a0»\u202f; n°\u00a03, art.\u00a0L2"
    )


def test_prose_is_cut_into_paragraphs_items_and_notes() -> None:
    kinds = [prose.kind for prose in prose_of("Un.\n\n- a\n  b\n- c\n\n> Note\n> suite")]
    assert kinds == ["paragraph", "items", "note"]
    assert prose_of("- a\n  b\n- c")[0].texts == ("a b", "c")
