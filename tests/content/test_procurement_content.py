"""Every clause, document, threshold and source loads, agrees and renders."""

import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from commons.content import content_folder
from commons.procurement.catalogue import BLANK, LEVELS, Clause
from commons.procurement.clause_text import answer_faults, fill
from commons.procurement.content import (
    check_content,
    faults_in,
    load_catalogue,
    published_digests,
)
from commons.procurement.content_files import ClauseFile
from commons.procurement.rules.place_words import place_words
from commons.strict_yaml import read_yaml

FOLDER = content_folder("procurement")
CATALOGUE = load_catalogue()
CLAUSES = sorted(CATALOGUE.clauses.values(), key=lambda clause: clause.id)
MINIMUM = {
    "besoin-objet-commun",
    "groupement-collectif",
    "spec-solution-libre",
    "spec-standards-ouverts",
    "exec-environnement",
    "exec-contribution-amont",
    "exec-developpement-ouvert",
    "exec-documentation",
    "exec-contributeurs",
    "reversibilite",
    "critere-contribution",
    "critere-environnement",
    "prix-contribution",
    "pi-licence-resultats",
    "pi-inventaire",
    "pi-chaine-des-droits",
    "achat-faible-montant",
}


def test_the_published_content_has_no_fault() -> None:
    assert [str(fault) for fault in check_content()] == []


def test_the_clauses_promised_first_are_all_there() -> None:
    assert set(CATALOGUE.clauses) >= MINIMUM


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.id)
def test_a_clause_renders_at_every_level_without_an_unfilled_blank(clause: Clause) -> None:
    answers = {a.name: a.example for a in clause.asks if a.default is None and a.example}
    for level in LEVELS:
        assert answer_faults(clause, level, answers) == []
        text = fill(clause, clause.body(level), answers)
        assert not BLANK.search(text)
        assert "  " not in text
        assert text.endswith(".")
        assert list(place_words(text, strict=True)) == []


def test_the_two_mandatory_clauses_are_marked() -> None:
    assert {c.id for c in CLAUSES if c.mandatory} == {
        "exec-environnement",
        "critere-environnement",
    }


def test_incompatibility_is_mutual_wherever_it_is_said() -> None:
    for clause in CLAUSES:
        for other in clause.incompatible_clauses:
            assert clause.id in CATALOGUE.clauses[other].incompatible_clauses, (
                clause.id,
                other,
            )


def test_the_schema_of_a_clause_file_is_current() -> None:
    written = json.loads((FOLDER / "clause.schema.json").read_text(encoding="utf-8"))
    assert written == ClauseFile.model_json_schema()


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.id)
def test_a_clause_file_names_only_what_the_schema_knows(clause: Clause) -> None:
    schema = json.loads((FOLDER / "clause.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    content = read_yaml((FOLDER / "clauses" / f"{clause.id}.yaml").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    assert set(content) <= set(schema["properties"])
    assert set(content) >= set(schema["required"])


def test_every_row_of_the_thresholds_table_is_kept() -> None:
    rows = {(row.measure, str(row.value), row.status) for row in CATALOGUE.thresholds}
    assert {
        ("no-competition", "25000", "V-code"),
        ("no-competition", "40000", "V-code"),
        ("no-competition", "60000", "V-JO"),
        ("no-competition", "100000", "V-JO"),
        ("no-competition", "140000", "AV"),
        ("innovative", "100000", "V-code"),
        ("innovative", "140000", "AV"),
        ("formal", "216000", "V-2e"),
        ("formal", "5404000", "V-2e"),
        ("formal", "5538000", "V-2e"),
        ("spaser", "50000000", "V-code"),
        ("turnover-ratio", "1.5", "V-2e"),
        ("subsidy-agreement", "23000", "AV"),
    } <= rows


def test_the_sources_agree_with_the_articles_that_were_read(shared_data: Path) -> None:
    file = shared_data.parent / "law" / "articles.json"
    if not file.is_file():
        pytest.skip("the articles of law do not stand beside the project")
    read = json.loads(file.read_text(encoding="utf-8"))
    known = {
        (source.code, version.effect.isoformat() if version.effect else None)
        for source in CATALOGUE.sources.values()
        for version in source.versions
    }
    for article in read:
        assert (article["code"], article["date_debut"]) in known, article["article"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "procurement"
    shutil.copytree(FOLDER, copy)
    return copy


@pytest.mark.parametrize(
    ("typed", "instead", "told"),
    [
        ("{preuve}", "{prouve}", "« prouve » n'est pas déclarée"),
        ("{preuve}", "{ preuve }", "accolade"),
        ("id: exec-environnement", "id: exec-climat", "l'identifiant est"),
        ("source: ccp-L2112-2\n", "source: ccp-L9999-9\n", "sources.yaml"),
        ("effect: 2026-08-22", "effect: 2026-08-23", "sources.yaml"),
        ('default: "6"', 'default: "60"', "dépasse"),
        ("- CCAP", "- CCTP", "n'a pas sa place"),
        ("burden: medium", "burden: lourd", "burden"),
        ("burden: medium", "burden: medium\ncouleur: vert", "couleur"),
        ("burden: medium", "burden: medium\nneeds:\n  - exec-magie", "exec-magie"),
    ],
)
def test_a_fault_in_a_clause_is_told(folder: Path, typed: str, instead: str, told: str) -> None:
    path = folder / "clauses" / "exec-environnement.yaml"
    text = path.read_text(encoding="utf-8")
    assert typed in text
    path.write_text(text.replace(typed, instead), encoding="utf-8")
    assert any(told in str(fault) for fault in faults_in(folder)), faults_in(folder)


def test_two_checked_thresholds_on_one_day_are_told(folder: Path) -> None:
    path = folder / "thresholds.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("until: 2026-03-31", "until: 2026-04-01", 1), encoding="utf-8")
    assert any("le même jour" in str(fault) for fault in faults_in(folder))


def test_a_changed_clause_has_another_digest(folder: Path) -> None:
    before = published_digests(folder)
    path = folder / "clauses" / "reversibilite.yaml"
    path.write_bytes(path.read_bytes() + b"\n")
    after = published_digests(folder)
    assert {key for key in before if before[key] != after[key]} == {"reversibilite@1"}
