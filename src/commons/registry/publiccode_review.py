"""What is wrong in a `publiccode.yml`, where, and what can be mended without guessing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from commons.kernel.errors import DomainError, InputError
from commons.kernel.identifiers import safe_link
from commons.kernel.text import Text, t
from commons.registry.licences import check_licence, suggestion
from commons.strict_yaml import Path

NORM = "0.7"
LANGUAGES = ("fr", "fr-FR", "en", "en-GB", "en-US")
STATUSES = ("concept", "development", "beta", "stable", "obsolete")
TYPES = (
    "standalone/mobile",
    "standalone/iot",
    "standalone/desktop",
    "standalone/web",
    "standalone/backend",
    "standalone/other",
    "addon",
    "library",
    "configurationFiles",
)
MAINTENANCES = ("internal", "contract", "community", "none")
KEYS = (
    *("publiccodeYmlVersion", "name", "applicationSuite", "url", "landingURL", "isBasedOn"),
    *("softwareVersion", "releaseDate", "logo", "monochromeLogo", "inputTypes", "outputTypes"),
    *("platforms", "categories", "usedBy", "fundedBy", "roadmap", "developmentStatus"),
    *("softwareType", "organisation", "intendedAudience", "description", "legal"),
    *("maintenance", "localisation", "dependsOn"),
)
TRUE, FALSE = ("true", "yes", "oui", "on"), ("false", "no", "non", "off")
SHORT_MAX, LONG_MIN, LONG_MAX, GENERIC_MAX = 150, 150, 10_000, 35
_NORM = re.compile(r"0(\.[1-7](\.[0-9])?)?\Z")
_COUNTRY = re.compile(r"[A-Za-z]{2}\Z")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?\Z")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})\Z")


@dataclass(frozen=True, slots=True)
class Fault:
    """`place` as a person finds it (`legal.license`); `line` counted from 1, 0 if absent."""

    place: str
    line: int
    text: Text
    is_mended: bool


def spelled(path: Path) -> str:
    place = ""
    for part in path:
        place += f"[{part + 1}]" if isinstance(part, int) else f"{'.' if place else ''}{part}"
    return place[:200]


class Review:
    """Reads the content once, mends it in place, and keeps every fault."""

    def __init__(self, content: dict[str, Any], lines: Mapping[Path, int]) -> None:
        self.content = content
        self.lines = lines
        self.faults: list[Fault] = []

    def check(self) -> None:
        self._emptied(self.content, ())
        self._version()
        self._latest_release()
        self._known_keys()
        self._address(self.content, "url", (), needed=True)
        for name in ("landingURL", "roadmap"):
            self._address(self.content, name, ())
        self._day(self.content, "releaseDate", ())
        self._needed("name", t("Le nom du logiciel manque."))
        self._needed("platforms", t("Dites sur quoi il s'utilise : web, linux, windows…"))
        self._choice(self.content, "developmentStatus", STATUSES, ())
        self._choice(self.content, "softwareType", TYPES, ())
        self._funders()
        self._descriptions()
        self._licence()
        self._maintenance()
        self._localisation()
        self._emptied(self.content, ())
        self.faults.sort(key=lambda fault: (fault.is_mended, fault.line, fault.place))

    def ask(self, path: Path, text: Text) -> None:
        self.faults.append(Fault(spelled(path), self._line(path), text, is_mended=False))

    def mend(self, path: Path, text: Text) -> None:
        self.faults.append(Fault(spelled(path), self._line(path), text, is_mended=True))

    def _line(self, path: Path) -> int:
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)

    def _emptied(self, value: object, path: Path) -> bool:
        """Take out what says nothing; whether nothing is left of `value`."""
        if isinstance(value, dict):
            for key in list(value):
                if self._emptied(value[key], (*path, str(key))):
                    del value[key]
                    if (*path, str(key)) in self.lines:
                        text = t("Cette clé est vide : elle est retirée.")
                        self.mend((*path, str(key)), text)
            return not value
        if isinstance(value, list):
            kept = [
                item
                for place, item in enumerate(value)
                if not self._emptied(item, (*path, place))
            ]
            value[:] = kept
            return not value
        return value is None or (isinstance(value, str) and not value.strip())

    def _version(self) -> None:
        path: Path = ("publiccodeYmlVersion",)
        written = self.content.pop("publiccodeYmlVersion", None)
        if written is None:
            self.mend(path, t("La version de la norme manque : « {norm} ».", norm=NORM))
        elif not isinstance(written, str) or not _NORM.match(written):
            self.mend(
                path,
                t(
                    "« {typed} » n'est pas une version de la norme (0.1 à {norm}) : c'est "
                    "peut-être celle du logiciel, qui se note dans softwareVersion.",
                    typed=str(written)[:40],
                    norm=NORM,
                ),
            )
        self.content = {"publiccodeYmlVersion": NORM, **self.content}

    def _latest_release(self) -> None:
        release = self.content.get("latestRelease")
        if not isinstance(release, dict):
            return
        del self.content["latestRelease"]
        for old, new in (("date", "releaseDate"), ("version", "softwareVersion")):
            if old in release:
                self.content.setdefault(new, release[old])
        self.mend(
            ("latestRelease",),
            t("La norme écrit releaseDate et softwareVersion : ils sont repris d'ici."),
        )

    def _known_keys(self) -> None:
        same = {key.lower(): key for key in KEYS}
        for key in [key for key in self.content if key not in KEYS]:
            meant = same.get(key.lower())
            if meant and meant not in self.content:
                self.content[meant] = self.content.pop(key)
                self.mend((key,), t("S'écrit « {found} » : c'est repris ainsi.", found=meant))
            elif not _COUNTRY.match(key):
                del self.content[key]
                self.mend((key,), t("La norme ne connaît pas cette clé : elle est retirée."))

    def _needed(self, name: str, text: Text) -> None:
        value = self.content.get(name)
        if value is None:
            self.ask((name,), text)
        elif isinstance(value, dict) or (name == "name" and not isinstance(value, str)):
            del self.content[name]
            self.ask((name,), text)

    def _address(
        self, section: dict[str, Any], name: str, path: Path, *, needed: bool = False
    ) -> None:
        written = section.get(name)
        here = (*path, name)
        if written is None:
            if needed:
                self.ask(here, t("L'adresse du code source manque."))
            return
        try:
            section[name] = safe_link(written if isinstance(written, str) else "")
        except DomainError:
            del section[name]
            if needed:
                self.ask(here, t("Ce n'est pas une adresse : elle commence par https://."))
            else:
                self.mend(here, t("Ce n'est pas une adresse https:// : elle est retirée."))

    def _day(self, section: dict[str, Any], name: str, path: Path) -> None:
        written = section.get(name)
        here = (*path, name)
        if written is None:
            return
        read = _read_day(written if isinstance(written, str) else "")
        if read is None:
            del section[name]
            self.mend(
                here,
                t(
                    "« {typed} » n'est pas une date comme 2026-11-24 : elle est retirée.",
                    typed=str(written)[:80],
                ),
            )
        elif read != written:
            section[name] = read
            self.mend(here, t("Une date s'écrit comme {day} : c'est repris ainsi.", day=read))

    def _choice(
        self, section: dict[str, Any], name: str, choices: tuple[str, ...], path: Path
    ) -> None:
        written = section.get(name)
        here = (*path, name)
        known = ", ".join(choices)
        if written is None:
            self.ask(here, t("Cette clé manque. Au choix : {known}.", known=known))
            return
        same = {choice.lower(): choice for choice in choices}
        found = same.get(str(written).strip().lower())
        if found is None:
            del section[name]
            text = t(
                "« {typed} » n'est pas admis. Au choix : {known}.",
                typed=str(written)[:60],
                known=known,
            )
            self.ask(here, text)
        elif found != written:
            section[name] = found
            self.mend(here, t("S'écrit « {found} » : c'est repris ainsi.", found=found))

    def _funders(self) -> None:
        funders = self.content.get("fundedBy")
        if not isinstance(funders, list):
            return
        for place, funder in enumerate(funders):
            if isinstance(funder, dict) and "url" in funder:
                address = funder.pop("url")
                funder.setdefault("uri", address)
                text = t("La norme écrit uri, pas url : c'est repris ainsi.")
                self.mend(("fundedBy", place, "url"), text)

    def _descriptions(self) -> None:
        described = self._section("description")
        if not described:
            return
        for language in list(described):
            section = described[language]
            path: Path = ("description", language)
            if not isinstance(section, dict):
                del described[language]
                self.ask(path, t("On attend ici shortDescription, longDescription, features."))
                continue
            self._description(section, path)
        long_one = [path for path, s in self._languages(described) if _long_enough(s)]
        first: Path = next((path for path, _ in self._languages(described)), ("description",))
        if not long_one:
            self.ask(
                (*first, "longDescription"),
                t("Décrivez le logiciel en 150 à 10 000 caractères, dans une langue au moins."),
            )
        if not any(isinstance(s.get("features"), list) for _, s in self._languages(described)):
            self.ask(
                (*first, "features"),
                t("Listez ce qu'il permet de faire, dans une langue au moins."),
            )

    def _languages(self, described: dict[str, Any]) -> list[tuple[Path, dict[str, Any]]]:
        return [(("description", name), section) for name, section in described.items()]

    def _description(self, section: dict[str, Any], path: Path) -> None:
        short = section.get("shortDescription")
        if not isinstance(short, str):
            section.pop("shortDescription", None)
            self.ask((*path, "shortDescription"), t("Il manque une phrase de présentation."))
        elif len(" ".join(short.split())) > SHORT_MAX:
            self.ask(
                (*path, "shortDescription"),
                t(
                    "Cette phrase a {size} caractères ; la norme en admet {limit}.",
                    size=len(" ".join(short.split())),
                    limit=SHORT_MAX,
                ),
            )
        else:
            section["shortDescription"] = " ".join(short.split())
        generic = section.get("genericName")
        if generic is not None and len(str(generic)) > GENERIC_MAX:
            del section["genericName"]
            self.mend(
                (*path, "genericName"),
                t("Plus de 35 caractères, et la norme ne s'en sert plus : il est retiré."),
            )
        for name in ("documentation", "apiDocumentation"):
            self._address(section, name, path)

    def _licence(self) -> None:
        legal = self._section("legal")
        path: Path = ("legal", "license")
        if legal is None:
            return
        written = legal.get("license")
        if not isinstance(written, str):
            legal.pop("license", None)
            self.ask(path, t("La licence manque : un identifiant SPDX, comme EUPL-1.2."))
            return
        try:
            legal["license"] = check_licence(written)
        except InputError as error:
            near = suggestion(written.strip())
            if near and near.lower() == written.strip().lower():
                legal["license"] = near
                self.mend(path, t("S'écrit « {found} » : c'est repris ainsi.", found=near))
            else:
                del legal["license"]
                self.ask(path, error.text)

    def _maintenance(self) -> None:
        section = self._section("maintenance")
        path: Path = ("maintenance",)
        if section is None:
            return
        self._choice(section, "type", MAINTENANCES, path)
        kind = section.get("type")
        people, firms = section.get("contacts"), section.get("contractors")
        if kind in {"internal", "community"} and not _named(people):
            self.ask((*path, "contacts"), t("Nommez au moins une personne à qui s'adresser."))
        if kind == "contract" and not _named(firms):
            self.ask((*path, "contractors"), t("Nommez le prestataire, et jusqu'à quand."))
        for place, firm in enumerate(firms if isinstance(firms, list) else []):
            if isinstance(firm, dict):
                self._day(firm, "until", (*path, "contractors", place))
                if kind == "contract" and "until" not in firm:
                    text = t("Dites jusqu'à quand court ce contrat.")
                    self.ask((*path, "contractors", place, "until"), text)

    def _localisation(self) -> None:
        section = self._section("localisation")
        path: Path = ("localisation",)
        if section is None:
            return
        ready = section.get("localisationReady")
        if str(ready).strip().lower() in (*TRUE, *FALSE) and not isinstance(ready, bool):
            section["localisationReady"] = str(ready).strip().lower() in TRUE
            self.mend((*path, "localisationReady"), t("S'écrit true ou false."))
        elif not isinstance(ready, bool):
            section.pop("localisationReady", None)
            text = t("Dites s'il peut être traduit : true ou false.")
            self.ask((*path, "localisationReady"), text)
        if not isinstance(section.get("availableLanguages"), list):
            section.pop("availableLanguages", None)
            text = t("Listez les langues de l'interface, comme fr, en.")
            self.ask((*path, "availableLanguages"), text)

    def _section(self, name: str) -> dict[str, Any] | None:
        section = self.content.get(name)
        if isinstance(section, dict):
            return section
        if name in self.content:
            del self.content[name]
        self.ask((name,), t("Cette partie manque ou n'est pas faite de clés et de valeurs."))
        return None


def _read_day(written: str) -> str | None:
    found, first = _DAY.match(written.strip()), _DAY_FIRST.match(written.strip())
    try:
        if found:
            return date(*(int(part) for part in found.groups())).isoformat()
        if first:
            return date(*(int(part) for part in reversed(first.groups()))).isoformat()
    except ValueError:
        pass
    return None


def _named(people: object) -> bool:
    listed = people if isinstance(people, list) else []
    return any(isinstance(item, dict) and item.get("name") for item in listed)


def _long_enough(section: Mapping[str, Any]) -> bool:
    text = section.get("longDescription")
    return isinstance(text, str) and LONG_MIN <= len(text.strip()) <= LONG_MAX
