"""Loads and checks what is published in `procurement/`."""

import hashlib
import re
from collections.abc import Iterable
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from commons.content import content_folder, lock_faults
from commons.kernel.errors import FieldError, InputError
from commons.kernel.text import Text, t
from commons.procurement.border import explained, place_of
from commons.procurement.catalogue import (
    BLANK,
    LEVELS,
    PIECES,
    Catalogue,
    Clause,
    Layout,
    Threshold,
)
from commons.procurement.clause_text import answer_fault
from commons.procurement.content_files import (
    ClauseFile,
    LayoutFile,
    SourcesFile,
    ThresholdsFile,
)
from commons.procurement.parts import PARTS
from commons.strict_yaml import read_yaml

FACTS = frozenset(
    {
        "title",
        "reference",
        "buyer",
        "need",
        "procedure",
        "consultation_on",
        "offers_until",
        "contact",
        "months",
        "price_form",
        "place_of_performance",
    }
)
"""What fixed prose of a layout may take from the dossier."""

_File = TypeVar("_File", bound=BaseModel)
_BRACE = re.compile(r"[{}]")


def _read(path: Path, shape: type[_File], faults: list[Text]) -> _File | None:
    name = f"{path.parent.name}/{path.name}"
    try:
        return shape.model_validate(read_yaml(path.read_text(encoding="utf-8")))
    except InputError as error:
        faults.append(t("{file} : {fault}", file=name, fault=error.text))
    except ValidationError as error:
        faults.extend(
            t(
                "{file} : {place} : {fault}",
                file=name,
                place=place_of(fault),
                fault=explained(fault),
            )
            for fault in error.errors()
        )
    return None


def _id_fault(path: Path, identifier: str) -> list[Text]:
    if path.stem == identifier:
        return []
    return [t("{file} : l'identifiant est « {id} ».", file=path.name, id=identifier)]


def _read_all(folder: Path) -> tuple[Catalogue, list[Text]]:
    """The catalogue of the files that could be read, and what is wrong with the others."""
    faults: list[Text] = []
    clauses: dict[str, Clause] = {}
    for path in sorted((folder / "clauses").glob("*.yaml")):
        if clause := _read(path, ClauseFile, faults):
            faults += _id_fault(path, clause.id)
            clauses[clause.id] = clause.value()
    layouts: list[Layout] = []
    for path in sorted((folder / "documents").glob("*.yaml")):
        if layout := _read(path, LayoutFile, faults):
            faults += _id_fault(path, layout.id)
            layouts.append(layout.value())
    sources = _read(folder / "sources.yaml", SourcesFile, faults)
    thresholds = _read(folder / "thresholds.yaml", ThresholdsFile, faults)
    return (
        Catalogue(
            sources={s.id: s.value() for s in sources.sources} if sources else {},
            thresholds=tuple(row.to_threshold() for row in thresholds.thresholds)
            if thresholds
            else (),
            clauses=clauses,
            layouts={layout.piece: layout for layout in layouts},
        ),
        faults,
    )


def _blank_faults(clause: Clause) -> Iterable[Text]:
    asked = {ask.name for ask in clause.asks}
    used: set[str] = set()
    texts = [clause.bodies[level] for level in LEVELS if level in clause.bodies]
    texts += [line.label + " " + line.unit for line in clause.price_lines]
    for text in texts:
        used |= set(BLANK.findall(text))
        if _BRACE.search(BLANK.sub("", text)):
            yield t(
                "{clause} : une accolade n'entoure pas un nom de question.", clause=clause.id
            )
    for name in sorted(used - asked):
        yield t(
            "{clause} : la question « {name} » n'est pas déclarée.", clause=clause.id, name=name
        )
    for name in sorted(asked - used):
        yield t(
            "{clause} : la question « {name} » ne sert à rien.", clause=clause.id, name=name
        )


def _ask_faults(clause: Clause) -> Iterable[Text]:
    for ask in clause.asks:
        sample = ask.default or ask.example
        if sample is None:
            yield t(
                "{clause} : « {name} » n'a ni défaut ni exemple.",
                clause=clause.id,
                name=ask.name,
            )
        elif (fault := answer_fault(ask, sample)) is not None:
            yield t(
                "{clause} : « {name} » : {fault}", clause=clause.id, name=ask.name, fault=fault
            )


def _reference_faults(clause: Clause, catalogue: Catalogue) -> Iterable[Text]:
    for citation in clause.legal_basis:
        source = catalogue.sources.get(citation.source)
        effects = {version.effect for version in source.versions} if source else set()
        if citation.effect not in effects:
            yield t(
                "{clause} : {source} à cette date d'effet n'est pas dans sources.yaml.",
                clause=clause.id,
                source=citation.source,
            )
    for other in (*clause.incompatible_clauses, *clause.needs):
        if other not in catalogue.clauses:
            yield t("{clause} : la clause {other} n'existe pas.", clause=clause.id, other=other)
    placed = {
        layout.piece for layout in catalogue.layouts.values() if clause.id in layout.clauses
    }
    if not placed:
        yield t("{clause} n'est placée dans aucun document.", clause=clause.id)
    for piece in sorted(placed - set(clause.placement)):
        yield t("{clause} n'a pas sa place dans {piece}.", clause=clause.id, piece=piece)
    shares = clause.criterion.shares if clause.criterion else ()
    if shares and sum(share.percent for share in shares) != 100:
        yield t("{clause} : les parts du critère ne font pas 100 %.", clause=clause.id)


def _layout_faults(layout: Layout, catalogue: Catalogue) -> Iterable[Text]:
    for slot in (slot for section in layout.sections for slot in section.slots):
        if sum(map(bool, (slot.body, slot.clause, slot.part))) != 1 or (
            bool(slot.title) != bool(slot.body)
        ):
            yield t(
                "{layout} : une place contient un texte, une clause ou une partie.",
                layout=layout.id,
            )
        if slot.clause and slot.clause not in catalogue.clauses:
            yield t(
                "{layout} : la clause {clause} n'existe pas.",
                layout=layout.id,
                clause=slot.clause,
            )
        if slot.part and slot.part not in PARTS:
            yield t(
                "{layout} : la partie {part} n'existe pas.", layout=layout.id, part=slot.part
            )
        for blank in sorted(set(BLANK.findall(slot.body)) - FACTS):
            yield t(
                "{layout} : {blank} n'est pas un fait du dossier.",
                layout=layout.id,
                blank=blank,
            )


def _overlap(one: Threshold, other: Threshold) -> bool:
    starts = [row.effect for row in (one, other) if row.effect]
    ends = [row.until for row in (one, other) if row.until]
    purchases = not one.purchases or not other.purchases or one.purchases & other.purchases
    buyers = not one.buyers or not other.buyers or one.buyers & other.buyers
    apart = starts and ends and max(starts) > min(ends)
    return bool(purchases and buyers and not apart)


def _threshold_faults(catalogue: Catalogue) -> Iterable[Text]:
    for row in catalogue.thresholds:
        for source in row.basis:
            if source not in catalogue.sources:
                yield t(
                    "Seuil {measure} : {source} n'est pas dans sources.yaml.",
                    measure=row.measure,
                    source=source,
                )
    checked = [row for row in catalogue.thresholds if row.status != "AV"]
    for one, other in combinations(checked, 2):
        if one.measure == other.measure and _overlap(one, other):
            yield t(
                "Seuil {measure} : deux valeurs vérifiées le même jour ({one} et {other}).",
                measure=one.measure,
                one=one.value,
                other=other.value,
            )


def published_digests(folder: Path) -> dict[str, str]:
    """`id@version` of each clause and document to the SHA-256 (hex) of its file."""
    digests = {}
    for path in sorted(
        [*(folder / "clauses").glob("*.yaml"), *(folder / "documents").glob("*.yaml")]
    ):
        content = path.read_bytes()
        version = re.search(rb"^version: ([0-9]+)$", content, re.MULTILINE)
        digests[f"{path.stem}@{version[1].decode() if version else '?'}"] = hashlib.sha256(
            content
        ).hexdigest()
    return digests


def faults_in(folder: Path) -> list[Text]:
    """Everything wrong with the content of `folder`, its lock apart."""
    catalogue, faults = _read_all(folder)
    for piece in PIECES:
        if piece not in catalogue.layouts:
            faults.append(t("Le document {piece} n'a pas de plan.", piece=piece))
    for clause in catalogue.clauses.values():
        faults += [*_blank_faults(clause), *_ask_faults(clause)]
        faults += _reference_faults(clause, catalogue)
    for layout in catalogue.layouts.values():
        faults += _layout_faults(layout, catalogue)
    faults += _threshold_faults(catalogue)
    return faults


def check_content() -> list[Text]:
    """Every fault of the published procurement content; empty when there is none."""
    folder = content_folder("procurement")
    return faults_in(folder) + lock_faults("procurement", published_digests(folder))


@cache
def load_catalogue() -> Catalogue:
    """The published catalogue. Raises `InputError` listing what cannot be read."""
    catalogue, faults = _read_all(content_folder("procurement"))
    if faults:
        raise InputError(
            t("Le contenu de procurement/ ne se lit pas."),
            [FieldError("procurement", fault) for fault in faults],
        )
    return catalogue
