"""« Mes données » to be read: every value of the file one takes away, in the same order.

Made from the very dictionary the JSON is made of, whatever it holds, so that the two cannot
differ: a key this module has no French for is shown as it is spelled.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from commons.documents.blocks import (
    Attachment,
    Block,
    Document,
    Facts,
    Heading,
    Inline,
    Paragraph,
    Table,
)
from commons.documents.dates import in_french
from commons.documents.printing import spelled_out
from commons.kernel.text import Text
from commons.statements import words
from commons.web import formatting, labels

KEYS = {
    "form": "Forme du fichier",
    "identity": "Qui vous êtes ici",
    "claims": "Vos demandes de rétribution",
    "entries": "Les écritures qui vous nomment",
    "places": "Les communs dont il est question",
    "person_id": "Identifiant",
    "name": "Nom",
    "email": "Adresse",
    "known_since": "Connue depuis",
    "roles": "Rôles",
    "role": "Rôle",
    "scope": "Portée",
    "scope_id": "Où",
    "invitations": "Invitations",
    "place": "Où",
    "invited_at": "Invitation du",
    "sessions": "Connexions ouvertes",
    "since": "Depuis",
    "until": "Jusqu’à",
    "commons_id": "Commun",
    "envelope_id": "Enveloppe",
    "amount": "Somme, en euros",
    "reason": "Raison",
    "claimed_at": "Demandée le",
    "entry_id": "Écriture",
    "kind": "Genre",
    "state": "État",
    "recorded_at": "Consignée le",
    "occurred_from": "Premier jour",
    "occurred_to": "Dernier jour",
    "quantity": "Quantité",
    "unit": "Unité",
    "about": "Parle de l’écriture",
    "details": "Précisions",
    "personal": "Ce qui est personnel",
    "nature": "Nature",
    "reward": "Rétribution",
    "purpose": "Objet",
    "description": "Description",
    "links": "Liens",
    "title": "Titre",
    "contributor": "A contribué",
    "recorder": "A consigné",
    "attester": "A attesté",
    "contester": "A contesté",
    "answerer": "A répondu",
    "reverser": "A annulé",
    "claimant": "A demandé",
}
SAID: Mapping[str, Mapping[str, Text]] = {
    "kind": labels.kind,
    "state": labels.state,
    "role": labels.role,
    "nature": labels.nature,
    "reward": labels.reward,
    "purpose": labels.purpose,
}
NOTHING = "rien"
COLUMNS_MAX = 3
HEAD = ("Donnée", "Valeur")


def personal_document(
    content: Mapping[str, object], data: bytes, asked_at: datetime
) -> Document:
    """The document of `content`; `data` is its JSON, which goes along inside the PDF."""
    names = _names(content)
    blocks: list[Block] = [
        Paragraph(
            "Tout ce que cette instance sait de vous, et rien d’autre\u00a0: le fichier "
            "mes-donnees.json, qui est joint à ce document, dit la même chose à un programme. "
            "Entre parenthèses, la valeur telle que ce fichier l’écrit."
        )
    ]
    blocks += _facts({key: item for key, item in content.items() if _is_plain(item)}, names)
    for key, item in content.items():
        if not _is_plain(item):
            blocks.append(Heading(_key(key)))
            blocks += _inside(item, names)
    return spelled_out(
        Document(
            title="Mes données",
            blocks=tuple(blocks),
            dated=asked_at.date(),
            subtitle=f"Au {formatting.long_moment(asked_at, words.FRENCH)}",
            footer="Mes données",
            attachments=(
                Attachment("mes-donnees.json", "application/json", data, "Les mêmes données"),
            ),
        )
    )


def _names(content: Mapping[str, object]) -> Mapping[str, str]:
    """What identifiers are called, so that they are read beside their name."""
    places, identity = content.get("places"), content.get("identity")
    known: dict[str, str] = {}
    if isinstance(places, Mapping):
        known |= {str(key): str(name) for key, name in places.items()}
    if isinstance(identity, Mapping):
        known[str(identity.get("person_id"))] = str(identity.get("name"))
    return known


def _is_plain(item: object) -> bool:
    return not isinstance(item, Mapping | list | tuple)


def _key(key: str) -> str:
    if key.startswith("account."):
        return f"Titulaire du compte, ligne {key.removeprefix('account.')}"
    return KEYS.get(key, key)


def _inside(item: object, names: Mapping[str, str]) -> Iterator[Block]:
    """What a key holds: the plain values as a table, then each thing inside."""
    if isinstance(item, Mapping):
        plain = {key: each for key, each in item.items() if _is_plain(each)}
        yield from _facts(plain, names)
        for key, each in item.items():
            if not _is_plain(each):
                yield Paragraph(words.strong(_key(key)))
                yield from _inside(each, names)
        if not item:
            yield Paragraph("Rien.")
    elif isinstance(item, Sequence):
        small = _small(item)
        if small:
            yield _side_by_side(small, names)
            return
        for number, each in enumerate(item, start=1):
            if isinstance(each, Mapping):
                caption = f"{number}. {_title(each)}".rstrip()
                rows = tuple(_rows(each, names))
                yield Table(HEAD, rows, "ll", caption=caption, widths=(34, 66))
            else:
                yield Paragraph(_said("", each, names))
        if not item:
            yield Paragraph("Rien.")


def _small(items: Sequence[object]) -> list[Mapping[str, object]]:
    """The items, if each has the same few plain values: they are read as one table."""
    found = [item for item in items if isinstance(item, Mapping)]
    keys = list(found[0]) if found and len(found) == len(items) else []
    alike = all(list(item) == keys and all(map(_is_plain, item.values())) for item in found)
    return found if alike and 0 < len(keys) <= COLUMNS_MAX else []


def _side_by_side(items: list[Mapping[str, object]], names: Mapping[str, str]) -> Table:
    keys = list(items[0])
    rows = tuple(tuple(_said(key, item[key], names) for key in keys) for item in items)
    return Table(tuple(map(_key, keys)), rows, "l" * len(keys))


def _title(item: Mapping[str, object]) -> str:
    kind = item.get("kind") or item.get("role") or ""
    known = words.label({**labels.kind, **labels.role}, str(kind))
    return words.capital(known)


def _facts(item: Mapping[str, object], names: Mapping[str, str]) -> Iterator[Block]:
    if item:
        yield Facts(tuple(_rows(item, names)))


def _rows(
    item: Mapping[str, object], names: Mapping[str, str], under: str = ""
) -> Iterator[tuple[str, Inline]]:
    """A row for each value, those that are inside another under its name."""
    for key, value in item.items():
        label = f"{under}{_key(key)}"
        if isinstance(value, Mapping):
            yield from _rows(value, names, f"{label} · ")
        elif isinstance(value, list | tuple):
            for each in value:
                yield from _rows({key: each}, names, under)
        else:
            yield label, _said(key, value, names)


def _said(key: str, value: object, names: Mapping[str, str]) -> str:
    """The value in words, and as the file spells it where that is not the same."""
    if value is None or value == "":
        return NOTHING
    text = str(value)
    shown = names.get(text) or _in_words(key, text)
    return f"{shown} ({text})" if shown and shown != text else text


def _in_words(key: str, text: str) -> str:
    if key in SAID and text in SAID[key]:
        return words.label(SAID[key], text)
    if key.endswith(("_at", "_from", "_to", "since", "until")):
        try:
            if len(text) == len("2026-11-20"):
                return in_french(date.fromisoformat(text))
            return formatting.long_moment(datetime.fromisoformat(text), words.FRENCH)
        except ValueError:
            return ""
    return ""
