"""The words of the JSON-LD export: those of Valueflows 1.0.0, of OM 2, and a few of our own.

The context stands in each file: nothing has to be fetched to read it.
"""

from typing import Any

VERSION = "1.0.0"
OURS = "urn:uuid:0c3a7c52-5b0e-4f0e-9d53-6f6b5d1c7a10#"
"""The words that Valueflows does not have; `docs/exports.md` says what each means."""
VALUEFLOWS = "https://w3id.org/valueflows/ont/vf#"
UNITS = "http://www.ontology-of-units-of-measure.org/resource/om-2/"


def _link(name: str) -> dict[str, str]:
    return {"@id": name, "@type": "@id"}


def _typed(name: str, kind: str) -> dict[str, str]:
    return {"@id": name, "@type": f"xsd:{kind}"}


CONTEXT: dict[str, Any] = {
    "vf": VALUEFLOWS,
    "om2": UNITS,
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
    "ours": OURS,
    **{
        name: f"vf:{name}"
        for name in (
            *("Agent", "Claim", "EconomicEvent", "EconomicResource", "Intent", "Measure"),
            *("Organization", "Person", "ResourceSpecification", "Unit"),
            *("label", "name", "note", "resourceClassifiedAs", "symbol"),
            *("accountingQuantity", "effortQuantity", "resourceQuantity"),
        )
    },
    **{
        name: _link(f"vf:{name}")
        for name in (
            *("conformsTo", "corrects", "hasUnit", "primaryAccountable", "provider"),
            *("receiver", "resourceConformsTo", "resourceInventoriedAs", "settles"),
            *("toResourceInventoriedAs", "triggeredBy"),
        )
    },
    "action": {"@id": "vf:action", "@type": "@vocab"},
    **{name: f"vf:{name}" for name in ("move", "transfer", "use", "work")},
    **{
        name: _typed(f"vf:{name}", "dateTimeStamp")
        for name in ("created", "hasBeginning", "hasEnd", "hasPointInTime")
    },
    "finished": _typed("vf:finished", "boolean"),
    "mediumOfExchange": _typed("vf:mediumOfExchange", "boolean"),
    "hasNumericalValue": _typed("vf:hasNumericalValue", "decimal"),
    "omUnitIdentifier": _typed("vf:omUnitIdentifier", "anyURI"),
    "conformsToVersion": _link("dcterms:conformsTo"),
    "title": "dcterms:title",
    "description": "dcterms:description",
    "date": {"@id": "dcterms:date", "@type": "xsd:date"},
    "recorded": {"@id": "dcterms:created", "@type": "xsd:dateTimeStamp"},
    **{
        name: f"ours:{name}"
        for name in (
            *("Answer", "Attestation", "Contest", "Document", "Erasure", "Journal"),
            *("Entry", "Reversal", "checkpoint", "leafHash", "state"),
        )
    },
    **{name: _link(f"ours:{name}") for name in ("about", "by", "entry", "reversedBy")},
    "attestations": _typed("ours:attestations", "integer"),
    "leafIndex": _typed("ours:leafIndex", "integer"),
    "details": {"@id": "ours:details", "@type": "@json"},
}
