"""A spreadsheet of contributions, as treasurers really keep it."""

import contextlib
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ledger.conftest import GARDEN

from commons.kernel.errors import InputError
from commons.ledger.csv_import import FaultyRow, ImportedRow, read_contributions

SHEET = """Date;Contributeur;Durée;Description;Nature
20/11/2026;Camille Roux;2h30;Taille des pommiers;travail
2026-11-21;Nour Benali;1,5;Compost;
21.11.2026;Nour Benali;45 min;Accueil d'une classe;savoir
"""


def rows_of(text: str) -> list[ImportedRow]:
    rows = read_contributions(text.encode(), GARDEN)
    assert all(isinstance(row, ImportedRow) for row in rows), rows
    return [row for row in rows if isinstance(row, ImportedRow)]


def test_a_sheet_is_read_as_people_write_it() -> None:
    rows = rows_of(SHEET)
    assert [(row.day, row.contributor, row.quantity, row.nature) for row in rows] == [
        (date(2026, 11, 20), "Camille Roux", Decimal(150), "work"),
        (date(2026, 11, 21), "Nour Benali", Decimal(90), "work"),
        (date(2026, 11, 21), "Nour Benali", Decimal(45), "knowledge"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        SHEET.encode("utf-8-sig"),
        SHEET.encode("cp1252"),
        SHEET.replace("\n", "\r\n").encode(),
        SHEET.replace("1,5", "1.5").replace(";", ",").encode(),
        SHEET.replace(";", "\t").encode(),
    ],
)
def test_the_way_the_file_was_saved_does_not_matter(data: bytes) -> None:
    assert read_contributions(data, GARDEN) == read_contributions(SHEET.encode(), GARDEN)


def test_reading_again_gives_the_same_keys_and_another_commons_gives_others() -> None:
    keys = [row.entry_id for row in rows_of(SHEET)]
    assert [row.entry_id for row in rows_of(SHEET)] == keys
    others = read_contributions(SHEET.encode(), UUID(int=5))
    assert not {row.entry_id for row in others if isinstance(row, ImportedRow)} & set(keys)


def test_two_identical_real_days_stay_two_and_adding_a_row_keeps_the_others() -> None:
    twice = SHEET + "20/11/2026;Camille Roux;2,5;Taille des pommiers;travail\n"
    rows = rows_of(twice)
    assert len({row.entry_id for row in rows}) == 4
    assert [row.entry_id for row in rows[:3]] == [row.entry_id for row in rows_of(SHEET)]


def test_each_faulty_row_says_its_line_and_why() -> None:
    rows = read_contributions(
        b"date;qui;temps;quoi\n31/02/2026;A;1h;x\n;A;1h;x\n1/1/2026;;1h;x\n"
        b"1/1/2026;A;;x\n1/1/2026;A;1h;\n1/1/2026;A;1h\n\n1/1/2026;A;1h;ok\n",
        GARDEN,
    )
    faults = {row.line: str(row.text) for row in rows if isinstance(row, FaultyRow)}
    assert list(faults) == [2, 3, 4, 5, 6, 7]
    assert "n'existe pas au calendrier" in faults[2]
    assert "durée" in faults[5]
    assert isinstance(rows[-1], ImportedRow)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "colonne"),
        (b"a;b\n1;2\n", "colonne"),
        (b"date;qui;temps;quoi\n", "aucune ligne"),
        (b"PK\x03\x04\0\0", "CSV"),
        (b"date;jour;qui;temps;quoi\n", "Deux colonnes"),
    ],
)
def test_a_file_that_is_no_such_sheet_is_refused_whole(data: bytes, word: str) -> None:
    with pytest.raises(InputError, match=word):
        read_contributions(data, GARDEN)


@given(st.binary(max_size=200), st.sampled_from([b"", b"date;qui;temps;quoi\n"]))
@settings(max_examples=200)
def test_no_file_breaks_the_reader(data: bytes, heading: bytes) -> None:
    with contextlib.suppress(InputError):
        assert read_contributions(heading + data, GARDEN)
