"""The tree of accounts of an export, and names that accounting programs accept.

A name of an account is its branch, then words for people, then the first characters of
what identifies its owner. Two owners never share a name: where words and characters meet,
more characters are taken.
"""

import re
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain, count
from unicodedata import combining, normalize

from commons.ledger.model import AccountKind

MARK, MARK_STEP = 8, 4
WORDS_MAX = 40
NAMELESS = "Sans-nom"
BRANCHES: dict[str, str] = {
    AccountKind.COMMONS: "Assets:Commun",
    AccountKind.ENVELOPE: "Assets:Enveloppes",
    AccountKind.PERSON: "Assets:Du-aux-personnes",
    AccountKind.PROPOSAL: "Assets:Du-aux-propositions",
    AccountKind.FUNDER: "Income:Financeurs",
    AccountKind.CHAMBER: "Income:Chambres",
    AccountKind.OUTSIDE: "Expenses:Verse",
    "received": "Assets:Contributions",
    "given": "Equity:Contributions",
}
"""Where each kind of account stands; signs are those of the journal.

`received` is what the commons was given in hours and other units, `given` where it comes
from: not accounts of the journal, which counts contributions without moving them.
"""
WORDS: dict[str, str] = {
    AccountKind.ENVELOPE: "Enveloppe",
    AccountKind.PROPOSAL: "Proposition",
    AccountKind.FUNDER: "Financeur",
    AccountKind.CHAMBER: "Chambre",
}
"""What an owner is called whose name is not known."""


@dataclass(frozen=True, slots=True)
class Place:
    """An account: its kind, and whose it is.

    `key` is hexadecimal and tells owners apart, `words` begin the name of the account,
    `owner` is what people read; all are empty for an account that is the only one of its
    kind. `account` is its spelling in the journal, empty for what is no account of it.
    """

    kind: str
    key: str = ""
    words: str = ""
    owner: str = ""
    account: str = ""


@dataclass(slots=True)
class Chart:
    """The accounts that an export has named so far."""

    names: dict[tuple[str, str], str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def name(self, place: Place) -> str:
        """The name of the account; it stays what it was first given."""
        identity = (place.kind, place.key)
        known = self.names.get(identity)
        if known is None:
            known = self._free(place)
            self.names[identity] = known
            self.taken.add(known)
        return known

    def _free(self, place: Place) -> str:
        branch, key = BRANCHES[place.kind], place.key
        words = _component(place.words) or WORDS.get(place.kind, "")
        if not (words or key):
            return branch
        owner = words or NAMELESS
        lengths = range(MARK, len(key) + MARK_STEP, MARK_STEP) if key else ()
        owners = [f"{owner}-{key[:length]}" for length in lengths] or [owner]
        counted = (f"{owners[-1]}-{number}" for number in count(2))
        names = (f"{branch}:{one}" for one in chain(owners, counted))
        return next(name for name in names if name not in self.taken)


def _component(words: str) -> str:
    """Words in ASCII letters, digits and hyphens, beginning with a capital or a digit."""
    text = words.replace("œ", "oe").replace("Œ", "Oe").replace("æ", "ae").replace("Æ", "Ae")
    folded = "".join(char for char in normalize("NFKD", text) if not combining(char))
    bare = re.sub(r"[^A-Za-z0-9]+", "-", folded).strip("-")[:WORDS_MAX].strip("-")
    return bare[:1].upper() + bare[1:]


def key_of(identifier: str) -> str:
    """The hexadecimal digits of an identifier; of anything else, those of its hash."""
    digits = identifier.replace("-", "")
    is_plain = len(digits) == 32 and re.fullmatch(r"[0-9a-f]+", digits)
    return digits if is_plain else sha256(identifier.encode()).hexdigest()


_BUILT_IN = {"EUR": "EUR", "minute": "MINUTE", "commit": "COMMIT"}
COMMODITY_MAX = 24
"""The longest name of a commodity that Beancount 2 reads."""


def commodity(unit: str) -> str:
    """The name of a unit as a commodity; two units never share one.

    `U.` and the code, whose capitals are marked by an apostrophe (`kWh` is `U.K'WH`); what
    would be too long is `H.` and the beginning of its SHA-256.
    """
    if unit in _BUILT_IN:
        return _BUILT_IN[unit]
    spelled = "".join(f"'{char}" if char.isupper() else char.upper() for char in unit)
    name = f"U.{spelled}" + ("'0" if unit.endswith("-") else "")
    if len(name) <= COMMODITY_MAX:
        return name
    return f"H.{sha256(unit.encode()).hexdigest()[:22].upper()}"
