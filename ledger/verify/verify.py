# fmt: off
"""Checks journals, proofs and checkpoints alone:  verify.py FILE KEPT-OR-DASH [VKEY]..."""
import base64
import json
import re
import sys
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from unicodedata import is_normalized

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ABOUT = {"attestation": "contribution", "contest": "contribution|claim", "answer": "contest",
         "reversal": "(?!reversal|erasure).*", "erasure": ".*"}  # LED-42: what each speaks of
KIND = "|".join(["contribution|claim|transfer|document", *ABOUT])
TEXT, WORD, NAME = r'"([^"\\]|\\(?!u0000).)*+"', r'"[ !#-\[\]-~]+"', r'"[ !#-\[\]-~]{1,200}"'
HASH, UUID = '"[0-9a-f]{64}"', "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
DAY, HOUR = r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", r"([01]\d|2[0-3])(:[0-5]\d){2}"
AMOUNT = r'"(0|-?([1-9]\d{0,14}(\.\d{0,5}[1-9])?|0\.\d{0,5}[1-9]))"'
UNIT, SCALES = '"[A-Za-z][A-Za-z0-9-]{0,31}"', {"EUR": 2, "minute": 0, "commit": 0}  # LED-9
ACCOUNT = f'"(commons|outside|person|(chamber|envelope|funder|proposal):{UUID})"'
POSTING = f'{{"account":{ACCOUNT},"amount":{AMOUNT},"unit":{UNIT}}}'
OPEN = f'{NAME}:{{"salt":{HASH},"value":{TEXT}}}'
ENTRY = (  # LED-6, LED-20: the one spelling of an entry
    rf'{{"leaf":{{("about":"{UUID}",)?"commons_id":"{UUID}",("details":{{{WORD}:{TEXT}(,{WORD}:'
    rf'{TEXT})*}},)?"entry_id":"{UUID}","form":"commons-entry/1","kind":"({KIND})",'
    rf'"occurred_from":"{DAY}","occurred_to":"{DAY}",("personal":{{{NAME}:{HASH}(,{NAME}:{HASH})*'
    rf'}},)?("postings":\[{POSTING}(,{POSTING})*\],)?(?P<counts>"quantity":{AMOUNT},)?"recorded_'
    rf'at":"{DAY}T{HOUR}\.\d{{6}}Z"(?(counts),"unit":{UNIT})}},"open":{{({OPEN}(,{OPEN})*)?}}}}')
SPELLED = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)  # LED-5
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
def grow(old: int, size: int, path: list[bytes], start: bytes, leaf: bytes) -> list[bytes]:
    if old == size and (size == 1 or not leaf):  # up from `leaf`, the last of `old` (2.1.1),
        need(len(path) == (not leaf + start), "a proof is of another length")
        return [leaf or start or path[0]] * 2    # or from `start`, the root at `old` (2.1.2)
    middle, below, last = 1 << (size - 1).bit_length() - 1, path[:-1], path[-1]
    if old <= middle:
        then, now = grow(old, middle, below, start, leaf)
        return [then, sha256(b"\1" + now + last).digest()]
    both = grow(old - middle, size - middle, below, b"", leaf)
    return [sha256(b"\1" + last + node).digest() for node in both]
def read(note: str) -> tuple[str, int, bytes]:  # C2SP tlog-checkpoint
    row = r"([^\0-\x1f]+)\n"
    found = re.fullmatch(rf"{row}(0|[1-9][0-9]{{0,17}})\n(.+)\n({row})*\n(— \S+ \S*\n)+", note)
    need(found and len(decode(found[3])) == 32, "a checkpoint is malformed")
    return found[1], int(found[2]), decode(found[3])
def lead(proof: str, start: bytes, leaf: bytes = b"") -> tuple[str, int, bytes]:
    lines, _, note = proof.partition("\n\n")  # C2SP tlog-proof, tlog-witness
    before, size = "c2sp.org/tlog-proof@v1\nindex " if leaf else "old ", read(note)[1]
    number, *path = lines.removeprefix(before).split("\n")
    then, now = grow(int(number) + bool(leaf), size, list(map(decode, path)), start, leaf)
    need(now == read(note)[2], "a proof leads to another root")
    return note, int(number), then
def is_signed(note: str, key: str) -> bool:  # C2SP signed-note, tlog-cosignature
    name, mark, encoded = key.split("+", 2)
    public, (body, _, lines) = decode(encoded), note[:-1].rpartition("\n\n")
    named = sha256(name.encode() + b"\n" + public).hexdigest().startswith(mark)
    need(named and len(mark) == 8 and public[0] in (1, 4), "the key is mistyped")
    found = [(who, decode(raw)) for _, who, raw in map(str.split, lines.split("\n"))]
    mine = [raw[4:] for who, raw in found if (who, raw[:4].hex()) == (name, mark)]
    for raw in mine:
        time = f"cosignature/v1\ntime {int.from_bytes(raw[:8])}\n" if public[0] == 4 else ""
        verifier, said = Ed25519PublicKey.from_public_bytes(public[1:]), f"{time}{body}\n"
        verifier.verify(raw[8 if time else 0 :], said.encode())
    return bool(mine)

def check_entries(items: list, commons_id: str, *, is_alone: bool = False) -> list[bytes]:
    found, once = {}, set()
    for item in items:
        need(re.fullmatch(ENTRY, SPELLED.encode(item), re.ASCII), "an entry is malformed")
        leaf, said = item["leaf"], {name: one["value"] for name, one in item["open"].items()}
        me, kind, about, hidden = map(leaf.get, ("entry_id", "kind", "about", "personal"))
        need(leaf["commons_id"] == commons_id and me not in found, f"{me}: elsewhere or twice")
        need(leaf["occurred_from"] <= leaf["occurred_to"], f"{me}: it ends before it begins")
        rows = [(a, u, Decimal(n)) for a, n, u in map(dict.values, leaf.get("postings", ()))]
        for unit in {unit for _, unit, _ in rows}:  # LED-12
            need(not sum(row[2] for row in rows if row[1] == unit), f"{me}: money from nowhere")
        held = {f"account.{n}" for n, row in enumerate(rows, 1) if row[0] == "person"}
        need(held == {name for name in hidden or "" if name[:8] == "account."}, f"{me}: whose?")
        rows += [("", leaf["unit"], Decimal(leaf["quantity"]))] if "unit" in leaf else []
        need(all(round(n, SCALES.get(u, 6)) == n for _, u, n in rows), f"{me}: too fine")
        for field, given in item["open"].items():  # LED-10
            named = b"commons/commitment/1\n" + len(field).to_bytes(2) + field.encode()
            digest = sha256(named + bytes.fromhex(given["salt"]) + given["value"].encode())
            need(hidden[field] == digest.hexdigest(), f"{me}: {field} was not committed to")
        need(about or kind not in ABOUT, f"{me}: it speaks of nothing")
        found[me] = kind, said, rows, held, about, sha256(b"\0" + SPELLED.encode(leaf).encode())
    for me, (kind, said, rows, held, about, _) in found.items():
        if about and not is_alone:  # LED-4, LED-15, LED-42
            need(about in found and about != me, f"{me}: it speaks of nothing that is there")
            of, told, moved, *_ = found[about]
            need(re.fullmatch(ABOUT.get(kind, ".*"), of), f"{me}: it cannot speak of its {of}")
            who = {"attestation": said.get("attester"), "reversal": 0}.get(kind)
            need(who != told.get("contributor", 1), f"{me}: they attest their own work")
            need((about, who) not in once, f"{me}: attested by them, or reversed, before")
            once |= {(about, who)} if who is not None else set()
            if kind == "reversal":
                need(rows == [(a, u, -n) for a, u, n in moved], f"{me}: not the opposite")
                need(all(told.get(n, said[n]) == said[n] for n in held & {*said}), f"{me}: who")
    return [leaf.digest() for *_, leaf in found.values()]

def check(text: str, keys: list[str], kept: str) -> str:
    mine, signed = read(kept) if kept else None, [kept] if kept else []
    if not text.startswith("{"):
        note, *rest = lead(text, mine[2]) if text[:4] == "old " else (text, *read(text)[1:])
        need(mine in (None, (read(note)[0], *rest)), "it does not continue the kept checkpoint")
    else:
        file, plain = json.loads(text), re.sub(r"\\(u....|.)", "{", text)  # nothing joins a {
        need(SPELLED.encode(file) == text and is_normalized("NFC", plain), "spelling")
        need(not re.sub(rf'"[ !#-\[\]-~]*":|{TEXT}(?!:)|[]{{}}[,]', "", text), "not all text")
        seal, own, form = file.pop("seal"), file["commons"]["commons_id"], file["form"]
        if form == "commons-proof/1":  # LED-25
            hashes = check_entries([file["entry"]], own, is_alone=True)
            note = lead(file["proof"], b"", hashes[0])[0]
            body = sha256(b"\0" + note[: note.rindex("\n\n") + 1].encode()).digest()
            heads = [lead(file["head"], b"", body)[0]] if "head" in file else []
            need(mine in (None, *map(read, [note, *heads])), "not the kept checkpoint")
        else:
            note, hashes = file["checkpoint"], check_entries(file["entries"], own)
            need(form == "commons-journal/1" and read(note)[1] == len(hashes), "size or form")
            heads = [file["witnessed"]] if "witnessed" in file else []
            for origin, size, top in map(read, [note, *signed, *heads]):
                need(origin == read(note)[0] and size <= len(hashes), "of another journal")
                need(root(hashes[:size]) == top, "history was rewritten")
        form = form.replace("journal", "export").replace("proof", "proof-file")
        digest = base64.b64encode(sha256(SPELLED.encode(file).encode()).digest()).decode()
        need(seal.startswith(f"{form}\n{read(note)[0]}\n{digest}\n\n— "), "of another file")
        signed += [*heads, seal]
    need(all(any(is_signed(n, k) for k in keys) for n in [note, *signed] if keys), "signer")
    return note
if __name__ == "__main__":
    try:
        file, kept, *keys = sys.argv[1:]
        kept = "" if kept == "-" else Path(kept).read_text()
        note = check(Path(file).read_bytes().decode(), keys, kept)
    except Exception as error:
        raise SystemExit(f"No: {error!r}") from error
    sys.stdout.write(f"{'Yes' if keys else 'Coherent, signer not verified'}:\n{note}")
