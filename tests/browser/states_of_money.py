"""Money, envelopes, elections and charters, in every state of their pages."""

from tests.browser.state import COMMONS, ENVELOPE, State
from tests.browser.states_of_comparing import states_of_comparing
from tests.browser.town_hall import election_text
from tests.browser.village import MOVED, Village


def states_of_money(v: Village) -> list[State]:
    return [
        *_envelopes(v),
        *_taken_back(v),
        *_ballots(v),
        *_charters(v),
        *states_of_comparing(),
    ]


def _at(v: Village) -> dict[str, str]:
    slugs = {commons.commons_id: commons.slug for commons in (v.garden, v.fund)}
    return {
        key: f"/communs/{slugs[e.commons_id]}/enveloppes/{e.envelope_id}"
        for key, e in v.envelopes.items()
    }


def _envelopes(v: Village) -> list[State]:
    garden, at = f"/communs/{v.garden.slug}", _at(v)
    return [
        State("money", f"{COMMONS}/argent", f"{garden}/argent", "nour"),
        State(
            "money-refused",
            f"{COMMONS}/argent",
            f"{garden}/argent",
            "nour",
            form={"amount": "beaucoup"},
            status=422,
        ),
        State("envelopes", f"{COMMONS}/enveloppes", f"{garden}/enveloppes"),
        State("envelopes-treasurer", f"{COMMONS}/enveloppes", f"{garden}/enveloppes", "nour"),
        State(
            "envelopes-none",
            f"{COMMONS}/enveloppes",
            f"/communs/{v.map.slug}/enveloppes",
            "camille",
        ),
        State(
            "envelope-new",
            f"{COMMONS}/enveloppes/nouvelle",
            f"{garden}/enveloppes/nouvelle",
            "nour",
        ),
        State(
            "envelope-new-refused",
            f"{COMMONS}/enveloppes/nouvelle",
            f"{garden}/enveloppes/nouvelle",
            "nour",
            form={"title": "Été", "amount": "12,345", "closes_on": "2026-01-01"},
            status=422,
        ),
        *(State(f"envelope-{key}", ENVELOPE, path) for key, path in at.items()),
        *(
            State(f"envelope-{key}-steward", ENVELOPE, path, "camille")
            for key, path in at.items()
        ),
        State(
            "envelope-claim-refused",
            f"{ENVELOPE}/demander",
            at["open"],
            "sasha",
            action="/demander",
            form={"amount": "cent", "reason": "Les pots"},
            status=422,
        ),
        State(
            "envelope-own-claim-refused",
            f"{ENVELOPE}/regle",
            at["over-claimed"],
            "camille",
            action="/regle",
            hidden={"step": "adopt"},
            status=409,
        ),
    ]


def _taken_back(v: Village) -> list[State]:
    entry = f"{COMMONS}/journal/{{entry_id}}"
    at = {name: f"/communs/{v.garden.slug}/journal/{key}" for name, key in MOVED.items()}

    def refused(name: str, who: str) -> State:
        form = {"reason": "Saisi par erreur"}
        return State(
            f"taking-back-{name}-refused",
            f"{entry}/annuler",
            at[name],
            who,
            action="/annuler",
            form=form,
            status=409,
        )

    return [
        *(State(f"entry-money-{name}", entry, path, "nour") for name, path in at.items()),
        State("entry-money-read", entry, at["paid"]),
        refused("received", "nour"),
        refused("divided", "nour"),
        refused("paid", "camille"),
    ]


def _ballots(v: Village) -> list[State]:
    route, at = f"{ENVELOPE}/scrutin", {key: f"{path}/scrutin" for key, path in _at(v).items()}
    whole = election_text()
    lacking = whole.replace(b"project_id;cost;votes;name", b"project_id;votes;name")
    dollars = whole.replace(b"currency;EUR", b"currency;USD")

    def sent(name: str, to: str, file: bytes, status: int = 200) -> State:
        return State(name, route, at[to], "camille", status, action="/scrutin", upload=file)

    return [
        State("ballot", route, at["vote"], "camille"),
        State("ballot-forbidden", route, at["vote"], "awa", 403),
        sent("ballot-counted", "vote", whole),
        sent("ballot-nothing-funded", "open", whole),
        sent("ballot-no-file", "vote", b"", 422),
        sent("ballot-lacks-a-column", "vote", lacking, 422),
        sent("ballot-in-dollars", "vote", dollars, 422),
        sent("ballot-on-claims", "over-claimed", whole, 409),
        sent("ballot-twice", "voted", whole, 409),
    ]


def _charters(v: Village) -> list[State]:
    garden = f"/communs/{v.garden.slug}"
    return [
        State("charters", f"{COMMONS}/chartes", f"{garden}/chartes"),
        State(
            "charters-none", f"{COMMONS}/chartes", f"/communs/{v.map.slug}/chartes", "camille"
        ),
        State(
            "charter-new",
            f"{COMMONS}/chartes/nouvelle",
            f"{garden}/chartes/nouvelle",
            "camille",
        ),
        State(
            "charter-new-refused",
            f"{COMMONS}/chartes/nouvelle",
            f"{garden}/chartes/nouvelle?collectivite={v.town.organisation_id}",
            "camille",
            action="/chartes/nouvelle",
            status=422,
        ),
    ]
