"""Checks journals, proofs and checkpoints alone:  verify.py FILE KEPT-OR-DASH [VKEY]..."""  # noqa: INP001

import base64
import json
import re
import sys
import unicodedata
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature as Bad
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

KEYS = {"commons_id", "entry_id", "form", "kind", "occurred_from", "occurred_to", "recorded_at"}
MORE = KEYS | {"about", "details", "personal", "postings", "quantity", "unit"}
SPELLED = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)  # LED-5
AMOUNT = re.compile(r"0|-?([1-9]\d{0,14}(\.\d{0,5}[1-9])?|0\.\d{0,5}[1-9])", re.ASCII)


def need(holds: object, why: str) -> None:
    if not holds:
        raise ValueError(why)


def decode(text: str) -> bytes:
    raw = base64.b64decode(text, validate=True)
    need(base64.b64encode(raw).decode() == text, "base64 in another spelling")
    return raw


def root(hashes: list[bytes]) -> bytes:  # RFC 6962, 2.1
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256(b"").digest()
    middle = 1 << (len(hashes) - 1).bit_length() - 1
    return sha256(b"\1" + root(hashes[:middle]) + root(hashes[middle:])).digest()


def climb(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes:  # 2.1.1
    need(0 <= index < size and bool(path) == (size > 1), "the proof of inclusion")
    if size == 1:
        return leaf
    middle, below, last = 1 << (size - 1).bit_length() - 1, path[:-1], path[-1]
    if index < middle:
        return sha256(b"\1" + climb(index, middle, leaf, below) + last).digest()
    return sha256(b"\1" + last + climb(index - middle, size - middle, leaf, below)).digest()


def grow(old: int, size: int, start: bytes, path: list[bytes]) -> tuple[bytes, bytes]:  # 2.1.2
    if old == size:  # `start` is the kept root as long as its tree stands whole on the left
        need(len(path) == (not start), "the proof of consistency")
        return (start or path[0],) * 2
    middle, below, last = 1 << (size - 1).bit_length() - 1, path[:-1], path[-1]
    if old <= middle:
        then, now = grow(old, middle, start, below)
        return then, sha256(b"\1" + now + last).digest()
    then, now = grow(old - middle, size - middle, b"", below)
    return sha256(b"\1" + last + then).digest(), sha256(b"\1" + last + now).digest()


def led_to(proof: str, leaf: bytes) -> str:  # C2SP tlog-proof: the checkpoint it leads to
    lines, _, note = proof.partition("\n\n")
    index, *path = lines.split("\n")[1:]
    top = climb(int(index[6:]), int(note.split("\n")[1]), leaf, [decode(line) for line in path])
    need(top == decode(note.split("\n")[2]), "the proof does not lead to its checkpoint")
    return note


def is_signed(note: str, key: str) -> bool:  # C2SP signed-note, tlog-cosignature
    name, mark, encoded = key.split("+", 2)
    public, (body, _, lines) = decode(encoded), note.removesuffix("\n").rpartition("\n\n")
    number = sha256(name.encode() + b"\n" + public).digest()[:4]
    need(number.hex() == mark and public[0] in (1, 4), "the key is mistyped")
    for dash, who, line in [line.split(" ") for line in lines.split("\n")]:
        raw = decode(line)
        time = f"cosignature/v1\ntime {int.from_bytes(raw[4:12])}\n" if public[0] == 4 else ""
        if (dash, who, raw[:4]) == ("—", name, number):
            said, verifier = f"{time}{body}\n", Ed25519PublicKey.from_public_bytes(public[1:])
            verifier.verify(raw[12 if time else 4 :], said.encode())
            return True
    return False


def check_entry(item: dict, commons_id: str) -> bytes:  # LED-6 to LED-12
    leaf, moves = item["leaf"], item["leaf"].get("postings", [])
    need(KEYS <= leaf.keys() <= MORE and max(map(len, leaf.get("personal", "-"))) < 201, "keys")
    need((leaf["form"], leaf["commons_id"]) == ("commons-entry/1", commons_id), "other commons")
    amounts = [leaf.get("quantity", "0"), *[move["amount"] for move in moves]]
    held = {f"account.{n}" for n, move in enumerate(moves, 1) if move["account"] == "person"}
    held ^= {name for name in leaf.get("personal", "-") if name.startswith("account.")}
    need(not held and all(map(AMOUNT.fullmatch, amounts)), "a holder or an amount is wrong")
    for unit in {move["unit"] for move in moves}:
        need(sum(Decimal(m["amount"]) for m in moves if m["unit"] == unit) == 0, "unbalanced")
    for field, given in item["open"].items():
        need(re.fullmatch("[0-9a-f]{64}", given["salt"]), "a salt is malformed")
        named = b"commons/commitment/1\n" + len(field).to_bytes(2) + field.encode()
        digest = sha256(named + bytes.fromhex(given["salt"]) + given["value"].encode())
        need(leaf["personal"][field] == digest.hexdigest(), f"{leaf['entry_id']}: {field}")
    return sha256(b"\0" + SPELLED.encode(leaf).encode()).digest()


def check(text: str, keys: list[str], kept: str) -> str:
    origin, size, base = mine = kept.split("\n")[:3] if kept else ["", "0", ""]
    (head, _, note), signed = text.partition("\n\n"), [kept] if kept else []
    if head.startswith("old "):
        need((note.split("\n")[0], head.split("\n")[0]) == (origin, f"old {size}"), "its start")
        path, total = [decode(line) for line in head.split("\n")[1:]], int(note.split("\n")[1])
        reached = grow(int(size), total, decode(base), path)
        need(reached == (decode(base), decode(note.split("\n")[2])), "history was rewritten")
    else:
        file = json.loads(text)
        need(SPELLED.encode(file) == unicodedata.normalize("NFC", text) == text, "spelling")
        need(not re.sub(r'"(\\(?!u0000).|[^"\\])*"|[]{}[,:]', "", text), "other than text")
        entries = file["entries"] if "entries" in file else [file["entry"]]
        hashes = [check_entry(item, file["commons"]["commons_id"]) for item in entries]
        if "proof" in file:
            note = led_to(file["proof"], hashes[0])
            body = sha256(b"\0" + note.rpartition("\n\n")[0].encode() + b"\n").digest()
            signed += [note, led_to(file["head"], body)] if "head" in file else [note]  # LED-25
            need(not kept or mine in [n.split("\n")[:3] for n in signed[1:]], "another kept")
        else:
            by_id = {item["leaf"]["entry_id"]: item for item in entries}  # LED-2, LED-4, LED-15
            later = [item for item in entries if "about" in item["leaf"]]
            undone = [i["leaf"]["about"] for i in later if i["leaf"]["kind"] == "reversal"]
            need(len(by_id) == len(entries) and len({*undone}) == len(undone), "twice")
            for me, it in [(item, by_id[item["leaf"]["about"]]) for item in later]:
                who = me["open"].get("attester", {}).get("value", me)
                need(who != it["open"].get("contributor", {}).get("value"), "of their own")
                need(not me["leaf"]["kind"] == it["leaf"]["kind"] == "reversal", "final")
            note = file["checkpoint"]
            need(len(hashes) == int(note.split("\n")[1]), "entries are missing")
            signed += [file["witnessed"]] if "witnessed" in file else []
            for before, at, then in [item.split("\n")[:3] for item in [note, *signed]]:
                need(before == note.split("\n")[0] and int(at) <= len(hashes), "of another")
                need(root(hashes[: int(at)]) == decode(then), "history was rewritten")
        signed.append(file.pop("seal"))
        digest = base64.b64encode(sha256(SPELLED.encode(file).encode()).digest()).decode()
        need(signed[-1].split("\n")[1:3] == [note.split("\n")[0], digest], "of another file")
    need(not keys or all(any(is_signed(i, k) for k in keys) for i in [note, *signed]), "signer")
    return note


if __name__ == "__main__":
    file, kept, *keys = sys.argv[1:]
    try:
        kept = "" if kept == "-" else Path(kept).read_text()
        reached = check(Path(file).read_bytes().decode(), keys, kept)
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, Bad) as error:
        raise SystemExit(f"No: {error!r}") from error
    sys.stdout.write(f"{'Yes' if keys else 'Coherent, signer not verified'}:\n{reached}")
