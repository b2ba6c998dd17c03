"""Everything a database keeps of journals, checked from the leaves up (LED-39).

The queries of `ledger/invariants` find what contradicts a leaf; the trees, built again, what
contradicts a signature. What nobody can see from the database alone, LED-40 says.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from commons.kernel.text import t
from commons.ledger.checkpoint import (
    NoteError,
    VerifierKey,
    is_signed_by,
    parse_checkpoint,
)
from commons.ledger.heads import logs_by_origin, prefix_holds
from commons.ledger.invariants import ROWS_MAX, Violation, violations
from commons.ledger.proof_tables import successions
from commons.ledger.succession import read_hand_over
from commons.ledger.tree_check import Log, TreeCheck


@dataclass(frozen=True, slots=True)
class Reader:
    """What whoever checks knows besides the database.

    `own` is the key the instance signs with, `pinned` the one they trust instead, `kept` a
    checkpoint they kept elsewhere, as a note.
    """

    own: VerifierKey
    pinned: VerifierKey | None = None
    kept: str | None = None


@dataclass(slots=True)
class _Found:
    """Violations, at most `ROWS_MAX` of each promise."""

    all: list[Violation] = field(default_factory=list)
    count: Counter[str] = field(default_factory=Counter)

    def add(self, violation: Violation) -> None:
        self.count[violation.invariant] += 1
        if self.count[violation.invariant] <= ROWS_MAX:
            self.all.append(violation)


async def check_database(db: AsyncConnection, reader: Reader) -> list[Violation]:
    """What contradicts the promises of all journals, at most `ROWS_MAX` for each promise.

    The transaction of `db` must see one snapshot (`REPEATABLE READ`), or a service at work
    would be taken for a forger. Raises `NoteError` if the kept checkpoint is none.
    """
    found = _Found()
    for violation in await violations(db):
        found.add(violation)
    keys = _Keys(reader, await _chain(db))
    for violation in keys.violations():
        found.add(violation)
    origins = await logs_by_origin(db)
    for log in _logs(keys, origins):
        async for violation in TreeCheck(db, log).violations():
            found.add(violation)
    for violation in await _of_kept(db, keys, origins):
        found.add(violation)
    return found.all


class _Keys:
    """The keys that may have signed: the one trusted, those before it, those after it."""

    def __init__(self, reader: Reader, chain: Sequence[tuple[int, str]]) -> None:
        self.reader = reader
        self.trusted = reader.pinned or reader.own
        self.chain = chain
        self.fault = ""
        try:
            self.linked = self._linked()
        except NoteError as error:
            self.fault, self.linked = str(error), []

    def _linked(self) -> list[VerifierKey]:
        """The keys of the successions in order, none if there is none."""
        keys: list[VerifierKey] = []
        for place, (position, note) in enumerate(self.chain):
            old, new = read_hand_over(note)
            if position != place or (keys and keys[-1] != old):
                raise NoteError(t("une clé en suit une autre que celle d'avant"))
            keys = [*(keys or [old]), new]
        return keys

    def violations(self) -> Iterator[Violation]:
        if self.fault:
            sentence = t(
                "Les clés qui se sont succédé ne se suivent plus : {why}.", why=self.fault
            )
            yield Violation("a-key-follows-another", sentence, {})
        elif self.linked and not _is_among(self.reader.own, self.linked):
            sentence = t("La clé qui signe n'est pas de celles qui se sont succédé.")
            yield Violation("a-key-follows-another", sentence, {"key": str(self.reader.own)})
        if not _is_among(self.trusted, [self.reader.own, *self.linked]):
            sentence = t("La clé donnée n'est ni celle de l'instance, ni une de ses anciennes.")
            yield Violation("the-key-is-of-the-instance", sentence, {"key": str(self.trusted)})

    def of(self, *names: str) -> tuple[VerifierKey, ...]:
        """The keys under these names: that of an instance stands in all it signs."""
        keys = [self.trusted]
        if _is_among(self.trusted, self.linked):
            keys += reversed(self.linked)
        publics = dict.fromkeys(key.public for key in keys)
        return tuple(
            VerifierKey(name, public)
            for public in publics
            for name in dict.fromkeys((self.trusted.name, *names))
        )


def _is_among(key: VerifierKey, keys: Sequence[VerifierKey]) -> bool:
    """Whether it is one of these, under whatever name: that is a setting of the instance."""
    return key.public in {other.public for other in keys}


async def _chain(db: AsyncConnection) -> list[tuple[int, str]]:
    query = select(successions.c.position, successions.c.note).order_by(successions.c.position)
    return [(row[0], row[1]) for row in await db.execute(query)]


def _logs(keys: _Keys, origins: Mapping[str, UUID | None]) -> Iterator[Log]:
    """Every journal, and the log of their heads, which has no checkpoint yet at first."""
    if None not in origins.values():
        yield Log(None, keys.reader.own.name, keys.of())
    for origin, commons_id in origins.items():
        yield Log(commons_id, origin, keys.of(origin.removesuffix(f"/{commons_id}")))


async def _of_kept(
    db: AsyncConnection, keys: _Keys, origins: Mapping[str, UUID | None]
) -> list[Violation]:
    """Whether the history still holds the checkpoint that was kept elsewhere."""
    if keys.reader.kept is None:
        return []
    head = parse_checkpoint(keys.reader.kept)
    row = {"origin": head.origin, "tree_size": str(head.size)}
    signers = keys.of(head.origin.rpartition("/")[0] or head.origin, head.origin)
    found = []
    if not any(is_signed_by(keys.reader.kept, key) for key in signers):
        text = t("Le point de contrôle gardé n'est signé par aucune clé de l'instance.")
        found.append(Violation("a-kept-checkpoint-is-signed-by-its-keeper", text, row))
    if head.origin not in origins:
        text = t("Le point de contrôle gardé est d'un journal que cette base n'a pas.")
    elif not await prefix_holds(db, origins[head.origin], head):
        text = t(
            "L'histoire a été réécrite ou raccourcie : le point de contrôle gardé n'en est "
            "plus le début."
        )
    else:
        return found
    return [*found, Violation("a-kept-checkpoint-begins-the-history", text, row)]
