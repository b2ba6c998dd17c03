// The arithmetic of a transparency log, from bytes alone: canonical JSON (LED-5 of
// ledger/specification.md), RFC 6962 trees, C2SP notes, keys and proofs. No network and no
// dependency: SHA-256 and Ed25519 are those of the browser (WebCrypto).
"use strict";
const TransparencyLog = (() => {
  const SIGNER = 1, WITNESS = 4;
  const LINES_MAX = 64, HASHES_MAX = 63, DEPTH_MAX = 12, AT_ONCE = 2000;

  const SPACE =
    "\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
  const whole = (pattern) => {
    const compiled = new RegExp(`^(?:${pattern})$`, "u");
    return (text) => typeof text === "string" && compiled.test(text);
  };
  const isKey = whole("[ !#-\\[\\]-~]*"), isName = whole(`[^${SPACE}+]{1,200}`);
  const isSize = whole("0|[1-9][0-9]{0,17}");
  const isBase64 = whole("(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?");
  const isText = (value) => typeof value === "string";
  const isObject = (value) =>
    value !== null && typeof value === "object" && !Array.isArray(value);

  class Malformed extends Error {
    constructor(code, where = "") {
      super(code);
      this.code = code;
      this.where = where;
    }
  }
  const need = (holds, code) => {
    if (!holds) throw new Malformed(code);
  };

  // Bytes ---------------------------------------------------------------------------------
  const encoder = new TextEncoder();
  const bytesOf = (text) => encoder.encode(text);
  const hex = (bytes) =>
    Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const unhex = (text) =>
    Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const same = (one, other) => one !== null && other !== null && hex(one) === hex(other);
  const base64 = (bytes) => btoa(String.fromCharCode(...bytes));

  function joined(parts) {
    const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let place = 0;
    for (const part of parts) {
      all.set(part, place);
      place += part.length;
    }
    return all;
  }

  const sha256 = async (...parts) =>
    new Uint8Array(await crypto.subtle.digest("SHA-256", joined(parts)));
  const leafHash = (leaf) => sha256(new Uint8Array([0]), leaf);
  const nodeHash = (left, right) => sha256(new Uint8Array([1]), left, right);

  function strictBase64(text) {
    need(isBase64(text), "base64");
    const raw = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    need(base64(raw) === text, "base64");
    return raw;
  }

  // Canonical JSON (LED-5) ------------------------------------------------------------------
  function spell(value, depth = 0) {
    need(depth <= DEPTH_MAX, "canonical");
    if (isText(value)) {
      need(value.normalize("NFC") === value && !/[\0\ud800-\udfff]/u.test(value), "canonical");
      return JSON.stringify(value);
    }
    const inner = (item) => spell(item, depth + 1);
    if (Array.isArray(value)) return `[${value.map(inner).join(",")}]`;
    need(isObject(value), "canonical");
    const names = Object.keys(value).sort();
    need(names.every(isKey), "canonical");
    return `{${names.map((name) => `"${name}":${inner(value[name])}`).join(",")}}`;
  }

  // Objects have no prototype: a field named « constructor » is there only if it was sent.
  const bare = (_, value) =>
    isObject(value) ? Object.assign(Object.create(null), value) : value;

  function decode(text) {
    let value;
    try {
      value = JSON.parse(text, bare);
      need(spell(value) === text, "canonical");
    } catch {
      throw new Malformed("canonical");
    }
    return value;
  }

  // Trees (RFC 6962; RFC 9162, 2.1.3.2 and 2.1.4.2) -----------------------------------------
  async function root(hashes) {
    let level = hashes;
    if (!level.length) return sha256();
    while (level.length > 1) {
      const next = [];
      for (let start = 0; start < level.length; start += 2 * AT_ONCE) {
        const part = level.slice(start, start + 2 * AT_ONCE);
        const pairs = [];
        for (let at = 0; at < part.length; at += 2)
          pairs.push(at + 1 < part.length ? nodeHash(part[at], part[at + 1]) : part[at]);
        next.push(...(await Promise.all(pairs)));
      }
      level = next;
    }
    return level[0];
  }

  async function rootFromInclusion(leaf, index, size, path, seen = []) {
    if (index < 0n || index >= size) return null;
    let node = index, last = size - 1n, result = leaf;
    for (const step of path) {
      if (last === 0n) return null;
      const isOnTheRight = (node & 1n) === 1n || node === last;
      const [left, right] = isOnTheRight ? [step, result] : [result, step];
      result = await nodeHash(left, right);
      seen.push({ left, right, result });
      if (isOnTheRight) while (!(node & 1n) && node) [node, last] = [node >> 1n, last >> 1n];
      [node, last] = [node >> 1n, last >> 1n];
    }
    return last === 0n ? result : null;
  }

  async function isConsistent(oldSize, oldRoot, newSize, newRoot, proof) {
    if (oldSize === newSize) return !proof.length && same(oldRoot, newRoot);
    if (oldSize <= 0n || oldSize > newSize) return false;
    const path = (oldSize & (oldSize - 1n)) === 0n ? [oldRoot, ...proof] : proof;
    if (!path.length) return false;
    let node = oldSize - 1n, last = newSize - 1n;
    while (node & 1n) [node, last] = [node >> 1n, last >> 1n];
    let then = path[0], now = path[0];
    for (const step of path.slice(1)) {
      if (last === 0n) return false;
      if (node & 1n || node === last) {
        [then, now] = [await nodeHash(step, then), await nodeHash(step, now)];
        while (!(node & 1n) && node) [node, last] = [node >> 1n, last >> 1n];
      } else now = await nodeHash(now, step);
      [node, last] = [node >> 1n, last >> 1n];
    }
    return last === 0n && same(then, oldRoot) && same(now, newRoot);
  }

  // Notes and keys (C2SP signed-note, tlog-checkpoint, tlog-cosignature) ---------------------
  function splitNote(note) {
    const place = isText(note) ? note.lastIndexOf("\n\n") : -1;
    const lines = note.slice(place + 2);
    need(place >= 0 && lines.endsWith("\n") && !/[\0-\x09\x0b-\x1f]/.test(note), "note");
    const found = lines.slice(0, -1).split("\n");
    need(found.length <= LINES_MAX, "note");
    const signatures = found.map((line) => {
      const [, name, encoded] = /^— ([^ ]*) ?(.*)$/s.exec(line) ?? [];
      need(name !== undefined && isName(name), "note");
      return { name, raw: strictBase64(encoded) };
    });
    return { body: `${note.slice(0, place)}\n`, signatures };
  }

  function readCheckpoint(note) {
    const lines = splitNote(note).body.split("\n");
    const isThere = lines.length >= 4 && lines.slice(0, -1).every(Boolean) && isSize(lines[1]);
    need(isThere, "note");
    const reached = strictBase64(lines[2]);
    need(reached.length === 32, "note");
    return { origin: lines[0], size: BigInt(lines[1]), root: reached, note };
  }

  async function readKey(text, algorithm = SIGNER) {
    const [name, mark, ...rest] = text.trim().split("+");
    const raw = strictBase64(rest.join("+"));
    need(isName(name) && raw.length === 33 && raw[0] === algorithm, "key");
    const hash = (await sha256(bytesOf(`${name}\n`), raw)).slice(0, 4);
    need(hex(hash) === mark, "key");
    const spelled = `${name}+${mark}+${base64(raw)}`;
    return { name, hash, algorithm, public: raw.slice(1), text: spelled };
  }

  async function verifies(key, signature, message) {
    try {
      const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
      return await crypto.subtle.verify("Ed25519", imported, signature, message);
    } catch {
      return false;
    }
  }

  // Whether this browser knows Ed25519: it must accept the first signature of RFC 8032, 7.1.
  let known;
  const knowsSignatures = () => {
    known ??= verifies(
      unhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"),
      unhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555" +
          "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
      ),
      new Uint8Array(),
    );
    return known;
  };

  const linesBy = ({ signatures }, key) =>
    signatures.filter(({ name, raw }) => name === key.name && same(raw.slice(0, 4), key.hash));

  async function isSignedBy(note, key) {
    const split = splitNote(note), mine = linesBy(split, key);
    for (const { raw } of mine)
      if (!(await verifies(key.public, raw.slice(4), bytesOf(split.body)))) return false;
    return mine.length > 0 && key.algorithm === SIGNER;
  }

  async function cosignedAt(note, key) {
    const split = splitNote(note);
    let latest = null;
    for (const { raw } of linesBy(split, key)) {
      if (raw.length !== 76) return null;
      const seconds = BigInt(`0x${hex(raw.slice(4, 12))}`);
      const message = bytesOf(`cosignature/v1\ntime ${seconds}\n${split.body}`);
      if (seconds > 253402300799n || !(await verifies(key.public, raw.slice(12), message)))
        return null;
      latest = latest === null || seconds > latest ? seconds : latest;
    }
    return latest;
  }

  async function readHandOver(note) {
    const { body } = splitNote(note);
    const lines = body.split("\n");
    need(lines.length === 4 && lines[0] === "commons-key/1" && !lines[3], "key");
    const [before, after] = [await readKey(lines[1]), await readKey(lines[2])];
    need(body === `commons-key/1\n${before.text}\n${after.text}\n`, "key");
    need((await isSignedBy(note, before)) && (await isSignedBy(note, after)), "key");
    return [before, after];
  }

  const shown = (key) => `${key.name} (${hex(key.hash)})`;

  // Successions written one after the other, as the service publishes them.
  function splitChain(text) {
    const [before, ...notes] = text.replaceAll("\r\n", "\n").split("commons-key/1\n");
    need(!before.trim() && notes.length, "key");
    return notes.map((note) => `commons-key/1\n${note.trim()}\n`);
  }

  // Who may have signed: the pinned key and those after it; before it, only what one kept.
  async function trustFrom(pinned, chain) {
    const keys = [];
    for (const note of (await knowsSignatures()) ? chain : []) {
      const [before, after] = await readHandOver(note);
      need(!keys.length || keys.at(-1).text === before.text, "key");
      keys.push(...(keys.length ? [after] : [before, after]));
    }
    const place = keys.findIndex((key) => key.text === pinned.text);
    const trusted = place < 0 ? [pinned] : keys.slice(place);
    return { pinned, trusted, ever: place < 0 ? [pinned] : keys };
  }

  // Proofs as text --------------------------------------------------------------------------
  function readHashes(lines) {
    const hashes = lines.map(strictBase64);
    need(hashes.length <= HASHES_MAX && hashes.every((hash) => hash.length === 32), "note");
    return hashes;
  }

  function numberAfter(word, line) {
    const number = line.startsWith(`${word} `) ? line.slice(word.length + 1) : "";
    need(isSize(number), "note");
    return BigInt(number);
  }

  function cut(text) {
    const place = text.indexOf("\n\n");
    need(place >= 0, "note");
    return { lines: text.slice(0, place).split("\n"), note: text.slice(place + 2) };
  }

  function readInclusion(text) {
    const { lines, note } = cut(text);
    need(lines.length >= 2 && lines[0] === "c2sp.org/tlog-proof@v1", "note");
    const index = numberAfter("index", lines[1]), checkpoint = readCheckpoint(note);
    return { index, hashes: readHashes(lines.slice(2)), note, checkpoint };
  }

  function readConsistency(text) {
    const { lines, note } = cut(text);
    const old = numberAfter("old", lines[0]), checkpoint = readCheckpoint(note);
    return { old, hashes: readHashes(lines.slice(1)), note, checkpoint };
  }

  const continues = (proof, oldRoot) =>
    proof.old === 0n
      ? !proof.hashes.length
      : isConsistent(
          proof.old, oldRoot, proof.checkpoint.size, proof.checkpoint.root, proof.hashes,
        );

  return Object.freeze({
    AT_ONCE, Malformed, SIGNER, WITNESS, base64, bytesOf, continues, cosignedAt, decode, hex,
    isConsistent, isObject, isSignedBy, isText, knowsSignatures, leafHash, linesBy, need,
    readCheckpoint, readConsistency, readHandOver, readInclusion, readKey, root,
    rootFromInclusion, same, sha256, shown, spell, splitChain, splitNote, trustFrom, unhex,
    whole,
  });
})();
