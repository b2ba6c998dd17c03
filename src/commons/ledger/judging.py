"""Judging drafts one after the other: each alone, knowing what was let through before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from commons.kernel.errors import ConflictError, DomainError
from commons.ledger.accounts import Accounts
from commons.ledger.canonical import read_json
from commons.ledger.leaf import commitments_of, personal_fields, spell_leaf
from commons.ledger.merkle import leaf_hash
from commons.ledger.model import (
    AlreadyWritten,
    DatedRules,
    Draft,
    Kind,
    Outcome,
    Refused,
    Request,
    Salted,
    Target,
    Written,
)
from commons.ledger.rules import KEY_IS_TAKEN, refusal_about, rules_at

Key: TypeAlias = tuple[UUID, UUID]
"""A commons and an entry of its journal."""


def key_of(request: Request) -> Key:
    return request.commons_id, request.draft.entry_id


def target_of(request: Request) -> Key | None:
    about = request.draft.about
    return (request.commons_id, about) if about else None


@dataclass(frozen=True, slots=True)
class Stored:
    """What is compared when the same `entry_id` comes again."""

    recorded_at: datetime
    leaf: bytes
    leaf_hash: bytes
    salted: Mapping[str, Salted]


@dataclass(slots=True)
class Judge:
    """What is known while the requests of one batch are judged.

    `alone` has, in the order of the requests, why a draft cannot stand whatever else is in
    the journal.
    """

    now: datetime
    alone: Sequence[DomainError | None]
    stored: Mapping[Key, Stored]
    targets: Mapping[Key, Target]
    rules: Mapping[UUID, Sequence[DatedRules]]
    accounts: Accounts
    prepared: dict[Key, Request] = field(default_factory=dict)

    def outcomes(self, requests: Sequence[Request]) -> list[Outcome]:
        return [
            self._outcome(request, alone)
            for request, alone in zip(requests, self.alone, strict=True)
        ]

    def _outcome(self, request: Request, alone: DomainError | None) -> Outcome:
        key, draft = key_of(request), request.draft
        if key in self.stored:
            return compare(request, self.stored[key])
        if key in self.prepared:
            same = self.prepared[key].draft == draft
            return AlreadyWritten(draft.entry_id) if same else taken(draft)
        error = alone or self._refusal_about(request)
        if error is None and draft.postings:
            error = self.accounts.refusal_of(
                request.commons_id,
                draft.postings,
                rules_at(self.rules.get(request.commons_id, ()), self.now).advance,
            )
        if error is not None:
            return Refused(draft.entry_id, error)
        self._let_through(key, request)
        return Written(draft.entry_id)

    def _refusal_about(self, request: Request) -> DomainError | None:
        place = target_of(request)
        if place is None:
            return None
        target = self.targets.get(place)
        moment = target.recorded_at if target else self.now
        rules = rules_at(self.rules.get(request.commons_id, ()), moment)
        return refusal_about(request.draft, target, rules, request.standing, self.now)

    def _let_through(self, key: Key, request: Request) -> None:
        draft = request.draft
        self.prepared[key] = request
        if draft.postings:
            self.accounts.apply(request.commons_id, draft.postings)
        place = target_of(request)
        if place is None or place not in self.targets:
            return
        target = self.targets[place]
        match draft.kind:
            case Kind.REVERSAL:
                target.is_reversed = True
            case Kind.ATTESTATION:
                target.attesters.add(draft.personal.get("attester", ""))
            case Kind.CONTEST:
                target.contesters.add(draft.personal.get("contester", ""))
            case Kind.ANSWER:
                target.is_answered = True


def taken(draft: Draft) -> Refused:
    return Refused(draft.entry_id, ConflictError(KEY_IS_TAKEN))


def compare(request: Request, stored: Stored) -> Outcome:
    """Whether the draft is what was stored, spelled with the stored time and salts (LED-3)."""
    draft = request.draft
    committed: dict[str, str] = read_json(stored.leaf).get("personal", {})
    clear = personal_fields(draft)
    salted = {
        name: Salted(stored.salted[name].salt, value)
        for name, value in clear.items()
        if name in stored.salted
    }
    erased = {
        name: committed[name] for name in clear if name in committed and name not in salted
    }
    commitments = {**commitments_of(salted), **erased}
    leaf = spell_leaf(request.commons_id, draft, stored.recorded_at, commitments)
    same = leaf_hash(leaf) == stored.leaf_hash
    return AlreadyWritten(draft.entry_id) if same else taken(draft)
