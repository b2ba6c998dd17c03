"""Numbers and names that identify: SIREN, SIRET, RNA, slugs, clean texts, links."""

import re
import unicodedata
from collections import Counter
from urllib.parse import urlsplit

from stdnum.exceptions import ValidationError
from stdnum.fr import siren as siren_rules
from stdnum.fr import siret as siret_rules

from commons.kernel.composing import composed
from commons.kernel.errors import InputError
from commons.kernel.text import t

SLUG_CHARACTERS_MAX = 60
LINK_CHARACTERS_MAX = 2000
_RNA = re.compile(r"W[0-9A-Z]{9}\Z")


def _digits(typed: str, count: int, name: str) -> str:
    compact = re.sub(r"[\s.\u00a0\u202f-]", "", typed)
    if not compact.isascii() or not compact.isdigit():
        raise InputError(
            t("Un {name} ne contient que des chiffres : {count}.", name=name, count=count)
        )
    if len(compact) == count - 1:
        raise InputError(
            t(
                "Ce {name} n'existe pas : il manque un chiffre ({size} sur {count}).",
                name=name,
                size=len(compact),
                count=count,
            )
        )
    if len(compact) < count:
        raise InputError(
            t(
                "Ce {name} n'existe pas : il manque {missing} chiffres ({size} sur {count}).",
                name=name,
                missing=count - len(compact),
                size=len(compact),
                count=count,
            )
        )
    if len(compact) > count:
        raise InputError(
            t(
                "Ce {name} n'existe pas : il a {size} chiffres au lieu de {count}.",
                name=name,
                size=len(compact),
                count=count,
            )
        )
    return compact


def check_siren(typed: str) -> str:
    """The nine digits of a SIREN. Raises `InputError` saying what is wrong."""
    digits = _digits(typed, 9, "SIREN")
    try:
        return str(siren_rules.validate(digits))
    except ValidationError as error:
        raise InputError(
            t("Ce SIREN n'existe pas : sa clé de contrôle est fausse, un chiffre a changé.")
        ) from error


def check_siret(typed: str) -> str:
    """The fourteen digits of a SIRET, the exception of La Poste included."""
    digits = _digits(typed, 14, "SIRET")
    try:
        return str(siret_rules.validate(digits))
    except ValidationError as error:
        raise InputError(
            t("Ce SIRET n'existe pas : sa clé de contrôle est fausse, un chiffre a changé.")
        ) from error


def check_rna(typed: str) -> str:
    """An association's RNA number: W and nine letters or digits."""
    compact = re.sub(r"\s", "", typed).upper()
    if not _RNA.match(compact):
        raise InputError(
            t(
                "Un numéro RNA s'écrit W suivi de 9 chiffres ou lettres, comme W751234567. "
                "Les associations d'Alsace-Moselle n'en ont pas : laissez vide."
            )
        )
    return compact


def slug_of(name: str) -> str:
    """A name as it stands in an address: `Jardins de l'Œuf` gives `jardins-de-l-oeuf`."""
    text = name.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae").replace("Æ", "ae")
    folded = composed(text.casefold(), "NFKD")
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return slug[:SLUG_CHARACTERS_MAX].strip("-") or "commun"


def clean_text(typed: str, limit: int, *, lines: bool = False) -> str:
    """Trimmed text in NFC. Raises `InputError` for control characters or over-long text."""
    sent = typed.replace("\r\n", "\n").strip()
    text = composed(sent) if len(sent) <= 4 * limit else sent
    if len(text) > limit:
        raise InputError(t("Ce texte dépasse {limit} caractères.", limit=limit))
    allowed = "\n\t" if lines else ""
    counted = Counter(unicodedata.category(char) for char in text if char not in allowed)
    if counted["Cc"] or counted["Cs"]:
        raise InputError(t("Ce texte contient un caractère qui ne s'écrit pas : retirez-le."))
    return text


def safe_link(typed: str) -> str:
    """An http, https or mailto address. Raises `InputError` for any other."""
    link = typed.strip()
    try:
        parts = urlsplit(link)
        host = parts.hostname
    except ValueError:
        parts, host = urlsplit(""), None
    good = (parts.scheme in {"http", "https"} and host) or (
        parts.scheme == "mailto" and "@" in parts.path
    )
    if not good or len(link) > LINK_CHARACTERS_MAX or not link.isprintable() or " " in link:
        raise InputError(t("Un lien commence par https://, http:// ou mailto:."))
    return link
