"""Nothing in an election file is passed over in silence: it is read whole, or refused."""

import pytest

from commons.allocation.election import Election
from commons.allocation.equal_shares import equal_shares
from commons.allocation.greedy import greedy
from commons.allocation.pabulib import VOTE_TYPES, read_election
from commons.kernel.errors import InputError

APPROVALS = """META
key;value
description;Budget participatif; quartier nord
budget;100
vote_type;approval
PROJECTS
project_id;cost;name
b;40;Bancs
a;40;Arbres
VOTES
voter_id;vote;method
1;a,b;web
2;b;papier
"""
POINTS = """META
key;value
budget;100
vote_type;cumulative
PROJECTS
project_id;cost
b;40
a;40
VOTES
voter_id;vote;points
1;a,b;2,1
2;b,a;1,2
3;a;0
4;;
"""
RANKINGS = APPROVALS.replace("approval", "ordinal")


def read(text: str) -> Election:
    return read_election(text.encode())


def test_an_unquoted_semicolon_in_a_description_is_part_of_it() -> None:
    assert read(APPROVALS).voters == 2


def test_identical_ballots_are_one_class_whatever_their_order() -> None:
    election = read(POINTS)
    assert dict(election.ballots) == {((0, 1), (1, 2)): 2}
    assert election.voters == 4, "empty ballots count as voters"


def test_all_vote_types_are_read() -> None:
    for vote_type in VOTE_TYPES:
        text = POINTS.replace("cumulative", vote_type).replace("1;a,b;2,1", "1;a;2")
        text = text.replace("2;b,a;1,2", "2;b;1")
        assert read(text).voters == 4


def test_a_ranking_keeps_its_order_and_no_rule_guesses_what_a_rank_is_worth() -> None:
    election = read(RANKINGS.replace("1;a,b", "1;b,a"))
    assert dict(election.ballots) == {((0, 1), (1, 2)): 1, ((0, 1),): 1}
    assert ((1, 1), (0, 2)) in read(RANKINGS).ballots
    with pytest.raises(InputError, match="classements"):
        greedy(election)
    with pytest.raises(InputError, match="classements"):
        equal_shares(election, "cost")


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("2;b;papier", "1;b;papier", "Ligne 13 : « 1 » vote deux fois"),
        ("2;b;papier", ";b;papier", "Ligne 13 : il manque l'identifiant"),
        ("2;b;papier", "2;b;papier;x", "Ligne 13 : 4 cellules pour 3 colonnes"),
        ("2;b;papier", "2;b;papier\nVOTES\nvoter_id;vote\n3;a", "Ligne 14 : rien ne suit"),
        ("2;b;papier", "2;b;papier\nMETA\nkey;value\nbudget;9", "Ligne 14 : rien ne suit"),
        ("1;a,b;web", '1;a,b;"web', "Ligne 12 : un guillemet"),
        ("a;40;Arbres", "a;40;Arbres; buissons", "Ligne 9 : 4 cellules"),
        ("b;40;Bancs", "b;1,250;Bancs", "deux façons"),
        ("b;40;Bancs", "b;4e1;Bancs", "ligne 8"),
        ("b;40;Bancs", "b;inf;Bancs", "ligne 8"),
        ("b;40;Bancs", "b;-40;Bancs", "ligne 8"),
        ("budget;100", "budget;100\nbudget;200", "Ligne 5 : « budget » est donné deux fois"),
        ("voter_id;vote;method", "voter_id;vote;vote", "Ligne 11 : une colonne"),
        ("vote_type;approval", "vote_type;choose-1", "Ligne 12 : un seul choix"),
        ("vote_type;approval", "vote_type;cumulative", "la colonne points"),
        ("VOTES\nvoter_id;vote;method\n1;a,b;web\n2;b;papier\n", "", "section VOTES"),
        ("PROJECTS\n", "", "PROJECTS"),
    ],
)
def test_what_would_change_the_count_unseen_is_refused(old: str, new: str, word: str) -> None:
    assert old in APPROVALS
    with pytest.raises(InputError) as refused:
        read(APPROVALS.replace(old, new))
    assert word in str(refused.value)


@pytest.mark.parametrize("points", ["2", "2,1,1", "2,,1", "2,-1", "2,1.5", "2,x", ""])
def test_points_that_do_not_match_the_choices_are_refused(points: str) -> None:
    with pytest.raises(InputError, match="Ligne 11"):
        read(POINTS.replace("1;a,b;2,1", f"1;a,b;{points}"))


def test_a_project_chosen_twice_with_points_is_refused() -> None:
    with pytest.raises(InputError, match="« a » choisie deux fois"):
        read(POINTS.replace("1;a,b;2,1", "1;a,a;2,1"))


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_file_that_is_not_utf8_is_refused_by_its_line(end: str) -> None:
    text = APPROVALS.replace("Arbres", "Arbres et fenêtres").replace("\n", end)
    with pytest.raises(InputError, match=r"Ligne 9 : .*UTF-8"):
        read_election(text.encode("latin-1"))
    late = APPROVALS + "".join(f"{n};a;web\n" for n in range(3, 9000)) + "é;a;web\n"
    with pytest.raises(InputError, match=r"Ligne 9011 : .*UTF-8"):
        read_election(late.encode("latin-1"))


def test_letters_written_in_two_ways_are_the_same_letters() -> None:
    """« é » is one character, or « e » and an accent: no reader sees which."""
    one, two = "é", "e\u0301"
    text = APPROVALS.replace("a;40", f"{two};40").replace("a,b", f"{one},b")
    election = read(text.replace("Arbres", f'"{two[0]}"{two[1]}'))
    assert election.proposals[1].proposal_id == one
    assert election.proposals[1].name == one, "also across a quotation mark"
    assert dict(election.ballots) == {((0, 1), (1, 1)): 1, ((0, 1),): 1}
    quoted = read(text.replace("2;b;papier", f'2;"{two}";papier'))
    assert dict(quoted.ballots) == {((0, 1), (1, 1)): 1, ((1, 1),): 1}
    with pytest.raises(InputError, match="Ligne 9 : deux propositions"):
        read(APPROVALS.replace("b;40", f"{one};40").replace("a;40", f"{two};40"))
    with pytest.raises(InputError, match="Ligne 13 : « é » vote deux fois"):
        read(APPROVALS.replace("1;a", f"{one};a").replace("2;b", f"{two};b"))


@pytest.mark.parametrize("bad", ["Ban\0cs", "Bancs" + "\u0301" * 31])
def test_what_cannot_be_written_is_refused_by_its_line(bad: str) -> None:
    with pytest.raises(InputError, match=r"Ligne 8 : .*ne s'écrit pas"):
        read(APPROVALS.replace("Bancs", bad))
    with pytest.raises(InputError, match=r"Ligne 13 : .*ne s'écrit pas"):
        read(APPROVALS.replace("papier", bad))
