"""The published vectors: our code and the second verifier agree with each of them.

They cover LED-5 (canonical JSON), LED-6, LED-8 and LED-9 (leaves), LED-7 (hashes), LED-10
(commitments), LED-17 (trees), LED-18 (notes), LED-20 to LED-22 (journals), LED-23 (tiles),
LED-25 (proofs), LED-26 (consistency), LED-27 (witnesses), LED-28 (succession), LED-41 (what was
signed before a change of keys) and LED-42 (what entries say of one another).
"""

import importlib.util
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.conftest import REPOSITORY

from commons.content import content_folder
from commons.ledger.canonical import NotCanonicalError, decode, encode
from commons.ledger.checkpoint import (
    COSIGNATURE,
    NoteError,
    VerifierKey,
    is_signed_by,
    parse_checkpoint,
    sign,
    split_note,
    verifier_key,
)
from commons.ledger.commitments import commit
from commons.ledger.cosignature import cosign, cosigned_at
from commons.ledger.entry_text import ENTRY
from commons.ledger.merkle import (
    consistency_proof,
    inclusion_proof,
    is_consistent,
    leaf_hash,
    root,
    root_from_inclusion,
)
from commons.ledger.proof_verification import verify_file
from commons.ledger.succession import read_hand_over, split_chain
from commons.ledger.tiles import Tile
from commons.ledger.verdict import Means, UnreadableError

LEDGER = content_folder("ledger")
VECTORS = {
    file.stem: json.loads(file.read_text(encoding="utf-8"))
    for file in sorted((LEDGER / "vectors").glob("*.json"))
}
FILES = [
    pytest.param(case, id=f"{name[:4]}-{case['name']}")
    for name in (
        *("0007-journals", "0008-proofs", "0009-consistency"),
        *("0010-changed-keys", "0011-checkpoints"),
    )
    for case in VECTORS[name]
] + [
    pytest.param(case, id=f"{case['requirement']}-{case['name']}")
    for case in VECTORS["0012-breaches"]
]


def _by_path(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


SECOND = _by_path("second_verifier", LEDGER / "verify" / "verify.py")


def second_verdict(case: dict[str, Any]) -> bool:
    keys = case.get("trusted") or ([case["key"]] if "key" in case else [])
    try:
        SECOND.check(case["file"], keys, case.get("kept", ""))
    except Exception:  # noqa: BLE001 -- as the program itself: whatever it meets, it says no
        return False
    return True


def first_verdict(case: dict[str, Any]) -> bool:
    means = Means(
        VerifierKey.parse(case["key"]) if "key" in case else None,
        split_chain(case["chain"]) if "chain" in case else (),
        case.get("kept"),
        witnesses=[VerifierKey.parse(key, COSIGNATURE) for key in case.get("witnesses", ())],
    )
    try:
        return verify_file(case["file"].encode(), means).holds
    except UnreadableError:
        return False


@pytest.mark.parametrize("case", FILES)
def test_both_verifiers_give_the_expected_verdict(case: dict[str, Any]) -> None:
    assert first_verdict(case) is case["holds"]
    assert second_verdict(case) is case["holds"]


def test_the_second_verifier_is_short_and_alone() -> None:
    text = (LEDGER / "verify" / "verify.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    assert "commons." not in text.replace('"commons.', "").replace("import", "import ")
    imports = [line for line in text.splitlines() if line.startswith(("import", "from"))]
    assert not [line for line in imports if "commons" in line]


def test_canonical_json_has_one_spelling() -> None:
    vectors = VECTORS["0001-canonical-json"]
    for text in vectors["canonical"]:
        assert encode(decode(text.encode())) == text.encode()
    for text in vectors["not_canonical"]:
        with pytest.raises(NotCanonicalError):
            decode(text.encode())


def test_commitments_are_as_published() -> None:
    for item in VECTORS["0002-commitments"]:
        salt = bytes.fromhex(item["salt"])
        assert commit(item["field"], salt, item["value"]) == item["commitment"]


def test_leaves_hash_as_published_and_follow_the_schema() -> None:
    schema = json.loads((LEDGER / "entry.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for item in VECTORS["0003-leaves"]:
        assert leaf_hash(item["leaf"].encode()).hex() == item["hash"]
        spelled = f'{{"leaf":{item["leaf"]},"open":{{}}}}'
        jsonschema.validate(json.loads(spelled), schema)
        assert ENTRY.fullmatch(spelled.encode())


def test_every_exported_entry_follows_the_schema() -> None:
    schema = json.loads((LEDGER / "entry.schema.json").read_text(encoding="utf-8"))
    for case in VECTORS["0007-journals"]:
        if case["holds"]:
            for entry in json.loads(case["file"])["entries"]:
                jsonschema.validate(entry, schema)


def test_trees_and_their_proofs_are_as_published() -> None:
    vectors = VECTORS["0004-trees"]
    hashes = [leaf_hash(bytes.fromhex(item)) for item in vectors["leaves"]]
    roots = [bytes.fromhex(item) for item in vectors["roots"]]
    assert [root(hashes[:size]) for size in range(len(roots))] == roots
    for item in vectors["inclusion"]:
        path, size = [bytes.fromhex(step) for step in item["path"]], item["size"]
        assert inclusion_proof(hashes[:size], item["index"]) == path
        found = root_from_inclusion(hashes[item["index"]], item["index"], size, path)
        assert found == roots[size]
    for item in vectors["consistency"]:
        path, old, size = [bytes.fromhex(s) for s in item["path"]], item["old"], item["size"]
        assert consistency_proof(hashes[:size], old) == path
        assert is_consistent(old, roots[old], size, roots[size], path)


def test_tiles_are_addressed_as_published() -> None:
    for item in VECTORS["0005-tiles"]["paths"]:
        tile = Tile(item["level"], item["number"], item["width"], item["bundle"])
        assert (tile.path(), Tile.parse(item["path"])) == (item["path"], tile)
    for path in VECTORS["0005-tiles"]["not_paths"]:
        with pytest.raises(ValueError, match=r".*"):
            Tile.parse(path)


def test_notes_are_signed_as_published() -> None:
    vectors = VECTORS["0006-notes"]
    seed = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(vectors["seed"]))
    key, note = VerifierKey.parse(vectors["key"]), vectors["note"]
    assert verifier_key(key.name, seed) == key
    assert sign(split_note(note)[0], key.name, seed) == note
    assert is_signed_by(note, key)
    for text in vectors["malformed"]:
        with pytest.raises(NoteError):
            parse_checkpoint(text)


def test_a_witness_signs_as_published() -> None:
    vectors = VECTORS["0006-notes"]
    at = datetime.fromtimestamp(vectors["witnessed_at"], UTC)
    witness = VerifierKey.parse(vectors["witness_key"], COSIGNATURE)
    seed = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(vectors["witness_seed"]))
    body = split_note(vectors["note"])[0]
    assert vectors["note"] + cosign(body, witness.name, seed, at) == vectors["witnessed"]
    assert cosigned_at(vectors["witnessed"], witness) == at
    assert SECOND.is_signed(vectors["witnessed"], vectors["witness_key"])


def test_a_key_names_the_next_as_published() -> None:
    vectors = VECTORS["0006-notes"]
    old, new = read_hand_over(vectors["succession"])
    assert (str(old), str(new)) == (vectors["key"], vectors["next_key"])


def test_the_vectors_are_those_the_script_writes() -> None:
    written = _by_path("ledger_vectors", REPOSITORY / "scripts" / "ledger_vectors.py").parts()
    assert json.loads(json.dumps(written)) == VECTORS


def test_every_requirement_is_named_in_a_test_or_a_vector() -> None:
    specification = (LEDGER / "specification.md").read_text(encoding="utf-8")
    numbers = [
        int(line.split("**")[1].removeprefix("LED-"))
        for line in specification.splitlines()
        if line.startswith("- **LED-")
    ]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    text = "".join(
        file.read_text(encoding="utf-8")
        for file in [
            *(REPOSITORY / "tests").rglob("*.py"),
            *(LEDGER / "vectors").glob("*"),
            *(LEDGER / "invariants").glob("*"),
        ]
    )
    missing = [f"LED-{n}" for n in numbers if not _names(text, n)]
    assert missing == []


def _names(text: str, number: int) -> bool:
    return any(f"LED-{number}{end}" in text for end in (")", ",", " ", ".", "\n", ":"))
