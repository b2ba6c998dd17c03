"""A village where everything a page can show has happened: people, commons, money, charters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

import yaml
from sqlalchemy.ext.asyncio import AsyncConnection
from tests.browser.serving import TODAY, Site
from tests.browser.town_hall import ballots, dossiers

from commons.app import seal_waiting
from commons.chamber.model import Envelope, EnvelopeDraft
from commons.chamber.store import ChamberStore
from commons.charters.content import charter_model
from commons.charters.store import CharterStore, DrawnCharter
from commons.content import content_folder
from commons.identity.model import INSTANCE, Grant, Role, Scope
from commons.identity.store import IdentityStore
from commons.kernel.quantity import Unit
from commons.ledger.appending import append_all
from commons.ledger.model import Draft, Kind, Rules
from commons.ledger.rules import reversal_of
from commons.ledger.ruling import RulesStore
from commons.ledger.store import JournalStore
from commons.procurement.store import KeptDossier
from commons.registry.confirming import said_about
from commons.registry.model import Commons, Organisation
from commons.registry.rules import commons_facts, organisation_facts
from commons.registry.store import RegistryStore

MOVED = {name: uuid5(NAMESPACE_OID, name) for name in ("received", "opened", "divided", "paid")}
"""The entries of the garden's money that have pages among the states."""

GARDEN = {
    "name": "Jardins partagés de la Poudrerie",
    "resource_kind": "natural",
    "resource": "1 200 m² cultivés sans pesticide, leurs outils, leurs semences et un guide "
    "de compostage que d'autres quartiers peuvent reprendre.",
    "community": "Une quarantaine d'habitantes et d'habitants ; toute personne qui vient "
    "cultiver en fait partie.",
    "rules": "On décide à l'assemblée du premier samedi, par absence d'objection. Les outils "
    "se rendent propres. Les récoltes se partagent à la sortie.",
    "licences": "CC-BY-SA-4.0",
    "territory": "Lille",
    "themes": "alimentation, sols, voisinage",
    "links": "https://poudrerie.example/regles",
    "needs": "Un second point d'eau, et une personne qui sait greffer les arbres.",
    "readers": "public",
}
WORKSHOP = {
    "name": "Atelier de réparation du Faubourg",
    "resource": "Un atelier, ses machines et le carnet de ce que l'on y apprend à réparer.",
    "community": "Ses adhérentes et adhérents.",
    "readers": "members",
}
MAP = {
    "name": "Carte ouverte des sources et fontaines",
    "resource_kind": "immaterial",
    "resource": "Une base de données des points d'eau potable, relevée à pied et à vélo.",
    "community": "Les personnes qui relèvent, corrigent et publient.",
    "licences": "ODbL-1.0",
    "territory": "Métropole Européenne de Lille",
    "readers": "pseudonyms",
}
FUND = {
    "name": "Fonds des communs de Saint-Ouvert",
    "resource_kind": "immaterial",
    "resource": "L'argent que la ville confie chaque année aux communs de son territoire.",
    "community": "Les habitantes et habitants de la ville, qui en décident par un vote.",
    "readers": "public",
}
WORKS = (
    ("camille", -330, 240, "Remise en état du grillage", "work", "pro-bono"),
    ("nour", -270, 150, "Comptes de l'année et bilan pour l'assemblée", "work", "open"),
    ("sasha", -240, 480, "Semis, repiquage et arrosage des serres", "work", "open"),
    (
        "camille",
        -180,
        360,
        "Atelier de compostage avec l'école Jean-Jaurès",
        "knowledge",
        "open",
    ),
    ("nour", -120, 90, "Prêt de la remorque pour le fumier", "material", "pro-bono"),
    ("sasha", -90, 600, "Construction de la cabane à outils", "work", "open"),
    ("camille", -60, 210, "Guide de compostage, deuxième édition", "knowledge", "open"),
    ("sasha", -30, 300, "Taille et paillage des fruitiers", "work", "open"),
    ("nour", -8, 150, "Dossier de subvention pour le point d'eau", "work", "open"),
    ("camille", -2, 120, "Accueil des nouvelles familles", "work", "pro-bono"),
    ("sasha", -1, 45, "Réparation de la brouette", "work", "pro-bono"),
)


@dataclass(frozen=True, slots=True)
class Village:
    """Where it is served, who lives there, and what a page of it needs in its address."""

    site: Site
    people: Mapping[str, UUID]
    garden: Commons
    workshop: Commons
    map: Commons
    fund: Commons
    town: Organisation
    envelopes: Mapping[str, Envelope]
    works: tuple[UUID, ...]
    charter: DrawnCharter
    contest: UUID
    dossiers: Mapping[str, KeptDossier]
    invitation: UUID
    link: str
    used_link: str


async def settled_village(site: Site) -> Village:
    """Make the village in a few transactions, as its people would have over a year."""
    async with site.services.engine.begin() as db:
        people = await _people(db, site)
        garden = await _commons(db, GARDEN, people["camille"])
        workshop = await _commons(db, WORKSHOP, people["sasha"])
        water = await _commons(db, MAP, people["camille"])
        fund = await _commons(db, FUND, people["camille"])
        store = IdentityStore(db, site.services.keyring.email)
        for name, role in (("nour", Role.TREASURER), ("sasha", Role.CONTRIBUTOR)):
            grant = Grant(Scope.COMMONS, garden.commons_id, role)
            await store.grant(people[name], grant, TODAY)
        offered = Grant(Scope.COMMONS, garden.commons_id, Role.CONTRIBUTOR)
        await store.invite(people["awa"], offered, garden.name, people["camille"], TODAY)
        [invitation] = await store.invitations(people["awa"])
        works = await _work(db, garden, people)
        contest = await _contest(db, garden, works[4], people["sasha"])
        await _rules(db, workshop, people["sasha"])
        town = await _town(db)
        for name, role in (("nour", Role.STEWARD), ("hugo", Role.SIGNATORY)):
            grant = Grant(Scope.ORGANISATION, town.organisation_id, role)
            await store.grant(people[name], grant, TODAY)
        envelopes = await _money(db, garden, town, people)
        votes = await ballots(db, fund, town, people["camille"])
        prepared = await dossiers(db, town, people["hugo"])
        charter = await _charter(db, garden, people["camille"])
        link = await store.make_link(people["awa"], TODAY)
        used = await store.make_link(people["awa"], TODAY)
        await store.use_link(used.token, TODAY)
    await seal_waiting(site.services)
    return Village(
        site,
        people,
        garden,
        workshop,
        water,
        fund,
        town,
        {**envelopes, **votes},
        works,
        charter,
        contest,
        prepared,
        invitation.invitation_id,
        link.token,
        used.token,
    )


async def _people(db: AsyncConnection, site: Site) -> dict[str, UUID]:
    store = IdentityStore(db, site.services.keyring.email)
    names = {
        "camille": "Camille Roux",
        "nour": "Nour Benali",
        "sasha": "Sasha Lemoine-Etchegaray",
        "awa": "Awa Diop",
        "ines": "Inès Caron",
        "hugo": "Hugo Marchand",
    }
    people = {
        key: await store.find_or_make(name, f"{key}@exemple.fr", TODAY, keep_address=True)
        for key, name in names.items()
    }
    await store.grant(people["ines"], Grant(Scope.INSTANCE, INSTANCE, Role.STEWARD), TODAY)
    return people


async def _commons(db: AsyncConnection, typed: Mapping[str, str], steward: UUID) -> Commons:
    commons = await RegistryStore(db).register(commons_facts(typed), TODAY)
    origin = f"communs.exemple.fr/{commons.commons_id}"
    await JournalStore(db).open(commons.commons_id, origin, TODAY)
    grant = Grant(Scope.COMMONS, commons.commons_id, Role.STEWARD)
    await IdentityStore(db, b"").grant(steward, grant, TODAY)
    return commons


async def _work(
    db: AsyncConnection, garden: Commons, people: Mapping[str, UUID]
) -> tuple[UUID, ...]:
    """A year of contributions: most attested, one reversed, the last ones waiting."""
    entries = []
    for who, days, minutes, what, nature, reward in WORKS:
        day = TODAY.date() + timedelta(days=days)
        personal = {
            "contributor": str(people[who]),
            "recorder": str(people[who]),
            "description": what,
        }
        draft = Draft(
            entry_id=uuid4(),
            kind=Kind.CONTRIBUTION,
            occurred_from=day,
            occurred_to=day,
            quantity=Decimal(minutes),
            unit="minute",
            details={"nature": nature, "reward": reward},
            personal=personal,
        )
        await append_all(db, garden.commons_id, [draft], TODAY + timedelta(days=days))
        entries.append(draft)
    for place, draft in enumerate(entries[:8]):
        attester = people["nour"] if WORKS[place][0] != "nour" else people["camille"]
        attestation = Draft(
            entry_id=uuid4(),
            kind=Kind.ATTESTATION,
            occurred_from=TODAY.date(),
            occurred_to=TODAY.date(),
            about=draft.entry_id,
            personal={"attester": str(attester)},
        )
        await append_all(db, garden.commons_id, [attestation], TODAY)
    target = await JournalStore(db).entry(garden.commons_id, entries[1].entry_id)
    why = {"reverser": str(people["nour"]), "reason": "Comptée deux fois"}
    back = reversal_of(target, (), entry_id=uuid4(), on=TODAY.date(), personal=why)
    await append_all(db, garden.commons_id, [back], TODAY)
    return tuple(draft.entry_id for draft in entries)


async def _contest(db: AsyncConnection, garden: Commons, about: UUID, by: UUID) -> UUID:
    """Of what was given in August: it awaits an answer."""
    who, day = {"contester": by}, TODAY.date()
    reason = "La remorque était déjà au jardin."
    said = said_about(Kind.CONTEST, about, day, who, reason, key=uuid4())
    await append_all(db, garden.commons_id, [said], TODAY)
    return said.entry_id


async def _rules(db: AsyncConnection, workshop: Commons, by: UUID) -> None:
    """Decided twice; and a unit of the workshop's own."""
    decide, day = RulesStore(db).decide, timedelta(days=1)
    await decide(workshop.commons_id, Rules(quorum=2, contest_days=15), by, TODAY - 40 * day)
    later = Rules(
        quorum=2,
        attesters=frozenset({"steward", "treasurer"}),
        contest_days=15,
        silence_accepts=True,
        advance=Decimal(500),
    )
    await decide(workshop.commons_id, later, by, TODAY - 3 * day)
    unit = Unit("reparation", 0, "réparations")
    await JournalStore(db).declare_unit(workshop.commons_id, unit)


async def _town(db: AsyncConnection) -> Organisation:
    registry = RegistryStore(db)
    town = {"name": "Ville de Saint-Ouvert", "kind": "collectivite", "siret": "21939999500014"}
    coop = {"name": "Coopérative Terre d'Est", "kind": "scic", "siret": "99988877900017"}
    association = {
        "name": "Les Amis de la Poudrerie",
        "kind": "association",
        "rna": "W930001234",
    }
    await registry.add_organisation(organisation_facts(coop), TODAY)
    await registry.add_organisation(organisation_facts(association), TODAY)
    return await registry.add_organisation(organisation_facts(town), TODAY)


async def _money(
    db: AsyncConnection, garden: Commons, town: Organisation, people: Mapping[str, UUID]
) -> dict[str, Envelope]:
    chamber = ChamberStore(db)
    start = TODAY - timedelta(days=20)
    camille, nour, sasha = people["camille"], people["nour"], people["sasha"]
    await chamber.receive(
        garden.commons_id,
        town.organisation_id,
        Decimal(18000),
        start.date(),
        nour,
        start,
        entry_id=MOVED["received"],
    )

    async def opened(
        title: str, amount: int, since: date, until: date, key: UUID | None = None
    ) -> Envelope:
        terms = "Les membres, pour un travail attesté cette année ; on dit pourquoi."
        draft = EnvelopeDraft(title, terms, Decimal(amount), since, until)
        key = key or uuid4()
        return await chamber.open(garden.commons_id, draft, nour, start, entry_id=key)

    async def claimed(
        envelope: Envelope, who: UUID, amount: str, why: str, at: datetime
    ) -> None:
        await chamber.claim(envelope, who, Decimal(amount), why, at, entry_id=uuid4())

    today = TODAY.date()
    autumn = await opened("Rétributions d'automne", 10000, start.date(), today)
    reasons = {
        camille: ("7000", "Le guide de compostage et quatre ateliers avec les écoles."),
        nour: ("5000", "La comptabilité, deux dossiers de subvention et leur suivi."),
        sasha: ("3000", "La cabane à outils et les fruitiers, pendant deux saisons."),
    }
    for minutes, (who, (amount, why)) in enumerate(reasons.items()):
        await claimed(autumn, who, amount, why, start + timedelta(minutes=minutes))
    await chamber.propose(autumn, "equal-awards", nour, TODAY)
    spring = await opened("Rétributions de printemps", 1250, start.date(), start.date())
    await claimed(spring, camille, "300", "Le grillage", start)
    await claimed(spring, nour, "250.50", "Les comptes du premier semestre", start)
    await claimed(spring, sasha, "900", "Les serres, tous les matins d'avril", start)
    key = MOVED["divided"]
    await chamber.settle(spring, "equal-awards", people["ines"], TODAY, entry_id=key)
    await chamber.pay(garden.commons_id, camille, nour, TODAY, entry_id=MOVED["paid"])
    summer = await opened("Stage d'été", 250, start.date(), start.date(), MOVED["opened"])
    await claimed(summer, sasha, "120", "Préparer les outils du stage", start)
    await _taken_back(db, garden, MOVED["opened"], nour, "Le stage n'a pas eu lieu.")
    winter = await opened("Taille d'hiver", 800, today + timedelta(days=10), date(2027, 1, 15))
    week = today + timedelta(days=6)
    wanted = await opened("Petit matériel", 400, start.date(), week)
    late = await opened("Fête des récoltes", 600, start.date(), start.date())
    return {
        "over-claimed": autumn,
        "settled": spring,
        "announced": winter,
        "open": wanted,
        "closed": late,
        "withdrawn": summer,
    }


async def _taken_back(
    db: AsyncConnection, garden: Commons, entry_id: UUID, by: UUID, why: str
) -> None:
    journal = JournalStore(db)
    target = await journal.entry(garden.commons_id, entry_id)
    moved = await journal.postings_of(garden.commons_id, entry_id)
    said, day = {"reverser": str(by), "reason": why}, TODAY.date()
    back = reversal_of(target, moved, entry_id=uuid4(), on=day, personal=said)
    await append_all(db, garden.commons_id, [back], TODAY)


async def _charter(db: AsyncConnection, garden: Commons, by: UUID) -> DrawnCharter:
    file = content_folder("examples") / "charter-answers.yaml"
    answers = yaml.safe_load(file.read_text(encoding="utf-8"))["answers"]
    return await CharterStore(db).draw_up(
        garden.commons_id,
        charter_model("charte-de-partenariat"),
        answers,
        dated=TODAY.date(),
        by=by,
        now=TODAY,
    )
