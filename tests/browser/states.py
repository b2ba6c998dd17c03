"""Every page of the service and every state it can be in, for tests that look at all of them.

A page that no state shows makes `test_every_page_is_looked_at` fail.
"""

from tests.browser.state import COMMONS, DOSSIER, ENVELOPE, State
from tests.browser.states_of_dossiers import states_of_dossiers
from tests.browser.states_of_money import states_of_money
from tests.browser.states_of_statements import states_of_statements
from tests.browser.village import Village

from commons.content import content_folder
from commons.ledger.books.forms import BookForm
from commons.web.problems import TITLES

STATEMENT = f"{COMMONS}/releves/{{person_id}}/{{year}}"
DOWNLOADS = frozenset(
    {
        f"{COMMONS}/journal.json",
        *(f"{COMMONS}/journal.{form}" for form in BookForm),
        f"{COMMONS}/journal/{{entry_id}}/preuve.json",
        f"{COMMONS}/paiements.csv",
        f"{ENVELOPE}/round.json",
        f"{ENVELOPE}/scrutin/paiements.csv",
        f"{COMMONS}/chartes/{{charter_id}}/charte.pdf",
        f"{COMMONS}/chartes/{{charter_id}}/charte.docx",
        f"{DOSSIER}/dossier.yaml",
        f"{DOSSIER}/tout.zip",
        f"{DOSSIER}/{{piece}}/{{form}}",
        "/moi/donnees.json",
        "/moi/donnees.pdf",
        f"{STATEMENT}/releve.pdf",
        f"{STATEMENT}/releve.docx",
        f"{STATEMENT}/attestation.pdf",
        f"{STATEMENT}/attestation.docx",
        "/verifier/emporter",
        "/sante",
    }
)
"""What is answered with a file or a word, not with a page."""

REDIRECTS = frozenset(
    {
        "/connexion/{token}",
        "/deconnexion",
        "/invitations/{invitation_id}",
        f"{COMMONS}/invitations/{{invitation_id}}/annuler",
        f"{COMMONS}/payer/{{payee_id}}",
        f"{COMMONS}/journal/{{entry_id}}/attester",
        f"{COMMONS}/journal/{{entry_id}}/repondre",
        f"{COMMONS}/consigner/apercu",
        f"{COMMONS}/regles",
        f"{DOSSIER}/reprendre",
        f"{DOSSIER}/clauses/{{clause_id}}/retirer",
        "/dossiers/equipe/{organisation_id}/{person_id}",
    }
)
"""Forms that lead to another page, or, when refused, to a page that is among the states."""


def states(village: Village) -> list[State]:
    """All of them, in the order one meets them."""
    return [
        *_doors(village),
        *_registry(village),
        *_journal(village),
        *states_of_money(village),
        *states_of_statements(village),
        *states_of_dossiers(village),
    ]


def _doors(v: Village) -> list[State]:
    problems = [State(f"problem-{c}", "/problemes/{code}", f"/problemes/{c}") for c in TITLES]
    return [
        State("home", "/", "/"),
        State("home-member", "/", "/", "camille"),
        State("home-english", "/", "/?lang=en"),
        State("glossary", "/glossaire", "/glossaire"),
        State("proof", "/ce-que-prouve-le-registre", "/ce-que-prouve-le-registre"),
        State("verify", "/verifier", "/verifier"),
        State(
            "verify-refused",
            "/verifier",
            "/verifier",
            hidden={"by": "service"},
            action="/verifier",
            status=422,
        ),
        *problems,
        State("nowhere", "", "/nulle-part", status=404),
        State("sign-in", "/connexion", "/connexion"),
        State("sign-in-refused", "/connexion", "/connexion", form={"email": "non"}, status=422),
        State("sign-in-sent", "/connexion", "/connexion", form={"email": "qui@exemple.fr"}),
        State("link", "/connexion/{token}", f"/connexion/{v.link}"),
        State("link-used", "/connexion/{token}", f"/connexion/{v.used_link}"),
        State("invitations", "/invitations", "/invitations", "awa"),
        State("account", "/moi", "/moi", "camille"),
        State("account-no-role", "/moi", "/moi", "awa"),
        State("account-refused", "/moi", "/moi", "camille", form={"name": ""}, status=422),
        State("account-nobody", "/moi", "/moi", status=401),
        State("data", "/moi/donnees", "/moi/donnees", "camille"),
        State(
            "erase-refused",
            "/moi/effacer",
            "/moi/donnees",
            "camille",
            action="/effacer",
            status=422,
        ),
        State("token", "/moi/jeton", "/moi", "camille", action="/moi/jeton"),
    ]


def _registry(v: Village) -> list[State]:
    garden, workshop = f"/communs/{v.garden.slug}", f"/communs/{v.workshop.slug}"
    other = f"/communs/{v.map.slug}"
    software = (content_folder("examples") / "publiccode.yml").read_text(encoding="utf-8")
    nour = f"{garden}/membres/{v.people['nour']}/retirer?role=treasurer"
    last = f"{garden}/membres/{v.people['camille']}/retirer?role=steward"
    return [
        State("commons", "/communs", "/communs"),
        State("commons-found", "/communs", "/communs?q=jardin&territoire=Lille", "camille"),
        State("commons-none", "/communs", "/communs?q=zzz"),
        State("commons-unknown-place", "/communs", "/communs?territoire=Atlantide"),
        State("commons-new", "/communs/nouveau", "/communs/nouveau", "camille"),
        State(
            "commons-new-refused",
            "/communs/nouveau",
            "/communs/nouveau",
            "camille",
            form={"name": "", "licences": "MIEN", "territory": "Atlantide"},
            status=422,
        ),
        State("commons-new-nobody", "/communs/nouveau", "/communs/nouveau", status=401),
        State("commons-new-forbidden", "/communs/nouveau", "/communs/nouveau", "awa", 403),
        State("publiccode", "/communs/importer", "/communs/importer", "camille"),
        State(
            "publiccode-refused",
            "/communs/importer",
            "/communs/importer",
            "camille",
            form={"text": "[["},
            status=422,
        ),
        State(
            "publiccode-found",
            "/communs/importer",
            "/communs/importer",
            "camille",
            form={
                "text": "publiccodeYmlVersion: '0.4'\nname: Trousseau\nurl: pas une adresse\n"
            },
        ),
        State(
            "publiccode-read",
            "/communs/importer",
            "/communs/importer",
            "camille",
            form={"text": software},
        ),
        State("fiche", COMMONS, garden),
        State("fiche-steward", COMMONS, garden, "camille"),
        State("fiche-members-only", COMMONS, workshop),
        State("fiche-empty", COMMONS, other, "camille"),
        State("edit", f"{COMMONS}/modifier", f"{garden}/modifier", "camille"),
        State(
            "edit-refused",
            f"{COMMONS}/modifier",
            f"{garden}/modifier",
            "camille",
            form={"community": ""},
            status=422,
        ),
        State("members", f"{COMMONS}/membres", f"{garden}/membres", "camille"),
        State("members-contributor", f"{COMMONS}/membres", f"{garden}/membres", "sasha"),
        State(
            "members-refused",
            f"{COMMONS}/membres",
            f"{garden}/membres",
            "camille",
            action="/membres",
            form={"name": "Paul", "email": "paul"},
            status=422,
        ),
        State("withdraw", f"{COMMONS}/membres/{{person_id}}/retirer", nour, "camille"),
        State(
            "withdraw-refused",
            f"{COMMONS}/membres/{{person_id}}",
            last,
            "camille",
            action=f"/membres/{v.people['camille']}",
            status=409,
        ),
        State(
            "organisation-edit",
            "/organisations/{slug}/modifier",
            f"/organisations/{v.town.slug}/modifier",
            "nour",
        ),
        State(
            "organisation-edit-refused",
            "/organisations/{slug}/modifier",
            f"/organisations/{v.town.slug}/modifier",
            "nour",
            form={"siret": "123"},
            status=422,
        ),
        State("organisations", "/organisations", "/organisations", "camille"),
        State("organisations-none", "/organisations", "/organisations?q=zzz"),
        State("organisation-new", "/organisations/nouvelle", "/organisations/nouvelle", "nour"),
        State(
            "organisation-new-refused",
            "/organisations/nouvelle",
            "/organisations/nouvelle",
            "nour",
            form={"name": "La Ruche", "siret": "123"},
            status=422,
        ),
    ]


def _journal(v: Village) -> list[State]:
    garden, workshop = f"/communs/{v.garden.slug}", f"/communs/{v.workshop.slug}"
    entry, log = f"{COMMONS}/journal/{{entry_id}}", f"{COMMONS}/consigner"
    waiting, own, attested, back = v.works[10], v.works[9], v.works[0], v.works[1]
    contributions = (content_folder("examples") / "contributions.csv").read_bytes()
    history = (
        f"{'1' * 40}\t2026-10-20T10:00:00+02:00\tNour <nour@exemple.fr>\tTraduire\n"
        f"{'2' * 40}\tjamais\tKim <kim@exemple.fr>\tDater\n"
    )
    return [
        State("log", log, f"{garden}/consigner", "sasha"),
        State("log-for-others", log, f"{garden}/consigner", "camille"),
        State(
            "log-refused",
            log,
            f"{garden}/consigner",
            "sasha",
            form={"description": "Arrosage", "duration": "longtemps", "links": "ftp://x"},
            status=422,
        ),
        State("journal", f"{COMMONS}/journal", f"{garden}/journal"),
        State("journal-member", f"{COMMONS}/journal", f"{garden}/journal", "nour"),
        State("journal-filtered", f"{COMMONS}/journal", f"{garden}/journal?etat=reversed"),
        State(
            "journal-unread-filter",
            f"{COMMONS}/journal",
            f"{garden}/journal?etat=xx&genre=contribution&mois=jamais",
            "camille",
        ),
        State("journal-none", f"{COMMONS}/journal", f"{garden}/journal?genre=erasure"),
        State("journal-closed", f"{COMMONS}/journal", f"{workshop}/journal", status=401),
        State("journal-shut", f"{COMMONS}/journal", f"{workshop}/journal", "nour", 403),
        State("journal-empty", f"{COMMONS}/journal", f"/communs/{v.map.slug}/journal"),
        State(
            "journal-nothing-ticked",
            f"{COMMONS}/journal/attester",
            f"{garden}/journal",
            "nour",
            action="/journal/attester",
            status=422,
        ),
        State("entry", entry, f"{garden}/journal/{waiting}", "nour"),
        State("entry-attested", entry, f"{garden}/journal/{attested}"),
        State("entry-own", entry, f"{garden}/journal/{own}", "camille"),
        State("entry-reversed", entry, f"{garden}/journal/{back}", "camille"),
        State("entry-charter", entry, f"{garden}/journal/{v.charter.entry_id}"),
        State(
            "entry-refused",
            f"{entry}/annuler",
            f"{garden}/journal/{own}",
            "camille",
            action="/annuler",
            status=422,
        ),
        State(
            "contest-refused",
            f"{entry}/contester",
            f"{garden}/journal/{waiting}",
            "nour",
            action="/contester",
            status=422,
        ),
        State("entry-contested", entry, f"{garden}/journal/{v.works[4]}", "nour"),
        State("entry-contest", entry, f"{garden}/journal/{v.contest}", "nour"),
        State("accounts", f"{COMMONS}/comptes", f"{garden}/comptes"),
        State(
            "accounts-then",
            f"{COMMONS}/comptes",
            f"{garden}/comptes?jour=2026-11-10&taille=20",
            "camille",
        ),
        State(
            "accounts-refused",
            f"{COMMONS}/comptes",
            f"{garden}/comptes?jour=demain&taille=9999",
        ),
        State("accounts-empty", f"{COMMONS}/comptes", f"/communs/{v.map.slug}/comptes"),
        State("rules", f"{COMMONS}/regles", f"{garden}/regles"),
        State("rules-steward", f"{COMMONS}/regles", f"{workshop}/regles", "sasha"),
        State("rules-closed", f"{COMMONS}/regles", f"{workshop}/regles", status=401),
        State(
            "rules-review",
            f"{COMMONS}/regles/relire",
            f"{workshop}/regles",
            "sasha",
            action="/regles/relire",
            form={"quorum": "3", "contest_days": "20", "advance": "0"},
        ),
        State(
            "rules-refused",
            f"{COMMONS}/regles/relire",
            f"{workshop}/regles",
            "sasha",
            action="/regles/relire",
            form={"quorum": "0", "contest_days": "bientôt", "advance": "mille"},
            status=422,
        ),
        State(
            "unit-refused",
            f"{COMMONS}/unites",
            f"{workshop}/regles",
            "sasha",
            action="/unites",
            status=422,
        ),
        State("import", f"{COMMONS}/importer", f"{garden}/importer", "nour"),
        State(
            "import-refused",
            f"{COMMONS}/importer",
            f"{garden}/importer",
            "nour",
            action="/importer",
            status=422,
        ),
        State(
            "imported",
            f"{COMMONS}/importer",
            f"{garden}/importer",
            "nour",
            action="/importer",
            upload=contributions,
        ),
        State(
            "import-history-refused",
            f"{COMMONS}/importer/historique",
            f"{garden}/importer",
            "nour",
            action="/historique",
            upload=contributions,
            upload_name="history",
            status=422,
        ),
        State(
            "imported-history",
            f"{COMMONS}/importer/historique",
            f"{garden}/importer",
            "nour",
            action="/historique",
            upload=history.encode(),
            upload_name="history",
        ),
    ]
