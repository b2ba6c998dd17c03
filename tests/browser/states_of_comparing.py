"""The page of the allocation engine: each thing one may bring, and each refusal."""

from fractions import Fraction

from tests.browser.state import State
from tests.browser.town_hall import election_text
from tests.conftest import REPOSITORY

from commons.allocation.counting import Count, counted
from commons.allocation.division import Claim, divide
from commons.allocation.pabulib import read_election
from commons.allocation.recipe import Inputs, Recipe, Stage, cook
from commons.allocation.recipe_vote import with_vote
from commons.chamber.election_round import election_round
from commons.chamber.round_file import division_round, recipe_round

SEVEN = (
    "Camille;7000;500\nNour;5 000,00\nSasha;3000;;2500\nAwa;1800;300\nThéo;1250,50\n"
    "Inès;900\nLéon;400"
)
WEIGHTED = "Camille;7000;;;2\nNour;5000;;;1\nSasha;3000;;;1,5"
GIFTS = "project;donor;amount;groups\n" + "".join(
    f"{project};{donor};{amount};{group}\n"
    for project, donor, amount, group in (
        ("Verger", "Awa", "5", "est"),
        ("Verger", "Théo", "10", "ouest"),
        ("Verger", "Inès", "5", "est"),
        ("Verger", "Léon", "2,50", "sud"),
        ("Atelier vélo", "Awa", "20", "est"),
        ("Atelier vélo", "Nour", "40", "est"),
        ("Four à pain", "Camille", "150", "sud"),
    )
)
EVALUATIONS = "from;to;points\n" + "".join(
    f"{judge};{member};{points}\n"
    for judge in ("Awa", "Théo", "Inès", "Léon", "Nour")
    for member, points in zip(
        ("Awa", "Théo", "Inès", "Léon", "Nour"), (6, 4, 3, 2, 5), strict=True
    )
    if judge != member
)
THREE = "from;to;points\nAwa;Théo;3\nThéo;Awa;2\nAwa;Inès;1\n"
TAKES = "name;take;before\nAwa;900;200\nThéo;300;400\nInès;5000;0\nLéon;250;250\n"
RECIPE = (REPOSITORY / "examples" / "recipe.json").read_bytes()
RANKED = """META
key;value
budget;100
vote_type;ordinal
PROJECTS
project_id;cost;name
a;40;Verger
b;60;Four à pain
VOTES
voter_id;vote
1;a,b
2;b
"""


def claims_file(count: int) -> str:
    return "name;claim\n" + "".join(f"p{place};{10 * place + 10}\n" for place in range(count))


def round_of_claims() -> bytes:
    return division_round(
        divide(1_000_000, [Claim("Nour", 700_000), Claim("Awa", 900_000)], "talmud")
    )


def round_of_election() -> bytes:
    source = election_text()
    election = read_election(source, Fraction(120_000))
    return election_round(counted(election, Count()), source)


def round_of_recipe() -> bytes:
    source = (REPOSITORY / "examples" / "election.pb").read_bytes()
    recipe = Recipe(
        "Solidarité, puis propositions votées",
        (Stage("members", Fraction(1, 10)), Stage("ballots", None, count=Count())),
    )
    inputs = with_vote(recipe, Inputs(members=["Awa", "Nour"]), read_election(source))
    return recipe_round(cook(recipe, 12_000_000, inputs), inputs, ballots=source)


def states_of_comparing() -> list[State]:
    def typed(name: str, status: int = 200, **form: str) -> State:
        return State(f"compare-{name}", "/repartir", "/repartir", status=status, form=form)

    def brought(name: str, file: str, content: str | bytes, status: int = 200) -> State:
        data = content if isinstance(content, bytes) else content.encode()
        return State(
            f"compare-{name}",
            "/repartir",
            "/repartir",
            status=status,
            action="/repartir#regles",
            upload=data,
            upload_name=file,
        )

    whole = round_of_claims()
    return [
        State("compare", "/repartir", "/repartir"),
        State("compare-english", "/repartir", "/repartir?lang=en"),
        State("compare-done", "/repartir", "/repartir", action="/repartir#regles"),
        typed("seven", claims=SEVEN),
        typed("weighted", claims=WEIGHTED),
        typed("refused", 422, claims="Nour"),
        typed("two-lines-refused", 422, claims="Nour;1,234\nAwa;12\nAwa;5\nThéo;dix"),
        typed("no-envelope", 422, envelope="beaucoup"),
        typed("floors-too-high", 422, claims="Nour;7000;6000\nAwa;7000;6000"),
        typed("nothing-typed", 422, claims=" "),
        brought("many", "demandes.csv", claims_file(80)),
        brought("too-many", "demandes.csv", claims_file(2_001), 422),
        brought("unknown-file", "notes.txt", "bonjour", 422),
        brought("unknown-heading", "demandes.csv", "nom;somme\nNour;3\n", 422),
        brought("bad-line", "demandes.csv", "name;claim\nNour;3\nAwa;trois\n", 422),
        brought("gifts", "dons.csv", GIFTS),
        brought("peers", "avis.csv", EVALUATIONS),
        brought("peers-few", "avis.csv", THREE),
        brought("takes", "prises.csv", TAKES),
        brought("election", "vote.pb", election_text()),
        brought("ranked", "vote.pb", RANKED, 422),
        brought("election-refused", "vote.pb", "META\nkey;value\n", 422),
        brought("round", "round.json", whole),
        brought("round-differs", "round.json", whole.replace(b'"0.00"', b'"1.00"')),
        brought("round-of-ballots", "round.json", round_of_election()),
        brought("round-of-recipe", "round.json", round_of_recipe()),
        brought("recipe-refused", "recette.json", RECIPE, 422),
        brought("hours-refused", "heures.csv", "name;unit;quantity\nNour;h;3\n", 422),
        brought("round-refused", "round.json", b"{}", 422),
    ]
