"""Read a journal as linked data with two libraries that do not know us; answer in JSON.

python oracle/linked.py FILE

`unknown` says what is no word of Valueflows 1.0.0 where it stands (its `all_vf.TTL`, by
domain), no word of ours, or was not understood. `said` is what accounts are said to hold,
`summed` what the events add up to, each as [account or agent, unit, amount]. No network: a
context that had to be fetched is a fault.
"""

import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import rdflib
from pyld import jsonld
from rdflib import RDF

VF = rdflib.Namespace("https://w3id.org/valueflows/ont/vf#")
FLOWS = {"EconomicEvent", "Intent", "Claim"}
DOMAINS = {
    "accountingQuantity": {"EconomicResource"},
    "action": FLOWS,
    "conformsTo": {"EconomicResource"},
    "corrects": {"EconomicEvent"},
    "created": {"EconomicEvent", "Claim"},
    "effortQuantity": FLOWS,
    "finished": {"Intent", "Claim"},
    "hasBeginning": {"EconomicEvent", "Intent"},
    "hasEnd": {"EconomicEvent", "Intent"},
    "hasNumericalValue": {"Measure"},
    "hasPointInTime": {"EconomicEvent", "Intent"},
    "hasUnit": {"Measure"},
    "label": {"Unit"},
    "mediumOfExchange": {"ResourceSpecification"},
    "name": {"Organization", "Person", "Agent", "EconomicResource", "ResourceSpecification"},
    "note": FLOWS,
    "omUnitIdentifier": {"Unit"},
    "primaryAccountable": {"EconomicResource"},
    "provider": FLOWS,
    "receiver": FLOWS,
    "resourceClassifiedAs": FLOWS,
    "resourceConformsTo": FLOWS,
    "resourceInventoriedAs": {"EconomicEvent", "Intent"},
    "resourceQuantity": FLOWS,
    "settles": {"EconomicEvent"},
    "symbol": {"Unit"},
    "toResourceInventoriedAs": {"EconomicEvent"},
    "triggeredBy": {"Claim"},
}
ACTIONS = {"move", "transfer", "use", "work"}
LINKS = ("provider", "receiver", "corrects", "settles", "hasUnit", "resourceConformsTo")


def no_network(address: str, _options: Any) -> None:
    raise OSError(f"the file asks for {address}")


def local(iri: Any) -> str:
    return str(iri).rpartition("#")[2]


def lost_words(document: dict[str, Any]) -> Iterator[str]:
    """Words that the context does not define, so that a reader drops what they say."""
    context = document["@context"]
    for node in document["@graph"]:
        parts = [node, *(part for part in node.values() if isinstance(part, dict))]
        for part in parts:
            if part is not node.get("details"):
                yield from (word for word in part if word[0] != "@" and word not in context)
        kinds = node.get("@type", [])
        yield from (kind for kind in [kinds] if kind not in context)


def misplaced(graph: rdflib.Graph) -> Iterator[str]:
    kinds = dict(graph.subject_objects(RDF.type))
    for subject, predicate, value in graph:
        kind, word = local(kinds.get(subject, "")), local(predicate)
        if str(predicate).startswith(str(VF)) and kind not in DOMAINS.get(word, set()):
            yield f"{word} of a {kind}"
        if predicate == VF.action and local(value) not in ACTIONS:
            yield f"action {value}"
        if local(predicate) in LINKS and not isinstance(value, rdflib.URIRef):
            yield f"{word} is no link: {value}"
        if local(predicate) in LINKS and value not in kinds:
            yield f"{word} leads nowhere: {value}"
        if isinstance(value, rdflib.Literal) and value.ill_typed:
            yield f"{word}: {value}"


def measured(graph: rdflib.Graph, node: Any) -> tuple[Decimal, str]:
    amount = graph.value(node, VF.hasNumericalValue)
    unit = graph.value(node, VF.hasUnit)
    known = graph.value(unit, VF.label)
    return Decimal(str(amount)), {"euro": "EUR"}.get(str(known), str(known))


def said(graph: rdflib.Graph) -> Iterator[tuple[str, str, Decimal]]:
    for account in graph.subjects(RDF.type, VF.EconomicResource):
        amount, unit = measured(graph, graph.value(account, VF.accountingQuantity))
        yield str(graph.value(account, VF.name)), unit, amount


def summed(graph: rdflib.Graph) -> dict[tuple[str, str], Decimal]:
    """Money by account where it is inventoried, else by agent; work and gifts by giver."""
    held: dict[tuple[str, str], Decimal] = {}
    for event in graph.subjects(RDF.type, VF.EconomicEvent):
        quantity = graph.value(event, VF.effortQuantity)
        given = quantity or graph.value(event, VF.resourceQuantity)
        amount, unit = measured(graph, given)
        is_money = graph.value(event, VF.resourceConformsTo) is not None
        if not is_money:
            giver = f"given {graph.value(event, VF.provider)}"
            held[giver, unit] = held.get((giver, unit), Decimal(0)) + amount
            continue
        for sign, inventory, role in (
            (-1, VF.resourceInventoriedAs, VF.provider),
            (1, VF.toResourceInventoriedAs, VF.receiver),
        ):
            account = graph.value(event, inventory)
            name = graph.value(account, VF.name) if account else graph.value(event, role)
            key = (str(name), unit)
            held[key] = held.get(key, Decimal(0)) + sign * amount
    return held


def main() -> None:
    text = Path(sys.argv[1]).read_text(encoding="utf-8")
    document = json.loads(text)
    expanded = jsonld.expand(document, {"documentLoader": no_network})
    graph = rdflib.Graph()
    graph.parse(data=text, format="json-ld")
    unknown = {*lost_words(document), *misplaced(graph)}
    if len(expanded) != len(document["@graph"]):
        unknown.add(f"{len(expanded)} nodes of {len(document['@graph'])} were understood")
    print(
        json.dumps(
            {
                "unknown": sorted(unknown),
                "nodes": len(expanded),
                "said": [(name, unit, str(amount)) for name, unit, amount in said(graph)],
                "summed": [(*key, str(amount)) for key, amount in summed(graph).items()],
                "texts": [str(note) for note in graph.objects(None, VF.note)],
            }
        )
    )


if __name__ == "__main__":
    main()
