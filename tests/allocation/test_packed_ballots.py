"""Merged ballots take little room and lose nothing."""

import io
import tracemalloc
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commons.allocation.ballots import Ballot, PackedBallots, merged, pack
from commons.allocation.pabulib import read_election
from commons.kernel.errors import InputError

ballots = st.lists(
    st.dictionaries(st.integers(0, 9), st.integers(1, 999_999)).map(
        lambda marks: tuple(sorted(marks.items()))
    )
)


@given(ballots)
def test_packed_ballots_are_the_ballots_counted(cast: list[Ballot]) -> None:
    packed = merged((pack(ballot, 2) for ballot in cast), 2)
    assert dict(packed) == Counter(ballot for ballot in cast if ballot)
    assert all(packed[ballot] for ballot in packed)
    assert ((0, 2**31),) not in packed


def test_a_ballot_of_another_kind_is_not_in_it() -> None:
    packed = merged([pack([(0, 1)], 1)], 1)
    assert ((0, 1),) in packed
    assert ((0, 2),) not in packed
    assert packed != PackedBallots({}, 1)


def lines(voters: int) -> bytes:
    head = (
        "META\nkey;value\nbudget;9\nvote_type;approval\nPROJECTS\nproject_id;cost\na;4\nb;5\n"
    )
    votes = "".join(f"{voter};{'ab'[voter % 2]}\n" for voter in range(voters))
    return (head + "VOTES\nvoter_id;vote\n" + votes).encode()


def test_memory_grows_with_the_different_ballots_and_not_with_the_voters() -> None:
    """Eight bytes a voter, and a little: far from the forty of the shortest string."""
    stream = io.BytesIO(lines(200_000))
    tracemalloc.start()
    election = read_election(stream)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (election.voters, len(election.ballots)) == (200_000, 2)
    assert peak < 200_000 * 20


@pytest.mark.parametrize("twice", [0, 7, 4_999])
def test_who_votes_twice_is_found_among_thousands_with_the_line(twice: int) -> None:
    data = lines(5_000) + f"{twice};a\n".encode()
    with pytest.raises(InputError, match=f"Ligne 5011 : « {twice} » vote deux fois"):
        read_election(data)


def test_the_stream_is_left_open_for_who_gave_it() -> None:
    stream = io.BytesIO(lines(3))
    read_election(stream)
    assert not stream.closed
