"""What a file holds is told once for all doors; typed lines are claims like those of a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons.allocation.claims_file import read_claims, typed_claims
from commons.allocation.file_kinds import FileKind, kind_of
from commons.kernel.errors import InputError

NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters='";,'),
    min_size=1,
    max_size=12,
)


@pytest.mark.parametrize(
    ("name", "heading", "kind"),
    [
        ("Vote.PB", "META", FileKind.ELECTION),
        ("round.json", "{}", FileKind.ROUND),
        ("a.csv", "name;claim", FileKind.CLAIMS),
        ("a.csv", "Weight,claim,NAME", FileKind.CLAIMS),
        ("a.csv", "project;donor;amount;groups", FileKind.GIFTS),
        ("a.csv", "from;to;points", FileKind.EVALUATIONS),
        ("a.csv", "before;name;take", FileKind.TAKES),
    ],
)
def test_each_file_is_what_its_name_and_first_line_say(
    name: str, heading: str, kind: FileKind
) -> None:
    assert kind_of(name, f"{heading}\n".encode()) is kind


@pytest.mark.parametrize(
    ("name", "heading", "word"),
    [
        ("a.txt", "name;claim", ".pb, .csv, .json"),
        ("a", "name;claim", ".pb pour un vote"),
        ("a.csv", "nom;somme", "from;to;points"),
        ("a.csv", "", "name;take;before"),
        ("a.csv", "name;claim;colour", "name;claim"),
    ],
)
def test_what_cannot_be_told_is_refused_with_what_to_write(
    name: str, heading: str, word: str
) -> None:
    with pytest.raises(InputError, match=word):
        kind_of(name, f"{heading}\n".encode())


@given(
    rows=st.lists(
        st.tuples(NAMES, st.integers(0, 10**9), st.integers(0, 99), st.sampled_from("; ")),
        min_size=1,
        max_size=8,
        unique_by=lambda row: row[0],
    )
)
def test_typed_lines_are_read_as_the_same_lines_of_a_file(
    rows: list[tuple[str, int, int, str]],
) -> None:
    lines = [f"{name};{euros},{cents:02d}" for name, euros, cents, _ in rows]
    spaced = [line.replace(";", " ; ") for line in lines]
    file = "\n".join(["name;claim", *lines])
    if lines[0].casefold().startswith("name;claim"):
        return
    try:
        expected = read_claims(file.encode())
    except InputError:
        with pytest.raises(InputError):
            typed_claims("\n".join(lines))
        return
    assert typed_claims("\n".join(lines)) == expected
    assert typed_claims("\n\n".join(spaced) + "\n") == expected
    assert typed_claims(file) == expected


def test_every_wrong_line_is_named_and_the_first_is_not_the_last() -> None:
    typed = 'Nour;1,234\nAwa;12\nAwa;5\nThéo\nInès;5;9\n"Léon;3\n;4\nSasha;1;;;0\nA;1;2;3;4;5'
    with pytest.raises(InputError) as refused:
        typed_claims(typed)
    said = [str(fault.text) for fault in refused.value.errors]
    assert [text.split(" :")[0] for text in said if text.startswith("Ligne")] == [
        f"Ligne {line}" for line in (1, 3, 4, 5, 7, 8, 9)
    ]
    assert any("ligne 6 ne se lit pas" in text for text in said)
