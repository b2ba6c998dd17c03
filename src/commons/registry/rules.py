"""From what a person typed to a commons or an organisation: every fault at once."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from commons.kernel.addresses import refuse_addresses
from commons.kernel.errors import DomainError, FieldError, InputError
from commons.kernel.identifiers import (
    check_rna,
    check_siren,
    check_siret,
    clean_text,
    safe_link,
)
from commons.kernel.text import Text, t
from commons.registry.licences import check_licence
from commons.registry.model import (
    CommonsFacts,
    Maturity,
    OrganisationFacts,
    OrganisationKind,
    Readers,
    ResourceKind,
)
from commons.registry.territory import understood

NAME_CHARACTERS_MAX = 150
TEXT_CHARACTERS_MAX = 4000
ITEMS_MAX = 30

Value = TypeVar("Value")
Code = TypeVar("Code", bound=StrEnum)


class _Reading:
    """Reads fields one after the other and remembers every fault."""

    def __init__(self, typed: Mapping[str, str]) -> None:
        self.typed = typed
        self.faults: list[FieldError] = []

    def read(self, name: str, reader: Callable[[str], Value], default: Value) -> Value:
        value = self.typed.get(name, "")
        if not value.strip():
            return default
        try:
            return reader(value)
        except DomainError as error:
            self.faults.append(FieldError(name, error.text))
            return default

    def text(self, name: str, limit: int, needed: Text | None = None) -> str:
        value = self.read(name, lambda typed: clean_text(typed, limit, lines=True), "")
        if needed and not self.typed.get(name, "").strip():
            self.faults.append(FieldError(name, needed))
        return value

    def name(self, needed: Text) -> str:
        """The field `name`: it goes with every export, where no address stands (LED-11)."""
        self.read("name", refuse_addresses, "")
        return self.text("name", NAME_CHARACTERS_MAX, needed)

    def items(
        self, name: str, reader: Callable[[str], str], separator: str = ","
    ) -> tuple[str, ...]:
        def split(typed: str) -> tuple[str, ...]:
            parts = [part.strip() for part in typed.replace("\n", separator).split(separator)]
            found = tuple(dict.fromkeys(reader(part) for part in parts if part))
            if len(found) > ITEMS_MAX:
                raise InputError(t("Pas plus de {limit} éléments.", limit=ITEMS_MAX))
            return found

        return self.read(name, split, ())

    def code(self, name: str, codes: type[Code], default: Code) -> Code:
        def one(typed: str) -> Code:
            try:
                return codes(typed)
            except ValueError as error:
                known = ", ".join(codes)
                raise InputError(
                    t("« {typed} » ne se choisit pas ici : {known}.", typed=typed, known=known)
                ) from error

        return self.read(name, one, default)

    def finish(self, what: Text) -> None:
        if self.faults:
            raise InputError(what, self.faults)


def commons_facts(typed: Mapping[str, str], carrier_id: UUID | None = None) -> CommonsFacts:
    """Read a commons from its fields as typed.

    Lists are separated by commas or lines, links by lines alone: an address may hold a comma.
    Raises `InputError` with every fault, each beside its field.
    """
    reading = _Reading(typed)
    facts = CommonsFacts(
        name=reading.name(t("Donnez un nom à ce commun.")),
        resource_kind=reading.code("resource_kind", ResourceKind, ResourceKind.MATERIAL),
        resource=reading.text(
            "resource", TEXT_CHARACTERS_MAX, t("Dites quelle ressource est partagée.")
        ),
        community=reading.text(
            "community", TEXT_CHARACTERS_MAX, t("Dites qui partage et protège la ressource.")
        ),
        rules=reading.text("rules", TEXT_CHARACTERS_MAX),
        licences=reading.items("licences", check_licence),
        territory=reading.read("territory", _territory, ""),
        themes=reading.items("themes", lambda typed: clean_text(typed, 60)),
        links=reading.items("links", safe_link, "\n"),
        needs=reading.text("needs", TEXT_CHARACTERS_MAX),
        maturity=reading.code("maturity", Maturity, Maturity.RUNNING),
        is_legal_person=typed.get("is_legal_person", "") in {"oui", "true", "yes"},
        carrier_id=carrier_id,
        readers=reading.code("readers", Readers, Readers.PSEUDONYMS),
    )
    reading.finish(t("Ce commun n'a pas été enregistré : corrigez les champs signalés."))
    return facts


def _territory(typed: str) -> str:
    key = understood(typed)
    if key is None:
        raise InputError(
            t(
                "« {typed} » n'est pas un territoire connu : écrivez une commune, un EPCI ou "
                "son code, comme « Lille (59350) ».",
                typed=typed[:60],
            )
        )
    return key


def organisation_facts(typed: Mapping[str, str]) -> OrganisationFacts:
    """Read an organisation from its fields as typed. Raises `InputError` as above."""
    reading = _Reading(typed)
    siret = reading.read("siret", check_siret, "")
    siren = reading.read("siren", check_siren, "") or siret[:9]
    if siret and siren != siret[:9]:
        reading.faults.append(
            FieldError("siren", t("Ce SIREN n'est pas celui du SIRET, qui commence par lui."))
        )
    facts = OrganisationFacts(
        name=reading.text("name", NAME_CHARACTERS_MAX, t("Donnez le nom de l'organisation.")),
        kind=reading.code("kind", OrganisationKind, OrganisationKind.ASSOCIATION),
        siret=siret or None,
        siren=siren or None,
        rna=reading.read("rna", check_rna, "") or None,
        insee=reading.read("insee", _territory, "") or None,
    )
    reading.finish(t("L'organisation n'a pas été enregistrée : corrigez les champs signalés."))
    return facts


def organisation_typed_again(facts: OrganisationFacts) -> dict[str, str]:
    """The fields of a form that would give this organisation; the SIREN follows its SIRET."""
    return {
        "name": facts.name,
        "kind": facts.kind,
        "siret": facts.siret or "",
        "siren": "" if facts.siret else facts.siren or "",
        "rna": facts.rna or "",
        "insee": facts.insee or "",
    }


def typed_again(facts: CommonsFacts) -> dict[str, str]:
    """The fields of a form that would give these facts."""

    def listed(items: Sequence[str]) -> str:
        return ", ".join(items)

    return {
        "name": facts.name,
        "resource_kind": facts.resource_kind,
        "resource": facts.resource,
        "community": facts.community,
        "rules": facts.rules,
        "licences": listed(facts.licences),
        "territory": facts.territory,
        "themes": listed(facts.themes),
        "links": "\n".join(facts.links),
        "needs": facts.needs,
        "maturity": facts.maturity,
        "is_legal_person": "oui" if facts.is_legal_person else "non",
        "readers": facts.readers,
    }
