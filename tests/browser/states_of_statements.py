"""States of what one takes out of a journal: contributions, statements, valuation."""

from tests.browser.state import COMMONS, State
from tests.browser.village import Village

CHOSEN = {
    "hourly_rate": "12,02",
    "method": "Chiffre voté à l'assemblée du 3 octobre 2026, d'après le SMIC horaire brut.",
}


def states_of_statements(v: Village) -> list[State]:
    garden, own = f"/communs/{v.garden.slug}", "/moi/contributions"
    listing, valuation = f"{COMMONS}/releves", f"{COMMONS}/valorisation"
    worth, water = f"{garden}/valorisation", f"/communs/{v.map.slug}/valorisation"
    return [
        State("mine", own, own, "sasha"),
        State("mine-before", own, f"{own}?annee=2025", "camille"),
        State("mine-none", own, own, "awa"),
        State("mine-nobody", own, own, status=401),
        State("mine-not-begun", own, f"{own}?annee=2031", "sasha", 422),
        State("mine-english", own, f"{own}?lang=en", "sasha"),
        State("statements", listing, f"{garden}/releves", "nour"),
        State("statements-forbidden", listing, f"{garden}/releves", "sasha", 403),
        State("valuation", valuation, worth, "nour"),
        State("valuation-none", valuation, water, "camille"),
        State(
            "valuation-done",
            valuation,
            f"{worth}?annee=2025",
            "nour",
            action="valorisation",
            form=CHOSEN,
        ),
        State(
            "valuation-refused",
            valuation,
            worth,
            "nour",
            action="valorisation",
            form={"hourly_rate": "douze euros", "method": ""},
            status=422,
        ),
        State("valuation-forbidden", valuation, worth, "sasha", 403),
    ]
