"""An exported entry as text: the one spelling it may have, as a pattern, and what it says.

The pattern is the whole of LED-5, LED-6, LED-8 and LED-9: bytes that match are canonical and
hold what a leaf holds, so that nothing has to be parsed and spelled again to be checked.
"""

import json
import re
from binascii import unhexlify
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from commons.kernel.quantity import BUILT_IN_UNITS
from commons.kernel.text import Text, t
from commons.ledger.commitments import domain
from commons.ledger.model import UNREFERENCED, AccountKind, Kind

TEXT = (
    r'[^"\\\x00-\x1f]*+'
    r'(?:\\(?:["\\bfnrt]|u00(?:0[1-7bef]|1[0-9a-f]))[^"\\\x00-\x1f]*+)*+'
)
NAME = r"[ !#-\[\]-~]++"
FIELD = r"[ !#-\[\]-~]{1,200}+"
HASH = r"[0-9a-f]{64}"
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
DAY = r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
INSTANT = rf"{DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{{6}}Z"
AMOUNT = r"(?:0|-?(?:[1-9][0-9]{0,14}(?:\.[0-9]{0,5}[1-9])?|0\.[0-9]{0,5}[1-9]))"
UNIT = r"[A-Za-z][A-Za-z0-9-]{0,31}"
KIND = "|".join(Kind)
REFERRED = "|".join(sorted(set(AccountKind) - UNREFERENCED - {AccountKind.PERSON}))
ACCOUNT = rf"(?:{'|'.join(sorted(UNREFERENCED))}|{AccountKind.PERSON}|(?:{REFERRED}):{UUID})"
POSTING = rf'\{{"account":"({ACCOUNT})","amount":"({AMOUNT})","unit":"({UNIT})"\}}'
OPENED = rf'"({FIELD})":\{{"salt":"({HASH})","value":"({TEXT})"\}}'


def says_form(data: bytes, form: str) -> bool:
    """Whether the file says it is of that form, even misspelled.

    A text that quotes those words has its quotation marks escaped, and does not match.
    """
    return re.search(rb'"form"\s*:\s*"%b"' % re.escape(form.encode()), data) is not None


def _several(part: str) -> str:
    plain = re.sub(r"\((?!\?)", "(?:", part)
    return rf"{plain}(?:,{plain})*+"


DETAIL = rf'"{NAME}":"{TEXT}"'
COMMITTED = rf'"{FIELD}":"{HASH}"'
LEAF = (
    rf'\{{(?:"about":"(?P<about>{UUID})",)?"commons_id":"(?P<commons_id>{UUID})",'
    rf'(?:"details":\{{(?P<details>{_several(DETAIL)})\}},)?'
    rf'"entry_id":"(?P<entry_id>{UUID})","form":"commons-entry/1","kind":"(?P<kind>{KIND})",'
    rf'"occurred_from":"(?P<since>{DAY})","occurred_to":"(?P<until>{DAY})",'
    rf'(?:"personal":\{{(?P<personal>{_several(COMMITTED)})\}},)?'
    rf'(?:"postings":\[(?P<postings>{_several(POSTING)})\],)?'
    rf'(?:"quantity":"(?P<quantity>{AMOUNT})",)?"recorded_at":"{INSTANT}"'
    rf'(?:,"unit":"(?P<unit>{UNIT})")?\}}'
)
ENTRY = re.compile(
    rf'\{{"leaf":(?P<leaf>{LEAF}),"open":\{{(?P<open>(?:{_several(OPENED)})?)\}}\}}'.encode()
)
_NAMES = re.compile(rf'"({NAME})":"'.encode())
_OPENED = re.compile(OPENED.encode())
_POSTING = re.compile(POSTING.encode())
MUST_SPEAK = frozenset({b"attestation", b"contest", b"answer", b"reversal", b"erasure"})
_SCALES = {code.encode(): unit.scale for code, unit in BUILT_IN_UNITS.items()}


class EntryText(NamedTuple):
    """What an entry says, each part as it stands in the file."""

    leaf: bytes
    about: bytes | None
    commons_id: bytes
    details: bytes | None
    entry_id: bytes
    kind: bytes
    since: bytes
    until: bytes
    personal: bytes | None
    postings: bytes | None
    quantity: bytes | None
    unit: bytes | None
    opened: bytes

    @property
    def name(self) -> str:
        return self.entry_id.decode()

    @property
    def leaf_hash(self) -> bytes:
        return sha256(b"\x00" + self.leaf).digest()

    @property
    def said(self) -> dict[bytes, bytes]:
        """What is open of each personal field, as it is spelled."""
        return {field: value for field, _, value in _OPENED.findall(self.opened)}

    @property
    def moves(self) -> list[tuple[bytes, bytes, bytes]]:
        """The account, amount and unit of each posting, in their order."""
        return _POSTING.findall(self.postings or b"")


def entry_at(data: bytes, place: int) -> tuple[EntryText, int] | None:
    """The entry that stands at `place` and where it ends; nothing if none is spelled there."""
    found = ENTRY.match(data, place)
    return (EntryText._make(found.groups()), found.end()) if found else None


def faults_of(entry: EntryText) -> list[Text]:
    """What is wrong with an entry by itself: order of names, commitments, amounts, money."""
    opened = _OPENED.findall(entry.opened)
    faults: list[Text] = []
    if not (_is_ordered(entry.details) and _ascends(tuple([item[0] for item in opened]))):
        faults.append(t("Écriture {entry} : ses noms ne sont pas en ordre.", entry=entry.name))
    committed = b",".join([_committed(*item) for item in opened])
    if committed != (entry.personal or b""):
        faults += _faults_of_openings(entry, opened)
    if entry.since > entry.until or not _fits(entry.quantity, entry.unit):
        faults.append(t("Écriture {entry} : date ou quantité impossible.", entry=entry.name))
    if entry.about is None and entry.kind in MUST_SPEAK:
        text = t(
            "L'écriture {entry} ne dit pas de quelle écriture elle parle.", entry=entry.name
        )
        faults.append(text)
    if entry.postings is not None or b'"account.' in (entry.personal or b""):
        faults += _faults_of_money(entry)
    return faults


def _faults_of_openings(
    entry: EntryText, opened: list[tuple[bytes, bytes, bytes]]
) -> Iterator[Text]:
    """Where not everything is open, or not what was committed to."""
    personal = entry.personal or b""
    if not _is_ordered(entry.personal):
        yield t("Écriture {entry} : ses noms ne sont pas en ordre.", entry=entry.name)
    for item in opened:
        if _committed(*item) not in personal:
            yield t(
                "Écriture {entry} : « {field} » n'est pas ce qui a été consigné.",
                entry=entry.name,
                field=item[0].decode(),
            )


def _committed(name: bytes, salt: bytes, value: bytes) -> bytes:
    """How the leaf spells that it commits to this value (LED-10)."""
    clear = json.loads(b'"' + value + b'"').encode() if b"\\" in value else value
    digest = sha256(domain(name) + unhexlify(salt) + clear).hexdigest()
    return b'"%b":"%b"' % (name, digest.encode())


@lru_cache(maxsize=4096)
def _is_ordered(pairs: bytes | None) -> bool:
    return _ascends(tuple(_NAMES.findall(pairs or b"")))


@lru_cache(maxsize=4096)
def _ascends(names: tuple[bytes, ...]) -> bool:
    return list(names) == sorted(set(names))


def _fits(amount: bytes | None, unit: bytes | None) -> bool:
    """Whether both are there or neither, and the amount is no finer than its unit."""
    if amount is None or unit is None:
        return amount is unit
    scale = _SCALES.get(unit)
    return scale is None or len(amount.partition(b".")[2]) <= scale


def _faults_of_money(entry: EntryText) -> Iterator[Text]:
    sums: dict[bytes, Decimal] = {}
    holders = set()
    for line, (account, amount, unit) in enumerate(entry.moves, start=1):
        sums[unit] = sums.get(unit, Decimal(0)) + Decimal(amount.decode())
        if account == b"person":
            holders.add(b"account.%d" % line)
        if not _fits(amount, unit):
            yield t("Écriture {entry} : montant trop fin pour son unité.", entry=entry.name)
    if any(sums.values()):
        yield t("Écriture {entry} : ses mouvements ne s'équilibrent pas.", entry=entry.name)
    named = {name for name in _NAMES.findall(entry.personal or b"") if name[:8] == b"account."}
    if holders != named:
        yield t("Écriture {entry} : un compte de personne sans personne.", entry=entry.name)
