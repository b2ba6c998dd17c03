"""« Mes données »: what is read is what is taken away, whatever it holds."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.documents.test_pdf import structure
from tests.doors import Door
from tests.statements.test_documents import attached

from commons.documents.pdf import render_pdf
from commons.documents.printing import spelled
from commons.personal_data import held_about, spell
from commons.statements.personal_paper import personal_document

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(), TEXT)
FACTS = st.dictionaries(st.sampled_from(["kind", "recorded_at", "reason", "odd"]), PLAIN)
HELD = st.fixed_dictionaries(
    {
        "form": st.just("commons-person/1"),
        "identity": st.fixed_dictionaries(
            {
                "person_id": st.uuids().map(str),
                "name": TEXT,
                "roles": st.lists(FACTS, max_size=3),
            }
        ),
        "entries": st.lists(
            st.fixed_dictionaries({"kind": TEXT, "details": FACTS, "personal": FACTS}),
            max_size=3,
        ),
        "to come": st.one_of(PLAIN, st.lists(PLAIN, max_size=3), FACTS),
    }
)


def leaves(value: object) -> Iterator[str]:
    """Every value of a JSON document that says something."""
    if isinstance(value, dict):
        for inside in value.values():
            yield from leaves(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from leaves(inside)
    elif value not in (None, ""):
        yield str(value)


def squeezed(text: str) -> str:
    return "".join(text.split())


def read_aloud(content: bytes) -> str:
    return squeezed("".join(node.words for node in structure(content)))


@settings(max_examples=30)
@given(held=HELD)
def test_every_value_of_the_file_is_on_paper(held: dict[str, object]) -> None:
    document = personal_document(held, spell(held), NOW)
    content = render_pdf(document, validate=False)
    text = read_aloud(content)
    for value in leaves(json.loads(spell(held))):
        assert squeezed(spelled(value)) in text, value
    assert attached(content) == json.loads(spell(held))
    assert render_pdf(document, validate=False) == content


@pytest.mark.usefixtures("garden")
async def test_one_reads_all_that_one_takes_away(door: Door) -> None:
    browser = await door.browser("Bob")
    paper = (await browser.get("/moi/donnees.pdf")).content
    taken = (await browser.get("/moi/donnees.json")).json()
    async with door.services.engine.begin() as db:
        assert taken == await held_about(db, door.people["Bob"])
    text = read_aloud(paper)
    values = list(leaves(taken))
    assert len(values) > 100
    for value in values:
        assert squeezed(spelled(value)) in text, value
    assert attached(paper) == taken


async def test_a_visitor_has_no_data_to_read(door: Door) -> None:
    assert (await door.client().get("/moi/donnees.pdf")).status_code == 401
