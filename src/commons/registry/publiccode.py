"""`publiccode.yml` read as people really write it: a commons, its faults, a corrected file.

The norm is publiccode.yml 0.7. Contacts are people: their names and addresses go into no
commons.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from commons.kernel.errors import DomainError, InputError
from commons.kernel.identifiers import clean_text, safe_link
from commons.kernel.text import t
from commons.registry.publiccode_review import LANGUAGES, Fault, Review
from commons.registry.rules import ITEMS_MAX, NAME_CHARACTERS_MAX, TEXT_CHARACTERS_MAX
from commons.strict_yaml import read_yaml_with_lines

ORGANISATIONS_MAX = 20
MATURITY = {
    "concept": "idea",
    "development": "building",
    "beta": "building",
    "stable": "running",
    "obsolete": "established",
}
MAINTENANCE = {
    "internal": "Maintenu par l'organisation qui le publie.",
    "contract": "Maintenu par un prestataire.",
    "community": "Maintenu par sa communauté.",
    "none": "Sans maintenance active.",
}


@dataclass(frozen=True, slots=True)
class PublicCode:
    """`typed` are the fields of a commons, as the form takes them."""

    typed: Mapping[str, str]
    faults: tuple[Fault, ...]
    corrected: str

    @property
    def left(self) -> tuple[Fault, ...]:
        """What only the people of the software can complete."""
        return tuple(fault for fault in self.faults if not fault.is_mended)


def read_publiccode(data: bytes) -> PublicCode:
    """Read a file, whatever it lacks. Raises `InputError` if it is no YAML mapping."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            t("Ce fichier n'est pas en UTF-8 : enregistrez-le en UTF-8, puis recommencez.")
        ) from error
    content, lines = read_yaml_with_lines(text)
    if not isinstance(content, dict) or not content:
        raise InputError(
            t("Ce fichier n'est pas un publiccode.yml : on y attend « name: … », « url: … ».")
        )
    review = Review({str(key): value for key, value in content.items()}, lines)
    review.check()
    mended = review.content
    return PublicCode(_typed(mended), tuple(review.faults), _spelled(mended, review.faults))


class _Plain(yaml.SafeDumper):
    """Writes no anchors: `read_yaml` would refuse them."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 -- PyYAML calls it so
        return True


def _on_a_line(text: str) -> str:
    """What a comment may hold: a key of the file may hold anything."""
    return "".join(character for character in text if character.isprintable())


def _spelled(content: Mapping[str, Any], faults: list[Fault]) -> str:
    left = [fault for fault in faults if not fault.is_mended]
    heading = "".join(
        f"# {_on_a_line(f'À compléter — {fault.place} : {fault.text}')}\n" for fault in left
    )
    written = yaml.dump(
        dict(content), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=88
    )
    return heading + written


def _typed(content: Mapping[str, Any]) -> dict[str, str]:
    description = _best_description(content)
    name = _line(content.get("name")) or _line(description.get("localisedName"))
    texts = [_text(description.get(key)) for key in ("shortDescription", "longDescription")]
    licence = _section(content, "legal").get("license")
    categories = content.get("categories")
    return {
        "name": name[:NAME_CHARACTERS_MAX],
        "resource_kind": "immaterial",
        "resource": _shortened("\n\n".join(text for text in texts if text)),
        "community": _community(content),
        "licences": licence if isinstance(licence, str) else "",
        "themes": ", ".join(_themes(categories if isinstance(categories, list) else [])),
        "links": "\n".join(_links(content, description)),
        "maturity": MATURITY.get(str(content.get("developmentStatus", "")), "running"),
    }


def _best_description(content: Mapping[str, Any]) -> Mapping[str, Any]:
    described = _section(content, "description")
    for language in (*LANGUAGES, *described):
        found = described.get(language)
        if isinstance(found, dict):
            return found
    return {}


def _community(content: Mapping[str, Any]) -> str:
    """Who maintains and who uses it, organisations only, in sentences."""
    legal, organisation = _section(content, "legal"), _section(content, "organisation")
    owner = next(
        (
            _line(value)
            for value in (
                organisation.get("name"),
                legal.get("repoOwner"),
                legal.get("mainCopyrightOwner"),
            )
            if _line(value)
        ),
        "",
    )
    kind = MAINTENANCE.get(str(_section(content, "maintenance").get("type", "")), "")
    users, funders = _names(content.get("usedBy")), _names(content.get("fundedBy"))
    sentences = [
        f"Publié par {owner}." if owner else "",
        kind,
        f"Financé par {funders}." if funders else "",
        f"Utilisé par {users}." if users else "",
    ]
    return _shortened(" ".join(part for part in sentences if part))


def _names(listed: object) -> str:
    items = listed if isinstance(listed, list) else []
    named = [_line(item.get("name") if isinstance(item, dict) else item) for item in items]
    return ", ".join([name for name in named if name][:ORGANISATIONS_MAX])


def _themes(categories: list[Any]) -> list[str]:
    words = [_line(category).replace("-", " ") for category in categories]
    return [word[:60] for word in words if word][:ITEMS_MAX]


def _links(content: Mapping[str, Any], description: Mapping[str, Any]) -> list[str]:
    candidates = [content.get("url"), content.get("landingURL"), content.get("roadmap")]
    links = []
    for candidate in [*candidates, description.get("documentation")]:
        try:
            links.append(safe_link(_line(candidate)))
        except DomainError:
            continue
    return list(dict.fromkeys(links))


def _section(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = content.get(name)
    return found if isinstance(found, dict) else {}


def _line(value: object) -> str:
    return " ".join(_text(value).replace(",", " ").split()) if isinstance(value, str) else ""


def _text(value: object) -> str:
    if not isinstance(value, str):
        return ""
    return clean_text(value.replace("\t", " "), len(value), lines=True)


def _shortened(text: str) -> str:
    if len(text) <= TEXT_CHARACTERS_MAX:
        return text
    return text[: TEXT_CHARACTERS_MAX - 1].rsplit(" ", 1)[0] + "…"
