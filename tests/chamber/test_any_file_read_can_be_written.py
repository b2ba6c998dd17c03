"""Whatever file is accepted, its result can be written as a round and done again."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.allocation.claims import RULES
from commons.allocation.conversion import Conversion
from commons.allocation.counting import BALLOT_RULES, Count
from commons.allocation.file_kinds import FileKind, kind_of
from commons.allocation.matching import MATCHING_RULES
from commons.allocation.peers import PEER_RULES
from commons.allocation.takes import TAKES
from commons.chamber.brought import Brought
from commons.chamber.compare_settings import Settings
from commons.chamber.dividing import divided
from commons.chamber.election_beside import brought_election
from commons.chamber.election_file import funded_by, read_election_file
from commons.chamber.election_round import read_election_result
from commons.chamber.model import EnvelopeDraft
from commons.chamber.replay import replay
from commons.chamber.store import ChamberStore
from commons.kernel.errors import InputError
from commons.ledger.store import JournalStore

PIECES = (
    *"aeE;,|\"'é=-",
    "\u0301",
    "e\u0301",
    "\u037e",  # composed, a semicolon
    "\u212b",  # composed, another letter
    "\u0338",
    "\u2028",
    "\u1100\u1161",  # composed, one syllable
    "\U0001d15e",  # composed, two characters and no longer one
    "\x1f",
    "\x85",
    "\ufeff",
    "\0",
    "\ud800",
)
texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join)
plain = st.sampled_from(["a", "B", "e\u0301", "Zoe\u0308", '"e"\u0301', '"a;b"', "n\u0303,"])
names = st.one_of(plain, texts, texts.map(lambda text: f'"{text}"'))
amounts = st.sampled_from(["0", "1", "12,50", "300", "7.01", '"4"', "", "1,250"])
HEADINGS: dict[FileKind, tuple[str, Collection[str]]] = {
    FileKind.CLAIMS: ("name;claim;floor;cap;weight", RULES),
    FileKind.GIFTS: ("project;donor;amount;groups", MATCHING_RULES),
    FileKind.EVALUATIONS: ("from;to;points", PEER_RULES),
    FileKind.TAKES: ("name;take;before", (TAKES.name,)),
}


def cells(kind: FileKind) -> st.SearchStrategy[tuple[str, ...]]:
    blank = st.sampled_from(["", "", "1", "2"])
    return {
        FileKind.CLAIMS: st.tuples(names, amounts, st.just(""), blank, blank),
        FileKind.GIFTS: st.tuples(names, names, amounts, st.one_of(st.just(""), names)),
        FileKind.EVALUATIONS: st.tuples(names, names, amounts),
        FileKind.TAKES: st.tuples(names, amounts, amounts),
    }[kind]


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def agreed(brought: Brought, rules: Collection[str]) -> int:
    """How many rules took it; what each gave is written, and done again."""
    done = 0
    for rule in rules:
        try:
            file = divided(brought, Settings(envelope=10_01)).round_file(rule)
        except InputError:
            continue
        assert replay(file).agrees
        done += 1
    return done


@pytest.mark.parametrize("kind", list(HEADINGS))
@given(data=st.data())
def test_what_a_table_gives_can_be_written_and_done_again(
    kind: FileKind, data: st.DataObject
) -> None:
    heading, rules = HEADINGS[kind]
    rows = data.draw(st.lists(cells(kind), min_size=1, max_size=5))
    written = "\n".join([heading, *(";".join(row) for row in rows)])
    agreed(Brought(kind, "fichier.csv", encoded(written)), rules)


@given(st.lists(cells(FileKind.CLAIMS), min_size=1, max_size=5))
def test_what_someone_types_can_be_written_and_done_again(rows: list[tuple[str, ...]]) -> None:
    typed = "\n".join(";".join(row[:2]) for row in rows)
    agreed(Brought(FileKind.CLAIMS, "", b"", typed), RULES)


@pytest.mark.parametrize("name", ["Zoe\u0308", "\u212bsa", "\u1100\u1161", "\U0001d15e"])
def test_a_name_that_is_not_composed_is_no_obstacle(name: str) -> None:
    others = "ABC"
    rows = {
        FileKind.CLAIMS: [f"{name};100;;;", "A;50;;;"],
        FileKind.GIFTS: [f"{name};A;100;{name}", f"{name};B;4;", f"B;{name};50;"],
        FileKind.EVALUATIONS: [
            f"{judge};{member};{points}"
            for points, (judge, member) in enumerate(product([name, *others], repeat=2), 1)
            if judge != member
        ],
        FileKind.TAKES: [f"{name};100;5", "A;3;4"],
    }
    for kind, lines in rows.items():
        heading, rules = HEADINGS[kind]
        data = "\n".join([heading, *lines]).encode()
        assert kind_of("x.csv", data) is kind
        assert agreed(Brought(kind, "x.csv", data), rules) == len(rules)
    typed = Brought(FileKind.CLAIMS, "", b"", f"{name};100\nA;50")
    assert agreed(typed, RULES) == len(RULES)
    assert recounted(election([name, "b"], [f"1;{name}", f"2;{name},b"], "approval")) == 3


def election(proposals: list[str], votes: list[str], kind: str) -> bytes:
    lines = ["META", "key;value", "budget;12.5", f"vote_type;{kind}", "description;e\u0301"]
    lines += ["PROJECTS", "project_id;cost;name"]
    lines += [f"{name};{cost};{name}" for cost, name in enumerate(proposals, start=3)]
    columns = "voter_id;vote;points" if kind == "cumulative" else "voter_id;vote"
    return encoded("\n".join([*lines, "VOTES", columns, *votes, ""]))


def recounted(data: bytes) -> int:
    """How many ways of counting took the file; each result is written, and counted again."""
    done = 0
    for rule, conversion in product(BALLOT_RULES, (None, *Conversion)):
        asked = Settings(count=Count(rule, conversion=conversion))
        try:
            counting = brought_election(Brought(FileKind.ELECTION, "x.pb", data), asked)
            file = counting.round_file(rule)
        except InputError:
            continue
        assert replay(file, data).agrees
        assert len(read_election_result(file).funded) <= len(counting.election.proposals)
        done += 1
    return done


@given(
    st.lists(names, min_size=1, max_size=4),
    st.lists(st.tuples(names, st.lists(names, max_size=3)), min_size=1, max_size=4),
    st.sampled_from(["approval", "cumulative", "ordinal", "choose-1"]),
)
@settings(max_examples=200)
def test_what_ballots_give_can_be_written_and_counted_again(
    proposals: list[str], cast: list[tuple[str, list[str]]], kind: str
) -> None:
    points = {0: "", 1: ";1", 2: ";2,1", 3: ";3,2,1"}
    votes = [
        f"{voter};{','.join(chosen)}{points[len(chosen)] if kind == 'cumulative' else ''}"
        for voter, chosen in cast
    ]
    recounted(election(proposals, votes, kind))


@given(
    st.lists(plain, min_size=1, max_size=4, unique=True),
    st.lists(st.sets(st.integers(0, 3)), min_size=1, max_size=5),
)
def test_ballots_for_what_is_in_the_file_are_counted(
    proposals: list[str], cast: list[set[int]]
) -> None:
    """As above, where most draws are accepted."""
    bare = [name.replace('"', "").replace(",", "").replace(";", "") for name in proposals]
    votes = [
        f"{voter};{','.join(bare[at] for at in sorted(chosen) if at < len(bare))}"
        for voter, chosen in enumerate(cast)
    ]
    recounted(election(bare, votes, "approval"))


async def test_an_election_that_is_not_composed_is_booked_and_done_again(
    db: AsyncConnection,
) -> None:
    commons_id, treasurer = uuid4(), UUID(int=2)
    opening = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    await JournalStore(db).open(commons_id, "commons.example/ecole", opening)
    chamber, on = ChamberStore(db), opening.date()
    await chamber.receive(
        commons_id, UUID(int=900), Decimal(20), on, treasurer, opening, entry_id=uuid4()
    )
    draft = EnvelopeDraft("Scrutin", "Tout le monde", Decimal(20), on, on + timedelta(days=9))
    envelope = await chamber.open(commons_id, draft, treasurer, opening, entry_id=uuid4())
    data = election(["e\u0301cole", "b"], ["1;\u00e9cole", "2;e\u0301cole,b"], "approval")
    counted = read_election_file("vote.pb", data, Fraction(20))
    assert counted.title == "\u00e9"
    chosen = funded_by(counted.election, "greedy", "cost")
    moment = opening + timedelta(hours=1)
    await chamber.book_election(
        envelope, counted, "greedy", "cost", chosen, treasurer, moment, entry_id=uuid4()
    )
    settlement = await chamber.settlement(envelope)
    assert settlement is not None
    assert replay(settlement.round_file, data).agrees
    funded = read_election_result(settlement.round_file).funded
    assert [each.proposal_id for each in funded] == ["\u00e9cole", "b"]
