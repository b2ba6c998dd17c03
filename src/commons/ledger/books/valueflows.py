"""The journal as linked data, in the words of Valueflows 1.0.0.

A contribution is an `EconomicEvent` with an `effortQuantity`, money an event with a
`resourceQuantity`, what someone asks an `Intent`, what is due a `Claim`. What Valueflows has
no word for (attestations, contests, hashes) is in words of our own.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TypeAlias

from commons.kernel.addresses import without_addresses
from commons.kernel.identifiers import slug_of
from commons.kernel.quantity import EURO, MINUTE
from commons.ledger.books.amounts import Balances, spelled
from commons.ledger.books.entry import BookEntry, Heading, Party
from commons.ledger.books.flows import Flow, flows_of
from commons.ledger.books.places import WORDS, Chart, Place
from commons.ledger.books.valueflows_context import CONTEXT, UNITS, VERSION
from commons.ledger.books.wording import purpose_of, subject_of
from commons.ledger.model import AccountKind, Kind, State

Node: TypeAlias = dict[str, Any]

SPOKEN = {
    Kind.ATTESTATION: ("Attestation", "attester"),
    Kind.CONTEST: ("Contest", "contester"),
    Kind.ANSWER: ("Answer", "answerer"),
    Kind.REVERSAL: ("Reversal", "reverser"),
    Kind.DOCUMENT: ("Document", ""),
    Kind.ERASURE: ("Erasure", ""),
}
HELD = frozenset(
    {AccountKind.COMMONS, AccountKind.ENVELOPE, AccountKind.PERSON, AccountKind.PROPOSAL}
)
"""Accounts whose money the commons still has, whoever it is set aside for."""
DUE = frozenset({AccountKind.PERSON, AccountKind.PROPOSAL})
KNOWN_UNITS = {
    EURO.code: ("om2:euro", "euro", "€"),
    MINUTE.code: ("om2:minute-Time", "minute", "min"),
}


class ValueflowsBook:
    """One JSON-LD document; each entry is one or several nodes of its graph."""

    def __init__(self, heading: Heading) -> None:
        self.heading = heading
        self.commons = f"urn:uuid:{heading.commons_id}"
        self.chart, self.balances = Chart(), Balances()
        self.known: set[str] = set()
        self.places: dict[tuple[str, str], Place] = {}
        self.last_due: dict[str, str] = {}

    def begin(self) -> str:
        context = json.dumps(CONTEXT, ensure_ascii=False, separators=(",", ":"))
        name = without_addresses(self.heading.name)
        journal = {
            "@id": f"{self.commons}#journal",
            "@type": "Journal",
            "title": f"Journal de {name}",
            "conformsToVersion": f"https://w3id.org/valueflows/ont/{VERSION}/vf",
            "checkpoint": self.heading.checkpoint.body(),
            "about": self.commons,
        }
        commons = {"@id": self.commons, "@type": "Organization", "name": name}
        return f'{{"@context":{context},"@graph":[\n{_dump(journal)},\n{_dump(commons)}'

    def add(self, entry: BookEntry) -> str:
        nodes = list(self._nodes(entry))
        return "".join(f",\n{_dump(node)}" for node in nodes)

    def end(self) -> str:
        nodes = [*self._resources(), *self._claims()]
        return "".join(f",\n{_dump(node)}" for node in nodes) + "\n]}\n"

    def _nodes(self, entry: BookEntry) -> Iterator[Node]:
        lines = list(entry.lines())[2 if entry.is_given else 0 :]
        if entry.is_given:
            yield from self._contribution(entry)
        elif entry.kind is Kind.CLAIM and "quantity" in entry.said:
            yield from self._intent(entry)
        elif not lines:
            yield from self._spoken(entry)
        for number, flow in enumerate(flows_of(lines), start=1):
            yield from self._money(entry, flow, number)

    def _contribution(self, entry: BookEntry) -> Iterator[Node]:
        nature = entry.details.get("nature", "work")
        is_lent = nature in {"in-kind", "material"}
        is_effort = not is_lent or entry.unit == MINUTE.code
        yield from self._unit(entry.unit)
        yield from self._person(entry.giver)
        kinds = [entry.details[name] for name in ("nature", "reward") if name in entry.details]
        yield {
            **self._event(entry),
            "action": ("use" if is_effort else "transfer") if is_lent else "work",
            "provider": self._agent(entry.giver),
            "receiver": self.commons,
            "effortQuantity" if is_effort else "resourceQuantity": self._measure(
                entry.quantity, entry.unit
            ),
            **({"resourceClassifiedAs": kinds} if kinds else {}),
            **({"corrects": f"urn:uuid:{entry.about}"} if entry.about else {}),
        }

    def _intent(self, entry: BookEntry) -> Iterator[Node]:
        claimant = entry.parties.get("claimant")
        yield from self._unit(entry.unit)
        if claimant:
            yield from self._person(claimant)
        yield {
            **self._traced(entry),
            "@type": "Intent",
            "action": "transfer",
            **_when(entry),
            "recorded": entry.recorded_at,
            **_noted("note", entry),
            "provider": self.commons,
            **({"receiver": self._agent(claimant)} if claimant else {}),
            "resourceQuantity": self._measure(entry.quantity, entry.unit),
            "finished": entry.standing.state is State.REVERSED,
        }

    def _spoken(self, entry: BookEntry) -> Iterator[Node]:
        kind, field = SPOKEN.get(entry.kind, ("Entry", ""))
        who = entry.parties.get(field)
        if who:
            yield from self._person(who)
        yield {
            **self._traced(entry),
            "@type": kind,
            "date": entry.until.isoformat(),
            "recorded": entry.recorded_at,
            **_noted("description", entry),
            **({"by": self._agent(who)} if who else {}),
            **({"details": dict(entry.details)} if entry.details else {}),
        }

    def _money(self, entry: BookEntry, flow: Flow, number: int) -> Iterator[Node]:
        yield from self._money_kind(flow.unit)
        node: Node = {
            **self._event(entry),
            "@id": f"urn:uuid:{entry.entry_id}#{number}",
            "entry": f"urn:uuid:{entry.entry_id}",
            "resourceConformsTo": self._money_id(flow.unit),
            "resourceQuantity": self._measure(flow.amount, flow.unit),
        }
        if entry.about and entry.kind is Kind.REVERSAL:
            node["corrects"] = f"urn:uuid:{entry.about}#{number}"
        if purpose := purpose_of(entry):
            node["resourceClassifiedAs"] = [purpose]
        is_inside = flow.source.kind in HELD and flow.target.kind in HELD
        node["action"] = "move" if is_inside else "transfer"
        yield from self._side(node, flow.source, flow.target, flow, -1)
        yield from self._side(node, flow.target, flow.source, flow, 1)
        yield node

    def _side(
        self, node: Node, place: Place, other: Place, flow: Flow, sign: int
    ) -> Iterator[Node]:
        """Whose the money is on one side; writes it in `node`, yields whom it makes known."""
        role = "receiver" if sign > 0 else "provider"
        if place.kind in HELD:
            node[role] = self.commons
            name = self.chart.name(place)
            self.balances.add(name, flow.unit, flow.amount * sign)
            self.places[name, flow.unit] = place
            inventory = "toResourceInventoriedAs" if sign > 0 else "resourceInventoriedAs"
            node[inventory] = self._account(name, flow.unit)
            if place.kind in DUE:
                claim = self._due(name, flow.unit)
                if sign > 0:
                    self.last_due[claim] = node["@id"]
                else:
                    node["settles"] = claim
            return
        if place.kind == AccountKind.OUTSIDE and other.kind == AccountKind.PERSON:
            who = Party(other.key, other.owner, other.words)
            yield from self._person(who)
            node[role] = self._agent(who)
            return
        key = f"#{place.kind}-{place.key}" if place.key else f"#{place.kind}"
        node[role] = f"{self.commons}{key}"
        if self._is_new(node[role]):
            kind = "Agent" if place.kind == AccountKind.OUTSIDE else "Organization"
            yield {"@id": node[role], "@type": kind, "name": place.owner or _called(place)}

    def _event(self, entry: BookEntry) -> Node:
        is_given = entry.kind is Kind.CONTRIBUTION
        attestations = {"attestations": str(entry.standing.attestations)} if is_given else {}
        return {
            **self._traced(entry),
            "@type": "EconomicEvent",
            **_when(entry),
            "created": entry.recorded_at,
            "state": str(entry.standing.state),
            **attestations,
            **_noted("note", entry),
        }

    def _traced(self, entry: BookEntry) -> Node:
        spoken = {"about": entry.about, "reversedBy": entry.standing.reversed_by}
        return {
            "@id": f"urn:uuid:{entry.entry_id}",
            "leafIndex": str(entry.index),
            "leafHash": entry.leaf_hash,
            **{name: f"urn:uuid:{other}" for name, other in spoken.items() if other},
        }

    def _measure(self, amount: Decimal, unit: str) -> Node:
        return {
            "@type": "Measure",
            "hasNumericalValue": spelled(amount, unit),
            "hasUnit": self._unit_id(unit),
        }

    def _unit_id(self, unit: str) -> str:
        return KNOWN_UNITS[unit][0] if unit in KNOWN_UNITS else f"{self.commons}#unite-{unit}"

    def _money_id(self, unit: str) -> str:
        return f"{self.commons}#monnaie-{unit}"

    def _unit(self, unit: str) -> Iterator[Node]:
        """What makes the unit known, the first time."""
        if not self._is_new(self._unit_id(unit)):
            return
        known, label, symbol = KNOWN_UNITS.get(unit, ("", unit, ""))
        node: Node = {"@id": self._unit_id(unit), "@type": "Unit", "label": label}
        if known:
            address = known.replace("om2:", UNITS)
            node |= {"symbol": symbol, "omUnitIdentifier": address}
        yield node

    def _money_kind(self, unit: str) -> Iterator[Node]:
        yield from self._unit(unit)
        if self._is_new(self._money_id(unit)):
            name = KNOWN_UNITS[unit][1] if unit in KNOWN_UNITS else unit
            yield {
                "@id": self._money_id(unit),
                "@type": "ResourceSpecification",
                "name": name,
                "mediumOfExchange": True,
            }

    def _agent(self, party: Party) -> str:
        key = f"personne-{party.key}" if party.key else slug_of(party.label)
        return f"{self.commons}#{key}"

    def _person(self, party: Party) -> Iterator[Node]:
        if self._is_new(self._agent(party)):
            yield {"@id": self._agent(party), "@type": "Person", "name": party.name}

    def _is_new(self, identifier: str) -> bool:
        is_new = identifier not in self.known
        self.known.add(identifier)
        return is_new

    def _account(self, name: str, unit: str) -> str:
        return f"{self.commons}#{name}" + ("" if unit == EURO.code else f"/{unit}")

    def _due(self, name: str, unit: str) -> str:
        return self._account(name.replace("Assets:", "Claim:"), unit)

    def _resources(self) -> Iterator[Node]:
        """The accounts whose money the commons has, with what they hold."""
        for (name, unit), amount in sorted(self.balances.held.items()):
            yield {
                "@id": self._account(name, unit),
                "@type": "EconomicResource",
                "name": name,
                "conformsTo": self._money_id(unit),
                "primaryAccountable": self.commons,
                "accountingQuantity": self._measure(amount, unit),
            }

    def _claims(self) -> Iterator[Node]:
        """What is still due to each person and proposal; `finished` where it was paid."""
        for (name, unit), amount in sorted(self.balances.held.items()):
            place = self.places[name, unit]
            if place.kind not in DUE:
                continue
            claim = self._due(name, unit)
            node: Node = {
                "@id": claim,
                "@type": "Claim",
                "action": "transfer",
                "provider": self.commons,
                "resourceConformsTo": self._money_id(unit),
                "resourceQuantity": self._measure(amount, unit),
                "finished": not amount,
            }
            if place.kind == AccountKind.PERSON:
                who = Party(place.key, place.owner, place.words)
                yield from self._person(who)
                node["receiver"] = self._agent(who)
            if claim in self.last_due:
                node["triggeredBy"] = self.last_due[claim]
            yield node


def _when(entry: BookEntry) -> Node:
    """Days as Valueflows writes moments: midnight in UTC stands for the day."""
    since, until = f"{entry.since}T00:00:00Z", f"{entry.until}T00:00:00Z"
    if since == until:
        return {"hasPointInTime": until}
    return {"hasBeginning": since, "hasEnd": until}


def _noted(word: str, entry: BookEntry) -> Node:
    subject = subject_of(entry)
    return {word: subject} if subject else {}


def _called(place: Place) -> str:
    return WORDS.get(place.kind, "hors du commun")


def _dump(node: Node) -> str:
    return json.dumps(node, ensure_ascii=False, separators=(",", ":"))
