"""Dossiers, clauses and thresholds, in every state of their pages."""

from tests.browser.state import DOSSIER, State
from tests.browser.village import Village

from commons.procurement.assembly import wanted
from commons.procurement.content import load_catalogue
from commons.procurement.dossier_file import read_dossier
from commons.procurement.forms import STEPS

AGENT = "hugo"
STEP, CLAUSE = f"{DOSSIER}/etape/{{slug}}", f"{DOSSIER}/clauses/{{clause_id}}"


def states_of_dossiers(v: Village) -> list[State]:
    return [*_for_everyone(), *_begun(), *_standing(v), *_written(v), *_clauses(v), *_team(v)]


def _for_everyone() -> list[State]:
    shown = ("exec-social", "critere-environnement", "pi-licence-resultats")
    return [
        State("clauses", "/clauses", "/clauses"),
        *(State(f"clause-{c}", "/clauses/{clause_id}", f"/clauses/{c}") for c in shown),
        State("clause-nowhere", "/clauses/{clause_id}", "/clauses/rien", status=404),
        State("thresholds", "/seuils", "/seuils"),
        State("dossiers-nobody", "/dossiers", "/dossiers"),
        State("dossiers-formerly", "/marches", "/marches"),
        State("dossiers-no-role", "/dossiers", "/dossiers", "awa"),
    ]


def _begun() -> list[State]:
    new = "/dossiers/nouveau"
    return [
        State("dossiers", "/dossiers", "/dossiers", AGENT),
        State("dossiers-instance", "/dossiers", "/dossiers", "ines"),
        State("dossier-new", new, new, AGENT),
        State(
            "dossier-new-refused",
            new,
            new,
            AGENT,
            form={"title": "Outils", "estimate.amount": "beaucoup", "months": "trois"},
            status=422,
        ),
        State("dossier-new-nobody", new, new, status=401),
        State("dossier-new-forbidden", new, new, "awa", 403),
    ]


def _at(v: Village) -> dict[str, str]:
    return {key: f"/dossiers/{kept.dossier_id}" for key, kept in v.dossiers.items()}


def _standing(v: Village) -> list[State]:
    at = _at(v)
    pieces = wanted(read_dossier(v.dossiers["good"].text), load_catalogue())
    preview = f"{DOSSIER}/apercu/{{piece}}"
    return [
        *(State(f"dossier-{key}", DOSSIER, path, AGENT) for key, path in at.items()),
        State("dossier-forbidden", DOSSIER, at["good"], "awa", 403),
        State(
            "dossier-set-aside-refused",
            f"{DOSSIER}/ecarter",
            at["faulty"],
            AGENT,
            action="/ecarter",
            status=422,
        ),
        *(
            State(f"dossier-piece-{piece}", preview, f"{at['good']}/apercu/{piece}", AGENT)
            for piece in pieces
        ),
    ]


def _written(v: Village) -> list[State]:
    at = _at(v)
    good, faulty = at["good"], at["faulty"]
    text = f"{DOSSIER}/texte"
    return [
        *(
            State(f"dossier-step-{step.slug}", STEP, f"{good}/etape/{step.slug}", AGENT)
            for step in STEPS
        ),
        State("dossier-criteria-faulty", STEP, f"{faulty}/etape/criteres", AGENT),
        State("dossier-texts-faulty", STEP, f"{faulty}/etape/textes", AGENT),
        State(
            "dossier-amount-refused",
            STEP,
            f"{good}/etape/procedure",
            AGENT,
            form={"estimate.amount": "beaucoup", "offers_until": ""},
            status=422,
        ),
        State(
            "dossier-weight-refused",
            STEP,
            f"{faulty}/etape/criteres",
            AGENT,
            form={"criteria[1].weight": "la moitié", "criteria[2].subcriteria": "Délai ; dix"},
            status=422,
        ),
        State(
            "dossier-changed-meanwhile",
            STEP,
            f"{good}/etape/besoin",
            AGENT,
            form={"title": "Service de prêt d'outils et de remorques"},
            hidden={"seen": "2026-11-01T00:00:00+00:00"},
            status=409,
        ),
        State("dossier-text", text, f"{good}/texte", AGENT),
        State(
            "dossier-text-refused",
            text,
            f"{faulty}/texte",
            AGENT,
            form={"text": "reference: 2026-13\nmois: trois\n"},
            status=422,
        ),
    ]


def _clauses(v: Village) -> list[State]:
    at = _at(v)
    good, faulty, listing = at["good"], at["faulty"], f"{DOSSIER}/clauses"
    return [
        *(
            State(f"dossier-clauses-{key}", listing, f"{path}/clauses", AGENT)
            for key, path in at.items()
            if key != "unreadable"
        ),
        State("dossier-clause", CLAUSE, f"{good}/clauses/exec-environnement", AGENT),
        State("dossier-clause-offered", CLAUSE, f"{faulty}/clauses/exec-social", AGENT),
        State(
            "dossier-clause-faulty", CLAUSE, f"{faulty}/clauses/exec-contribution-amont", AGENT
        ),
        State(
            "dossier-clause-refused",
            CLAUSE,
            f"{faulty}/clauses/exec-social",
            AGENT,
            form={"answers.heures": "beaucoup"},
            status=422,
        ),
    ]


def _team(v: Village) -> list[State]:
    route = "/dossiers/equipe/{organisation_id}"
    path = f"/dossiers/equipe/{v.town.organisation_id}"
    return [
        State("dossier-team", route, path, AGENT),
        State("dossier-team-forbidden", route, path, "awa", 403),
        State(
            "dossier-team-refused",
            route,
            path,
            AGENT,
            action=str(v.town.organisation_id),
            form={"name": "", "email": "paul"},
            status=422,
        ),
    ]
