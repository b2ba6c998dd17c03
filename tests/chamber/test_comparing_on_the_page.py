"""The page of the engine says what the command line says, and gives what it accepts."""

import json
import unicodedata
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from tests.browser.states_of_comparing import (
    EVALUATIONS,
    GIFTS,
    RANKED,
    SEVEN,
    TAKES,
    THREE,
    WEIGHTED,
    claims_file,
)
from tests.browser.town_hall import election_text
from tests.doors import Browser, Door

from commons.allocation.claims import RULES
from commons.allocation.counting import BALLOT_RULES
from commons.allocation.matching import MATCHING_RULES
from commons.allocation.peers import PEER_RULES
from commons.cli import main

HEADING = "name;claim;floor;cap;weight\n"
CLAIMS = HEADING + "".join(
    f"{line}{';' * (4 - line.count(';'))}\n" for line in SEVEN.splitlines()
)
FILES: dict[str, tuple[str, dict[str, Any]]] = {
    "demandes.csv": (CLAIMS, dict(RULES)),
    "dons.csv": (GIFTS, dict(MATCHING_RULES)),
    "avis.csv": (EVALUATIONS, dict(PEER_RULES)),
    "prises.csv": (TAKES, {"takes": None}),
    "vote.pb": (election_text().decode(), dict(BALLOT_RULES)),
}
EVERY_RULE = [(name, rule) for name, (_, rules) in FILES.items() for rule in rules]


@dataclass(slots=True)
class Table:
    """The rows of one table, each a list of its cells' words; the rules its heading names."""

    rules: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    def column(self, place: int) -> dict[str, str]:
        return {row[0]: row[place] for row in self.rows}


class Reader(HTMLParser):
    """Reads the tables that have a name, and the hidden fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tables: dict[str, Table] = {}
        self.hidden: dict[str, str] = {}
        self._table: Table | None = None
        self._in_body = self._in_cell = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "input" and given.get("type") == "hidden":
            self.hidden[given["name"]] = given.get("value", "")
        if tag == "table" and "id" in given:
            self._table = self.tables[given["id"]] = Table()
        elif self._table is not None:
            if tag == "tbody":
                self._in_body = True
            elif tag == "tr" and self._in_body:
                self._table.rows.append([])
            elif tag in {"th", "td"}:
                if "data-rule" in given:
                    self._table.rules.append(given["data-rule"])
                elif self._in_body:
                    self._table.rows[-1].append("")
                    self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self._table = None
        elif tag == "tbody":
            self._in_body = False
        elif tag in {"th", "td"}:
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._table is not None and self._in_cell:
            self._table.rows[-1][-1] += data.strip()


def plain(amount: str) -> str:
    """`1234.56` from the amount as a French page writes it."""
    return "".join(c for c in amount.replace(",", ".") if c.isdigit() or c == ".")


async def sent(
    browser: Browser, name: str = "", content: str | bytes = "", **form: str | list[str]
) -> httpx.Response:
    data = content if isinstance(content, bytes) else content.encode()
    files = {"file": (name, data)} if name else None
    return await browser.post("/repartir", {"envelope": "10000", **form}, files=files)


async def carried(browser: Browser, name: str, content: str | bytes) -> dict[str, Any]:
    """The hidden fields of the page that shows this file."""
    answer = await sent(browser, name, content)
    assert answer.status_code == 200, answer.text
    hidden = Reader(answer.text).hidden
    return {key: hidden[key] for key in ("carried", "carried_name")}


def command(folder: Path, name: str, content: str | bytes, *options: str) -> dict[str, Any]:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    done = CliRunner().invoke(main, ["allocate", str(file), "--json", *options])
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture
def browser(door: Door) -> Browser:
    return Browser(door.client())


@pytest.mark.parametrize(("name", "rule"), EVERY_RULE)
async def test_the_page_shows_what_the_command_line_says(
    browser: Browser, tmp_path: Path, name: str, rule: str
) -> None:
    content = FILES[name][0]
    page = Reader((await sent(browser, name, content, rule=rule)).text)
    if name == "vote.pb":
        said = command(tmp_path, name, content, "--rule", rule)
        shown = page.tables["propositions"]
        place = 3 + list(BALLOT_RULES).index(rule)
        funded = {name for name, fate in shown.column(place).items() if fate == "retenue"}
        names = proposal_names()
        assert funded == {names[each] for each in said["selected"]}
        in_order = [row[1] for row in page.tables["resultat"].rows]
        assert in_order == [names[each] for each in said["selected"]]
        return
    said = command(tmp_path, name, content, "--rule", rule, "--budget", "10000")
    chosen = page.tables["resultat"]
    receives = 1 if name == "avis.csv" else 2
    amounts = {who: plain(amount) for who, amount in chosen.column(receives).items()}
    assert amounts == said["awards"]
    if len(FILES[name][1]) > 1:
        figures = page.tables["chiffres"]
        column = figures.column(receives + figures.rules.index(rule))
        assert {who: plain(amount) for who, amount in column.items()} == said["awards"]


def proposal_names() -> dict[str, str]:
    lines = election_text().decode().split("PROJECTS\n")[1].split("VOTES\n")[0].splitlines()
    heading = lines[0].split(";")
    rows = [dict(zip(heading, line.split(";"), strict=True)) for line in lines[1:]]
    return {row["project_id"]: row["name"] for row in rows}


@pytest.mark.parametrize(("name", "rule"), EVERY_RULE)
async def test_every_result_is_a_round_file_that_is_replayed_here_and_there(
    browser: Browser, tmp_path: Path, name: str, rule: str
) -> None:
    content = FILES[name][0]
    hidden = await carried(browser, name, content)
    answer = await sent(browser, **hidden, round=rule)
    assert answer.headers["content-disposition"] == 'attachment; filename="round.json"'
    assert json.loads(answer.content)["rule"] == rule
    ballots = tmp_path / name
    ballots.write_text(content, newline="")
    is_vote = name == "vote.pb"
    options = ("--ballots", str(ballots)) if is_vote else ()
    assert command(tmp_path, "round.json", answer.content, *options)["agrees"] is True

    shown = await sent(browser, "round.json", answer.content)
    if is_vote:
        assert "Il manque les bulletins" in shown.text
        again = Reader(shown.text).hidden
        shown = await browser.post(
            "/repartir",
            {"carried": again["carried"], "carried_name": "round.json"},
            files={"ballots": (name, content.encode())},
        )
    assert "Ce calcul concorde" in shown.text
    same = tmp_path / "written.json"
    made = [str(ballots), "--rule", rule, "--write-round", str(same)]
    amount = () if is_vote else ("--budget", "10000")
    assert CliRunner().invoke(main, ["allocate", *made, *amount]).exit_code == 0
    assert same.read_bytes() == answer.content


async def test_typed_lines_and_the_same_file_give_the_same_round(browser: Browser) -> None:
    hidden = await carried(browser, "demandes.csv", CLAIMS)
    by_file = await sent(browser, **hidden, round="piniles")
    typed = await sent(browser, claims=SEVEN, round="piniles")
    assert typed.content == by_file.content
    pasted = await sent(browser, claims=CLAIMS, round="piniles")
    assert pasted.content == by_file.content


async def test_a_file_is_carried_back_byte_for_byte(browser: Browser) -> None:
    """Its digest stands in the round file: no line end, no accent may change on the way."""
    text = election_text().decode().replace("outils", "outilthèque")
    content = "\ufeff" + unicodedata.normalize("NFD", text).replace("\n", "\r\n")
    hidden = await carried(browser, "vote.pb", content)
    answer = await sent(browser, **hidden, round="greedy")
    ballots = {"ballots": ("vote.pb", content.encode())}
    form = {"file": ("round.json", answer.content), **ballots}
    shown = await browser.post("/repartir", {}, files=form)
    assert "Ce calcul concorde" in shown.text


async def test_parameters_change_the_count_and_stay_in_the_form(
    browser: Browser, tmp_path: Path
) -> None:
    hidden = await carried(browser, "vote.pb", election_text())
    asked: dict[str, Any] = {
        "budget": "90000",
        "completion": "add1u",
        "options": ["exhaustive", "integral", "comparison"],
        "utility": "cardinality",
        "threshold": "60",
        "skipping": "no",
    }
    page = await sent(browser, **hidden, **asked)
    for kept in ('value="90000"', 'value="add1u" selected', 'value="60"'):
        assert kept in page.text
    assert page.text.count(" checked") == 3
    of_shares = json.loads(
        (await sent(browser, **hidden, **asked, round="equal-shares")).content
    )
    said = command(
        tmp_path,
        "vote.pb",
        election_text(),
        *("--budget", "90000", "--completion", "add1u", "--utility", "cardinality"),
        *("--exhaustive", "--integral", "--comparison"),
    )
    assert of_shares["result"]["selected"] == said["selected"]
    by_votes = json.loads((await sent(browser, **hidden, **asked, round="greedy")).content)
    options = ("--budget", "90000", "--rule", "greedy", "--threshold", "60", "--no-skip")
    said = command(tmp_path, "vote.pb", election_text(), *options)
    assert by_votes["result"]["selected"] == said["selected"]
    assert by_votes["completion"] == "none"


async def test_a_rule_that_refuses_says_why_and_leaves_the_others_alone(
    browser: Browser,
) -> None:
    page = await sent(browser, claims=WEIGHTED)
    assert page.status_code == 200
    assert "La règle « Talmud » n’a pas de sens avec des poids" in page.text.replace(
        "\xa0", " "
    )
    figures = Reader(page.text).tables["chiffres"]
    assert figures.rules == [name for name, rule in RULES.items() if rule.takes_weights]
    few = await sent(browser, "avis.csv", THREE)
    assert few.status_code == 200
    assert "aucune règle n’est à la fois impartiale et juste" in few.text
    assert Reader(few.text).tables["resultat"].rows


async def test_sainte_lague_is_used_where_it_can_be(browser: Browser, tmp_path: Path) -> None:
    lines = "name;claim\nCamille;7000\nNour;5000\nSasha;3000\n"
    hidden = await carried(browser, "x.csv", lines)
    asked: dict[str, Any] = {"rounding": "sainte-lague", "envelope": "100,01"}
    page = await sent(browser, **hidden, **asked)
    figures = Reader(page.text).tables["chiffres"]
    for rule, rounding in (
        ("proportional", "sainte-lague"),
        ("equal-awards", "sainte-lague"),
        ("talmud", "largest-remainder"),
    ):
        options = ("--rule", rule, "--budget", "100,01", "--rounding", rounding)
        said = command(tmp_path, "x.csv", lines, *options)
        column = figures.column(2 + figures.rules.index(rule))
        assert {who: plain(amount) for who, amount in column.items()} == said["awards"]
        written = json.loads((await sent(browser, **hidden, **asked, round=rule)).content)
        assert written.get("rounding", "largest-remainder") == rounding
    assert page.text.count("Arrondi aux plus grands restes") == len(RULES) - 2


@pytest.mark.parametrize(
    ("name", "content", "field", "words"),
    [
        ("notes.txt", "bonjour", "file", ".pb, .csv, .json"),
        ("vide.csv", "", "file", "vide"),
        ("x.csv", "nom;somme\nNour;3\n", "file", "name;claim"),
        ("x.csv", "name;claim\nNour;3\nAwa;trois\n", "file", "Ligne 3"),
        ("x.csv", "project;donor;amount\nPuits;Awa;-3\n", "file", "Ligne 2"),
        ("x.csv", "from;to;points\nAwa;Awa;3\n", "file", "Ligne 2"),
        ("x.csv", "name;take;before\nAwa;x;3\n", "file", "Ligne 2"),
        ("x.csv", "\udcff", "file", "UTF-8"),
        ("x.csv", claims_file(2_001), "file", "2001 lignes"),
        ("x.csv", claims_file(100_000), "file", "100000 lignes"),
        ("x.pb", "META\nkey;value\nbudget;5\n", "file", "type de vote"),
        ("x.pb", RANKED, "convert", "classements"),
        ("round.json", "{}", "file", "n’est pas un calcul"),
        ("round.json", "[" * 100_000, "file", "ce n’est pas du JSON"),
        ("round.json", '{"a": "b"}', "file", "n’est plus écrit comme commons"),
        ("demandes", "name;claim\nNour;3\n", "file", "pas de fin de nom"),
        ("x.csv", "name;claim\nNour;999999999999999999999\n", "file", "trop long"),
    ],
)
async def test_a_bad_file_is_refused_beside_its_field(
    browser: Browser, name: str, content: str, field: str, words: str
) -> None:
    data = content.encode("utf-8", "surrogateescape")
    answer = await sent(browser, name, data, claims="Nour;12")
    assert answer.status_code == 422
    wrong = answer.text.split(f'id="{field}-erreur">')[1].split("</p>")[0]
    assert words in wrong.replace("\xa0", " ")
    assert "Nour;12" in answer.text


async def test_every_wrong_line_is_said_at_once_and_what_was_typed_stays(
    browser: Browser,
) -> None:
    typed = "Nour;1,234\nAwa;12\nAwa;5\nThéo;dix\nInès\nLéon;5;9"
    answer = await sent(browser, claims=typed)
    assert answer.status_code == 422
    wrong = answer.text.split('id="claims-erreur">')[1].split("</p>")[0]
    for line in (1, 3, 4, 5, 6):
        assert f"Ligne {line}\u00a0:" in wrong
    assert "Ligne 2 :" not in wrong
    assert typed in answer.text


async def test_too_much_typed_is_refused_kindly_and_stays(browser: Browser) -> None:
    typed = "".join(f"p{place};{place + 1}\n" for place in range(10_000))
    answer = await sent(browser, claims=typed)
    assert answer.status_code == 422
    assert "choisissez-le" in answer.text
    assert "p9999;10000" in answer.text


async def test_a_file_that_is_too_heavy_names_the_command_line(browser: Browser) -> None:
    answer = await sent(browser, "x.csv", "name;claim\n" + "a" * 4_000_000)
    assert answer.status_code == 422
    assert "commons allocate x.csv" in answer.text


async def test_a_wrong_parameter_keeps_the_file(browser: Browser) -> None:
    hidden = await carried(browser, "dons.csv", GIFTS)
    answer = await sent(browser, **hidden, cap="beaucoup", pair_bound="0")
    assert answer.status_code == 422
    assert 'id="cap-erreur"' in answer.text
    assert 'id="pair_bound-erreur"' in answer.text
    again = Reader(answer.text).hidden
    assert again["carried"] == hidden["carried"]
    assert (await sent(browser, **hidden, cap="20")).status_code == 200


async def test_a_setting_that_the_ballots_make_idle_is_refused_beside_it(
    browser: Browser,
) -> None:
    hidden = await carried(browser, "vote.pb", election_text())
    for idle, value in (("utility", "points"), ("convert", "approval")):
        answer = await sent(browser, **hidden, **{idle: value})
        assert answer.status_code == 422
        assert f'id="{idle}-erreur"' in answer.text
        assert Reader(answer.text).hidden["carried"] == hidden["carried"]


ONE = """META
key;value
budget;10
vote_type;approval
PROJECTS
project_id;cost
A;6
B;9
VOTES
voter_id;vote
1;A
2;A,B
3;
"""


async def test_one_is_said_as_one_and_settings_in_words(browser: Browser) -> None:
    page = await sent(browser, "vote.pb", ONE, completion="utilitarian", options=["integral"])
    text = page.text.replace("\xa0", " ")
    assert "1 personnes" not in text
    assert "2 personnes : 3,00 chacune" in text
    assert "Ce que gagne qui soutient une proposition : son coût." in text
    assert "Avec l’argent qui reste : le nombre de voix." in text
    assert "Les parts de départ sont en euros entiers." in text
    assert "il ne restait à son tour que 4,00" in text
    assert "Avec une unité de monnaie de plus dans le budget, rien ne changerait." in text
    for rule in ("greedy", "phragmen"):
        hidden = {key: Reader(page.text).hidden[key] for key in ("carried", "carried_name")}
        chosen = (await sent(browser, **hidden, choose=rule)).text
        assert "Avec une unité de monnaie de plus dans le budget" in chosen


@pytest.mark.parametrize("packed", ["%%%", "AAAA", "eJwDAAAAAAE="])
async def test_a_carried_file_that_was_tampered_with_is_asked_for_again(
    browser: Browser, packed: str
) -> None:
    answer = await sent(browser, carried=packed, carried_name="x.csv")
    assert answer.status_code == 422
    assert "choisissez-le de nouveau" in answer.text


async def test_a_changed_result_is_named_where_it_differs(browser: Browser) -> None:
    whole = (await sent(browser, claims="Nour;7000\nAwa;9000", round="talmud")).content
    bad = whole.replace(b'"award":"4000.00"', b'"award":"4000.01"')
    assert bad != whole
    page = await sent(browser, "round.json", bad)
    assert page.status_code == 200
    assert "Ce calcul ne concorde pas" in page.text
    assert "4000.01" in page.text
    assert "4000.00" in page.text


async def test_other_ballots_than_those_of_the_round_are_refused_beside_them(
    browser: Browser,
) -> None:
    hidden = await carried(browser, "vote.pb", election_text())
    whole = (await sent(browser, **hidden, round="phragmen")).content
    files = {"file": ("round.json", whole), "ballots": ("vote.pb", RANKED.encode())}
    answer = await browser.post("/repartir", {}, files=files)
    assert answer.status_code == 422
    assert "empreinte diffère" in answer.text.split('id="ballots-erreur">')[1]


async def test_nothing_is_written_and_no_cookie_but_the_sites_is_set(
    door: Door, browser: Browser
) -> None:
    await browser.secret()
    before = set(browser.client.cookies)
    answer = await sent(browser, "demandes.csv", CLAIMS)
    assert answer.status_code == 200
    assert set(browser.client.cookies) == before
    assert not list(door.services.settings.data_dir.rglob("*.csv"))
