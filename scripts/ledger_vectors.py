"""Writes `ledger/vectors/`: complete examples another implementation must agree with.

Everything is drawn from fixed seeds: running this again writes the same bytes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from commons.ledger.canonical import decode, encode
from commons.ledger.checkpoint import COSIGNATURE, Checkpoint, sign, verifier_key
from commons.ledger.commitments import commit
from commons.ledger.cosignature import cosign
from commons.ledger.export import (
    SEAL_FORM,
    Backing,
    ExportedCommons,
    seal_body,
    spell_export,
)
from commons.ledger.leaf import commitments_of, personal_fields, spell_leaf
from commons.ledger.merkle import consistency_proof, inclusion_proof, leaf_hash, root
from commons.ledger.model import Account, AccountKind, Draft, Kind, Salted, SealedEntry
from commons.ledger.proof_file import Proof, spell_proof
from commons.ledger.proofs import Consistency, Inclusion
from commons.ledger.rules import transfer
from commons.ledger.succession import hand_over, signed_again
from commons.ledger.tiles import Tile

FOLDER = Path(__file__).parents[1] / "ledger" / "vectors"
GARDEN = UUID("6a0f1d4e-0000-4000-8000-000000000001")
CAMILLE = UUID("6a0f1d4e-0000-4000-8000-0000000000c1")
NOUR = UUID("6a0f1d4e-0000-4000-8000-0000000000c2")
TOWN = UUID("6a0f1d4e-0000-4000-8000-0000000000f1")
SIGNER, ORIGIN = "commons.example", f"commons.example/{GARDEN}"
WITNESS = "witness.example"
KEYS = {
    name: sha256(name.encode()).digest() for name in ("signer", "next", "forger", "witness")
}
START = datetime(2026, 11, 23, 8, 6, 34, 123456, tzinfo=UTC)
COMMONS = ExportedCommons(GARDEN, "jardins-de-la-poudrerie", "Jardins de la Poudrerie")
PEOPLE = {str(CAMILLE): "Camille Roux", str(NOUR): "Nour Benali"}


def key(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(KEYS[name])


PINNED = str(verifier_key(SIGNER, key("signer")))
NEXT = str(verifier_key(SIGNER, key("next")))
WITNESS_KEY = str(verifier_key(WITNESS, key("witness"), COSIGNATURE))


def entry(number: int, kind: Kind, **more: object) -> Draft:
    day = date(2026, 11, 20)
    return replace(Draft(UUID(int=number), kind, day, day), **more)  # type: ignore[arg-type]


def drafts() -> list[Draft]:
    """A contribution, its attestation, a gift of the town, a claim paid, a correction."""
    person = Account(AccountKind.PERSON, CAMILLE)
    commons, town = Account(AccountKind.COMMONS), Account(AccountKind.FUNDER, TOWN)
    nature = {"nature": "work", "reward": "open"}
    said = 'Taille des pommiers,\n« à l\'ancienne » \\ au "sécateur"'
    by = {"contributor": str(CAMILLE), "recorder": str(CAMILLE)}
    return [
        entry(
            1,
            Kind.CONTRIBUTION,
            quantity=Decimal(150),
            unit="minute",
            details=nature,
            personal={**by, "description": said},
        ),
        entry(2, Kind.ATTESTATION, about=UUID(int=1), personal={"attester": str(NOUR)}),
        entry(
            3,
            Kind.TRANSFER,
            details={"purpose": "funding"},
            postings=transfer(town, commons, Decimal("1250.50")),
        ),
        entry(
            4,
            Kind.TRANSFER,
            details={"purpose": "payment"},
            postings=transfer(commons, person, Decimal("120.5")),
        ),
        entry(
            5,
            Kind.CONTRIBUTION,
            quantity=Decimal("2.25"),
            unit="basket",
            details=nature,
            personal={**by, "description": "Paniers portés"},
        ),
        entry(
            6,
            Kind.REVERSAL,
            about=UUID(int=5),
            quantity=Decimal("-2.25"),
            unit="basket",
            personal={"contributor": str(CAMILLE), "reverser": str(NOUR), "reason": "Doublon"},
        ),
    ]


def sealed(written: Sequence[Draft]) -> list[SealedEntry]:
    result = []
    for place, draft in enumerate(written):
        salted = {
            name: Salted(sha256(f"{draft.entry_id}/{name}".encode()).digest(), value)
            for name, value in personal_fields(draft).items()
        }
        moment = START + timedelta(seconds=place)
        leaf = spell_leaf(GARDEN, draft, moment, commitments_of(salted))
        result.append(SealedEntry(leaf, salted))
    return result


def _one_name_for_two() -> SealedEntry:
    """Two accounts of persons move, and one field seems to name both holders."""
    persons = [Account(AccountKind.PERSON, person) for person in (CAMILLE, NOUR)]
    [whole] = sealed([entry(1, Kind.TRANSFER, postings=transfer(*persons, Decimal(5)))])
    held = {"account.1,account.2": Salted(bytes(32), str(CAMILLE))}
    leaf = {**decode(whole.leaf), "personal": commitments_of(held)}
    return SealedEntry(encode(leaf), held)


def note(entries: Sequence[SealedEntry], by: str = "signer", origin: str = ORIGIN) -> str:
    hashes = [leaf_hash(item.leaf) for item in entries]
    return sign(Checkpoint(origin, len(hashes), root(hashes)).body(), SIGNER, key(by))


def witnessed(text: str) -> str:
    return text + cosign(text.rpartition("\n\n")[0] + "\n", WITNESS, key("witness"), START)


def export(
    entries: Sequence[SealedEntry], by: str = "signer", backing: Backing | None = None
) -> str:
    data = spell_export(
        COMMONS,
        note(entries, by),
        entries,
        PEOPLE,
        signer=SIGNER,
        key=key(by),
        backing=backing,
    )
    return data.decode()


def resealed(file: str, by: str = "signer") -> str:
    """A file that was changed, with the seal made again: only what it says can be wrong."""
    content = json.loads(file)
    del content["seal"]
    body = seal_body(SEAL_FORM, ORIGIN, encode(content))
    return encode({**content, "seal": sign(body, SIGNER, key(by))}).decode()


def case(name: str, file: str, *, holds: bool, **against: object) -> dict[str, object]:
    return {"name": name, "file": file, "holds": holds, **against}


def journals() -> list[dict[str, object]]:
    whole, hand = sealed(drafts()), hand_over(SIGNER, key("signer"), key("next"))
    good, erased = export(whole), [SealedEntry(item.leaf, {}) for item in whole]
    later = sealed([*drafts(), entry(7, Kind.DOCUMENT, details={"sha256": "0" * 64})])
    first, *rest = drafts()
    forged = sealed([replace(first, quantity=Decimal(999)), *rest])
    pinned = {"key": PINNED}
    own = entry(2, Kind.ATTESTATION, about=UUID(int=1), personal={"attester": str(CAMILLE)})
    lost = entry(2, Kind.ATTESTATION, about=UUID(int=99), personal={"attester": str(NOUR)})
    again = replace(drafts()[5], entry_id=UUID(int=7))
    final = replace(drafts()[5], entry_id=UUID(int=7), about=UUID(int=6))
    uneven = [replace(drafts()[2], postings=drafts()[2].postings[:1])]
    quoting = {**first.personal, "description": 'Lu "form":"commons-proof/1" chez Nour'}
    succession = Backing(chain=(hand,))
    witness = {**pinned, "witnesses": [WITNESS_KEY]}
    return [
        case("as exported", good, holds=True, **pinned),
        case("without a key: coherent, signer not verified", good, holds=True),
        case("with everything personal erased", export(erased), holds=True, **pinned),
        case("empty", export([]), holds=True, **pinned),
        case(
            "grown since a kept checkpoint",
            export(later),
            holds=True,
            **pinned,
            kept=note(whole),
        ),
        case("shorter than a kept checkpoint", good, holds=False, **pinned, kept=note(later)),
        case(
            "kept checkpoint of another journal",
            good,
            holds=False,
            **pinned,
            kept=note(whole, origin="else.example/1"),
        ),
        case(
            "a forger rewrites and signs with another key",
            export(forged, "forger"),
            holds=False,
            **pinned,
        ),
        case("the same, without a pinned key", export(forged, "forger"), holds=True),
        case("the keeper of the key rewrites", export(forged), holds=True, **pinned),
        case(
            "the same, against a kept checkpoint",
            export(forged),
            holds=False,
            **pinned,
            kept=note(whole),
        ),
        case(
            "after a change of keys, the old one pinned",
            export(later, "next", succession),
            holds=True,
            **pinned,
            trusted=[PINNED, NEXT],
        ),
        case("the same, without the succession", export(later, "next"), holds=False, **pinned),
        case(
            "the new key pinned, the kept checkpoint from before",
            export(later, "next", succession),
            holds=True,
            key=NEXT,
            kept=note(whole),
            trusted=[PINNED, NEXT],
        ),
        case(
            "countersigned by a witness one believes",
            export(later, backing=Backing(witnessed=witnessed(note(whole)))),
            holds=True,
            **witness,
        ),
        case(
            "countersigned on another history",
            export(later, backing=Backing(witnessed=witnessed(note(forged)))),
            holds=False,
            **witness,
        ),
        case(
            "that quotes the form of a proof",
            export(sealed([replace(first, personal=quoting), *rest])),
            holds=True,
            **pinned,
        ),
        case(
            "an amount of sixteen digits",
            export(sealed([replace(first, quantity=Decimal(10**15)), *rest])),
            holds=False,
            **pinned,
        ),
        case(
            "one entry changed",
            good.replace('"quantity":"150"', '"quantity":"151"'),
            holds=False,
            **pinned,
        ),
        case(
            "one opened value changed, sealed again",
            resealed(good.replace("Paniers", "Cageots")),
            holds=False,
            **pinned,
        ),
        case("one name changed", good.replace("Camille", "Camilla"), holds=False, **pinned),
        case(
            "an entry taken out",
            resealed(
                encode(
                    {**json.loads(good), "entries": json.loads(good)["entries"][1:]}
                ).decode()
            ),
            holds=False,
            **pinned,
        ),
        case(
            "two entries exchanged",
            resealed(
                encode(
                    {**json.loads(good), "entries": json.loads(good)["entries"][::-1]}
                ).decode()
            ),
            holds=False,
            **pinned,
        ),
        case(
            "someone attests their own work",
            export(sealed([drafts()[0], own])),
            holds=False,
            **pinned,
        ),
        case(
            "an entry speaks of nothing",
            export(sealed([drafts()[0], lost])),
            holds=False,
            **pinned,
        ),
        *(
            case(
                f"the name of a personal field has {length:,} characters",
                export(sealed([entry(1, Kind.DOCUMENT, personal={"n" * length: "Un mot"})])),
                holds=length <= 200,
                **pinned,
            )
            for length in (200, 201)
        ),
        case("two holders in one name", export([_one_name_for_two()]), holds=False, **pinned),
        case("reversed twice", export(sealed([*drafts(), again])), holds=False, **pinned),
        case("a reversal reversed", export(sealed([*drafts(), final])), holds=False, **pinned),
        case(
            "the same entry twice",
            export(sealed([drafts()[0], drafts()[0]])),
            holds=False,
            **pinned,
        ),
        case("money from nowhere", export(sealed(uneven)), holds=False, **pinned),
        case("a line break at the end", good + "\n", holds=False, **pinned),
        case("a space after a comma", good.replace(",", ", ", 1), holds=False, **pinned),
        case(
            "a salt in capitals",
            good.replace(
                whole[0].personal["contributor"].salt.hex(),
                whole[0].personal["contributor"].salt.hex().upper(),
            ),
            holds=False,
            **pinned,
        ),
        case(
            "a number",
            good.replace('"quantity":"150"', '"quantity":150'),
            holds=False,
            **pinned,
        ),
        case(
            "not in Unicode NFC", resealed(good).replace("é", "e\u0301"), holds=False, **pinned
        ),
        case(
            "an escape that is not needed",
            good.replace("Paniers", "\\u0050aniers"),
            holds=False,
            **pinned,
        ),
        case("base64 with a stray bit", _stray(good), holds=False, **pinned),
        case(
            "an unknown key in a leaf",
            resealed(
                good.replace('"form":"commons-entry/1"', '"form":"commons-entry/1","how":"x"')
            ),
            holds=False,
            **pinned,
        ),
    ]


def breaches() -> list[dict[str, object]]:
    """Journals whose tree, seal and signatures are right, and which break what is named."""
    work, seen, gift, paid, *_ = drafts()
    claim = entry(7, Kind.CLAIM, quantity=Decimal(40), unit="EUR")
    claim = replace(claim, personal={"claimant": str(CAMILLE), "reason": "Graines"})
    gone = entry(8, Kind.ERASURE, about=UUID(int=1), details={"fields": "description"})

    def say(number: int, kind: Kind, about: int | None, who: str = "", **more: object) -> Draft:
        personal = {who: str(NOUR), "reason": "Autre compte"} if who else {}
        target = UUID(int=about) if about else None
        return entry(number, kind, **{"about": target, "personal": personal, **more})

    def undo(about: int | None, quantity: str | None, number: int = 9, **more: object) -> Draft:
        counted = {"quantity": Decimal(quantity), "unit": "minute"} if quantity else {}
        return say(number, Kind.REVERSAL, about, "reverser", **{**counted, **more})

    back = tuple(replace(item, amount=-item.amount) for item in paid.postings)
    to_nour = (back[0], replace(back[1], account=Account(AccountKind.PERSON, NOUR)))
    contest, answer = (
        say(10, Kind.CONTEST, 1, "contester"),
        say(11, Kind.ANSWER, 10, "answerer"),
    )
    again = replace(seen, entry_id=UUID(int=12))
    hidden = sealed([work, seen, again])
    hidden[2] = SealedEntry(hidden[2].leaf, {})
    right = [
        ("a reversal takes back the quantity", "LED-4", [work, undo(1, "-150")]),
        (
            "a reversal takes back what moved",
            "LED-4",
            [gift, paid, undo(4, None, postings=back)],
        ),
        ("a reversal of an attestation", "LED-4", [work, seen, undo(2, None)]),
        (
            "a reversal of what has none and moves nothing",
            "LED-4",
            [work, contest, undo(10, None)],
        ),
        ("two people attest", "LED-15", [work, seen, _by(again, TOWN)]),
        ("contested, answered, erased", "LED-42", [work, contest, answer, gone]),
        (
            "a claim contested and reversed",
            "LED-42",
            [claim, say(10, Kind.CONTEST, 7, "contester"), undo(7, "-40", unit="EUR")],
        ),
        ("a document speaks of an erasure", "LED-42", [work, gone, say(9, Kind.DOCUMENT, 8)]),
        ("an attestation before what it attests", "LED-42", [seen, work]),
        ("an answer before what it answers", "LED-42", [work, answer, contest]),
        ("a reversal before what it reverses", "LED-42", [undo(1, "-150"), work]),
    ]
    wrong = [
        ("a reversal with the same sign", "LED-4", [work, undo(1, "150")]),
        ("a reversal of another quantity", "LED-4", [work, undo(1, "-7")]),
        ("a reversal in another unit", "LED-4", [work, undo(1, "-150", unit="commit")]),
        ("a reversal without the quantity", "LED-4", [work, undo(1, None)]),
        ("a reversal with a quantity of its own", "LED-4", [work, seen, undo(2, "-1")]),
        ("a reversal that moves nothing back", "LED-4", [gift, paid, undo(4, None)]),
        (
            "a reversal that moves again",
            "LED-4",
            [gift, paid, undo(4, None, postings=paid.postings)],
        ),
        (
            "a reversal in another order",
            "LED-4",
            [gift, paid, undo(4, None, postings=back[::-1])],
        ),
        (
            "a reversal from someone else",
            "LED-4",
            [gift, paid, undo(4, None, postings=to_nour)],
        ),
        (
            "a reversal that moves what did not",
            "LED-4",
            [work, paid, undo(1, "-150", postings=back)],
        ),
        ("two reversals of one entry", "LED-4", [work, undo(1, "-150"), undo(1, "-150", 12)]),
        (
            "an account of a person without a posting",
            "LED-12",
            [replace(work, personal={**work.personal, "account.1": str(NOUR)})],
        ),
        ("an erasure reversed", "LED-34", [work, gone, undo(8, None)]),
        ("one person attests twice", "LED-15", [work, seen, again]),
        (
            "one person attests twice, the first time reversed",
            "LED-15",
            [work, seen, undo(2, None), again],
        ),
        (
            "an attestation of an attestation",
            "LED-42",
            [work, seen, say(9, Kind.ATTESTATION, 2)],
        ),
        ("an attestation of a claim", "LED-42", [claim, say(9, Kind.ATTESTATION, 7)]),
        ("a contest of an attestation", "LED-42", [work, seen, say(9, Kind.CONTEST, 2)]),
        ("an answer to a contribution", "LED-42", [work, say(9, Kind.ANSWER, 1)]),
        *(
            (f"{kind} without « about »", "LED-42", [work, say(9, kind, None)])
            for kind in (
                Kind.ATTESTATION,
                Kind.CONTEST,
                Kind.ANSWER,
                Kind.REVERSAL,
                Kind.ERASURE,
            )
        ),
        *(
            (f"{kind} of an entry that is not there", "LED-42", [work, say(9, kind, 99)])
            for kind in (Kind.CONTEST, Kind.ANSWER, Kind.REVERSAL, Kind.ERASURE, Kind.DOCUMENT)
        ),
        (
            "an attestation of a claim that follows",
            "LED-42",
            [say(9, Kind.ATTESTATION, 7), claim],
        ),
        ("a reversal of another quantity that follows", "LED-4", [undo(1, "-7"), work]),
        ("an entry that speaks of itself", "LED-42", [say(9, Kind.DOCUMENT, 9)]),
        ("euros with three decimals", "LED-9", [replace(claim, quantity=Decimal("1.234"))]),
        (
            "euros with three decimals, moved",
            "LED-9",
            [
                replace(
                    gift,
                    postings=transfer(*(p.account for p in gift.postings), Decimal("0.001")),
                )
            ],
        ),
        ("a minute and a half", "LED-9", [replace(work, quantity=Decimal("1.5"))]),
        (
            "it ends before it begins",
            "LED-6",
            [replace(work, occurred_from=date(2026, 11, 21))],
        ),
    ]
    spelled = [
        ("kind", "gift", "LED-8"),
        ("occurred_to", "2026-11-32", "LED-6"),
        ("occurred_to", "20 novembre", "LED-6"),
        ("recorded_at", "2026-11-23T08:06:34Z", "LED-6"),
        ("entry_id", "1", "LED-6"),
        ("unit", "une heure", "LED-9"),
    ]
    [first] = sealed([work])
    return [
        *(
            _breach(name, requirement, sealed(these), holds=True)
            for name, requirement, these in right
        ),
        _breach("one person attests twice, one name withheld", "LED-15", hidden, holds=True),
        *(_breach(name, requirement, sealed(these)) for name, requirement, these in wrong),
        *(
            _breach(f"{field}: {said}", requirement, [_respelled(first, field, said)])
            for field, said, requirement in spelled
        ),
    ]


def _breach(
    name: str, requirement: str, entries: Sequence[SealedEntry], *, holds: bool = False
) -> dict[str, object]:
    return case(name, export(entries), holds=holds, requirement=requirement, key=PINNED)


def _by(attestation: Draft, person: UUID) -> Draft:
    return replace(attestation, personal={"attester": str(person)})


def _respelled(whole: SealedEntry, field: str, said: str) -> SealedEntry:
    return SealedEntry(encode({**decode(whole.leaf), field: said}), whole.personal)


def _stray(file: str) -> str:
    """The last character before the padding of the root, with bits that mean nothing."""
    root64 = json.loads(file)["checkpoint"].split("\n")[2]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = alphabet[alphabet.index(root64[-2]) ^ 1]
    return file.replace(root64, f"{root64[:-2]}{other}=")


def proofs() -> list[dict[str, object]]:
    whole = sealed(drafts())
    hashes = [leaf_hash(item.leaf) for item in whole]
    body = note(whole).rpartition("\n\n")[0] + "\n"
    heads = [leaf_hash(b"another journal"), leaf_hash(body.encode())]
    top = sign(Checkpoint(SIGNER, 2, root(heads)).body(), SIGNER, key("signer"))
    head = Inclusion(1, tuple(inclusion_proof(heads, 1)), witnessed(top))
    before = sign(Checkpoint(SIGNER, 1, root(heads[:1])).body(), SIGNER, key("signer"))
    elsewhere = Inclusion(0, tuple(inclusion_proof(heads, 0)), witnessed(top))
    quoting = {**drafts()[0].personal, "description": 'Lu "form":"commons-journal/1" à Nour'}
    only = sealed([replace(drafts()[0], personal=quoting)])
    quoted = spell_proof(
        COMMONS,
        only[0],
        Proof(Inclusion(0, (), note(only))),
        PEOPLE,
        signer=SIGNER,
        key=key("signer"),
    ).decode()

    def proof(
        index: int, path: int, *, by: str = "signer", head: Inclusion | None = None
    ) -> str:
        inclusion = Inclusion(index, tuple(inclusion_proof(hashes, path)), note(whole, by))
        return spell_proof(
            COMMONS,
            whole[path],
            Proof(inclusion, head),
            PEOPLE,
            signer=SIGNER,
            key=key(by),
        ).decode()

    pinned = {"key": PINNED}
    cases = [
        case(f"entry {n + 1}", proof(n, n), holds=True, **pinned) for n in range(len(whole))
    ]
    return [
        *cases,
        case(
            "among the heads of all journals, witnessed",
            proof(0, 0, head=head),
            holds=True,
            **pinned,
            witnesses=[WITNESS_KEY],
        ),
        case(
            "among the heads, at the place of another",
            proof(0, 0, head=elsewhere),
            holds=False,
            **pinned,
            witnesses=[WITNESS_KEY],
        ),
        case(
            "against the kept checkpoint of all heads",
            proof(0, 0, head=head),
            holds=True,
            **pinned,
            kept=head.note,
        ),
        case(
            "against another checkpoint of all heads",
            proof(0, 0, head=head),
            holds=False,
            **pinned,
            kept=before,
        ),
        case("that quotes the form of a journal", quoted, holds=True, **pinned),
        case(
            "against the same kept checkpoint",
            proof(2, 2),
            holds=True,
            **pinned,
            kept=note(whole),
        ),
        case(
            "against another kept checkpoint",
            proof(2, 2),
            holds=False,
            **pinned,
            kept=note(sealed(drafts()[:3])),
        ),
        case("at another place", proof(1, 2), holds=False, **pinned),
        case("signed with another key", proof(0, 0, by="forger"), holds=False, **pinned),
        case(
            "of a changed entry",
            proof(0, 0).replace('"quantity":"150"', '"quantity":"151"'),
            holds=False,
            **pinned,
        ),
        case(
            "with a hash too many",
            proof(0, 0).replace(
                "\\n\\ncommons.example", f"\\n{'A' * 43}=\\n\\ncommons.example", 1
            ),
            holds=False,
            **pinned,
        ),
    ]


def consistencies() -> list[dict[str, object]]:
    whole = sealed(drafts())
    hashes = [leaf_hash(item.leaf) for item in whole]
    rewritten = sealed([replace(drafts()[0], quantity=Decimal(999)), *drafts()[1:]])
    pinned = {"key": PINNED}

    def proof(old: int, over: Sequence[SealedEntry] = whole) -> str:
        path = consistency_proof([leaf_hash(item.leaf) for item in over], old)
        return str(Consistency(old, tuple(path), note(over)))

    cases = [
        case(
            f"from {old} to {len(hashes)}",
            proof(old),
            holds=True,
            **pinned,
            kept=note(whole[:old]),
        )
        for old in range(1, len(hashes) + 1)
    ]
    return [
        *cases,
        case(
            "from a size that was not kept",
            proof(2),
            holds=False,
            **pinned,
            kept=note(whole[:3]),
        ),
        case(
            "history rewritten",
            proof(3, rewritten),
            holds=False,
            **pinned,
            kept=note(whole[:3]),
        ),
        case("with nothing kept", proof(3), holds=False, **pinned),
        case(
            "signed with another key",
            proof(3).replace(note(whole), note(whole, "forger")),
            holds=False,
            **pinned,
            kept=note(whole[:3]),
        ),
    ]


def changed_keys() -> list[dict[str, object]]:
    """What was signed before a change of keys, and the same as it is handed out after."""
    whole, hand = sealed(drafts()), hand_over(SIGNER, key("signer"), key("next"))
    alone = note(whole)
    twice = signed_again(alone, SIGNER, key("next"), [hand])
    brought = {"key": NEXT, "chain": hand, "trusted": [NEXT, PINNED]}
    hashes = [leaf_hash(item.leaf) for item in whole]
    kept = note(whole[:2])
    joined = str(Consistency(2, tuple(consistency_proof(hashes, 2)), twice))

    def journal(checkpoint: str, by: str, chain: Sequence[str] = ()) -> str:
        return spell_export(
            COMMONS,
            checkpoint,
            whole,
            PEOPLE,
            signer=SIGNER,
            key=key(by),
            backing=Backing(chain=chain, witnessed=witnessed(kept_twice)),
        ).decode()

    kept_twice = signed_again(kept, SIGNER, key("next"), [hand])
    after = journal(twice, "next", [hand])
    return [
        case("handed out after, the new key pinned", after, holds=True, key=NEXT),
        case(
            "handed out after, the old key pinned",
            after,
            holds=True,
            key=PINNED,
            trusted=[PINNED, NEXT],
        ),
        case(
            "sealed after, over a checkpoint of before alone",
            journal(alone, "next", [hand]),
            holds=False,
            key=NEXT,
        ),
        case("of before, the old key pinned", export(whole), holds=True, key=PINNED),
        case("of before, the new key pinned", export(whole), holds=False, key=NEXT),
        case("of before, the succession brought", export(whole), holds=True, **brought),
        case(
            "of a forger, the succession brought",
            export(whole, "forger"),
            holds=False,
            **brought,
        ),
        case(
            "to a checkpoint signed by both, from a kept one",
            joined,
            holds=True,
            kept=kept,
            **brought,
        ),
    ]


def bare_checkpoints() -> list[dict[str, object]]:
    whole = sealed(drafts())
    good, pinned = note(whole), {"key": PINNED}
    return [
        case("signed", good, holds=True, **pinned),
        case("without a key: coherent, signer not verified", good, holds=True),
        case("countersigned", witnessed(good), holds=True, **pinned, witnesses=[WITNESS_KEY]),
        case("the kept one", good, holds=True, **pinned, kept=good),
        case(
            "of another size than the kept one",
            good,
            holds=False,
            **pinned,
            kept=note(whole[:3]),
        ),
        case("of another root", good, holds=False, **pinned, kept=note(whole[::-1])),
        case(
            "of another journal", good, holds=False, **pinned, kept=note(whole, origin="else/1")
        ),
        case("signed with another key", note(whole, "forger"), holds=False, **pinned),
        case("changed", good.replace("\n6\n", "\n7\n"), holds=False, **pinned),
        case("a size in another spelling", good.replace("\n6\n", "\n06\n"), holds=False),
        case("cut short", good[:-1], holds=False, **pinned),
    ]


def parts() -> Mapping[str, object]:
    """The pieces: canonical JSON, commitments, leaves, trees, tiles, notes."""
    leaves = [bytes([n]) * n for n in range(9)]
    hashes = [leaf_hash(item) for item in leaves]
    body = Checkpoint(ORIGIN, 9, root(hashes)).body()
    text = sign(body, SIGNER, key("signer"))
    return {
        "0001-canonical-json": {
            "canonical": [
                encode(value).decode()
                for value in (
                    "",
                    "é",
                    'a\nb\t"\\\u0001\u007f€',
                    [],
                    {},
                    {"b": ["x"], "a": {"": ""}},
                )
            ],
            "not_canonical": [
                '{"b":"1","a":"2"}',
                '{"a": "1"}',
                '{"a":"1"}\n',
                '{"a":1}',
                '{"a":null}',
                '{"a":true}',
                '{"a":"\\u0041"}',
                '{"a":"1","a":"1"}',
                '{"a":"e\u0301"}',
                '{"a":"\\u0000"}',
                '{"a":"\\ud800"}',
                '{"é":"1"}',
                '{"\\"":"1"}',
                '{"\\n":"1"}',
                '"\\u001F"',
                "",
                "[" * 14 + "]" * 14,
                "[,]",
                '"\\/"',
            ],
        },
        "0002-commitments": [
            {
                "field": name,
                "salt": salt.hex(),
                "value": value,
                "commitment": commit(name, salt, value),
            }
            for name, salt, value in (
                ("contributor", bytes(32), str(CAMILLE)),
                ("description", bytes(range(32)), "Taille des pommiers, « à l'ancienne »"),
                ("account.12", b"\xff" * 32, ""),
            )
        ],
        "0003-leaves": [
            {"leaf": item.leaf.decode(), "hash": leaf_hash(item.leaf).hex()}
            for item in sealed(drafts())
        ],
        "0004-trees": {
            "leaves": [item.hex() for item in leaves],
            "roots": [root(hashes[:size]).hex() for size in range(10)],
            "inclusion": [
                {
                    "index": i,
                    "size": size,
                    "path": [h.hex() for h in inclusion_proof(hashes[:size], i)],
                }
                for size in range(1, 10)
                for i in range(size)
            ],
            "consistency": [
                {
                    "old": old,
                    "size": size,
                    "path": [h.hex() for h in consistency_proof(hashes[:size], old)],
                }
                for size in range(1, 10)
                for old in range(1, size + 1)
            ],
        },
        "0005-tiles": {
            "paths": [
                {
                    "level": tile.level,
                    "number": tile.number,
                    "width": tile.width,
                    "bundle": tile.is_bundle,
                    "path": tile.path(),
                }
                for tile in (
                    Tile(0, 0),
                    Tile(0, 1234067),
                    Tile(3, 999, 17),
                    Tile(0, 1000, 255, is_bundle=True),
                )
            ],
            "not_paths": [
                "0/1",
                "00/001",
                "64/000",
                "0/0001",
                "0/x001",
                "0/x000/001",
                "0/000.p/0",
                "0/000.p/256",
                "entries/0",
                "1/001/",
                "-1/000",
            ],
        },
        "0006-notes": {
            "seed": KEYS["signer"].hex(),
            "key": PINNED,
            "note": text,
            "witness_seed": KEYS["witness"].hex(),
            "witness_key": WITNESS_KEY,
            "witnessed": witnessed(text),
            "witnessed_at": int(START.timestamp()),
            "succession": hand_over(SIGNER, key("signer"), key("next")),
            "next_key": NEXT,
            "malformed": [
                "",
                body,
                text[:-1],
                text.replace("\n9\n", "\n09\n"),
                text.replace("\n9\n", "\n-9\n"),
                text.replace("— ", "- "),
                text.replace("\n9\n", "\n9\r\n"),
                text.replace("=\n\n", "\n\n"),
            ],
        },
        "0007-journals": journals(),
        "0008-proofs": proofs(),
        "0009-consistency": consistencies(),
        "0010-changed-keys": changed_keys(),
        "0011-checkpoints": bare_checkpoints(),
        "0012-breaches": breaches(),
    }


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, content in parts().items():
        text = json.dumps(content, ensure_ascii=False, indent=1)
        (FOLDER / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
