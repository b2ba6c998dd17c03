// Checks journals, proofs and checkpoints as ledger/specification.md says, with what
// transparency-log.js and journal-entry.js compute. `Verification.verify` answers with steps,
// never with a sentence: verifier.js says them.
"use strict";
const Verification = (() => {
  const {
    AT_ONCE, Malformed, WITNESS, base64, bytesOf, continues, cosignedAt, decode, hex,
    isSignedBy, isText, knowsSignatures, leafHash, linesBy, need, readCheckpoint,
    readConsistency, readInclusion, readKey, root, rootFromInclusion, same, sha256, shown,
    spell, splitChain, splitNote, trustFrom,
  } = TransparencyLog;
  const { faultsBetween, hasOnly, isEntry, isTextMap, readEntry } = JournalEntry;
  const FORMS = { "commons-journal/1": "journal", "commons-proof/1": "proof" };
  const SEALS = { journal: "commons-export/1", proof: "commons-proof-file/1" };
  const FAULTS_MAX = 100;

  // Reports ---------------------------------------------------------------------------------
  // A step is `{code, state}` and what its sentence needs; `state` is yes, no or unknown.
  class Report {
    constructor(what, means) {
      Object.assign(this, { what, means, steps: [], calculation: [], trust: null });
    }
    step(code, state, said = {}) {
      const answer = state === true ? "yes" : state === false ? "no" : state;
      if (this.steps.length < FAULTS_MAX) this.steps.push({ code, state: answer, ...said });
    }
    show(code, text) {
      this.calculation.push({ code, text });
    }
    get holds() {
      return this.steps.length > 0 && this.steps.every(({ state }) => state !== "no");
    }
    get isCertain() {
      return this.holds && this.steps.every(({ state }) => state === "yes");
    }
    // Whoever brought a chain otherwise than in the file answers for the keys before, too.
    async trusts(published = []) {
      const { key, chain } = this.means;
      if (!key) return;
      const found = await trustFrom(key, published.length ? published : chain);
      const brought = await trustFrom(key, chain);
      const trusted = [...found.trusted, ...brought.ever];
      this.trust = { ...found, trusted, ever: [...found.ever, ...brought.ever] };
    }
    async signed(code, note, keys = this.trust?.trusted) {
      if (!keys) return;
      const { pinned } = this.trust, split = splitNote(note);
      if (!(await knowsSignatures())) {
        this.step(code, "unknown", { name: shown(pinned) });
        return;
      }
      let mine = null;
      for (const key of keys) if (!mine && (await isSignedBy(note, key))) mine = key;
      const others = split.signatures
        .filter(({ name, raw }) => name === pinned.name && !same(raw.slice(0, 4), pinned.hash))
        .map(({ raw }) => hex(raw.slice(0, 4)));
      const said = mine ? {} : { others: others.join(", ") };
      this.step(code, mine !== null, { name: shown(mine ?? pinned), ...said });
      if (mine) this.show(`calc-${code}`, `${linesBy(split, mine)[0].name} : ` +
        `Ed25519(${hex(mine.public)}) = ${hex(linesBy(split, mine)[0].raw.slice(4))}`);
    }
    async witnessed(notes) {
      for (const witness of this.means.witnesses) {
        let seen = null;
        for (const note of (await knowsSignatures()) ? notes : [])
          if (!seen) {
            const seconds = await cosignedAt(note, witness);
            if (seconds !== null) seen = { seconds, size: readCheckpoint(note).size };
          }
        const said = { name: witness.name, size: seen?.size, seconds: seen?.seconds };
        this.step("witness", (await knowsSignatures()) ? seen !== null : "unknown", said);
      }
    }
    signer() {
      if (!this.trust) this.step("signer", "unknown");
    }
  }

  // How a checkpoint from elsewhere, `other`, agrees with `mine`, one perhaps later.
  async function agreement(mine, other, consistency) {
    const said = { size: mine.size, other: other.size };
    if (other.origin !== mine.origin) return ["origin", false, said];
    if (other.size === mine.size) return ["same", same(other.root, mine.root), said];
    if (!consistency) return ["apart", false, said];
    const [older, later] = other.size < mine.size ? [other, mine] : [mine, other];
    const proof = readConsistency(consistency);
    const isOfThese = proof.old === older.size && proof.checkpoint.size === later.size &&
      proof.checkpoint.origin === later.origin && same(proof.checkpoint.root, later.root);
    if (!isOfThese) return ["apart", false, said];
    const code = older === other ? "earlier" : "later";
    return [code, await continues(proof, older.root), said];
  }

  async function compared(report, checkpoint, head = null) {
    const { kept, keptConsistency, published, publishedConsistency } = report.means;
    if (kept) {
      await report.signed("signed-kept", kept.note, report.trust?.ever);
      const mine = head?.origin === kept.origin ? head : checkpoint;
      const [code, holds, said] = await agreement(mine, kept, keptConsistency);
      report.step(`kept-${code}`, holds, said);
    }
    if (published) {
      await report.signed("signed-published", published.note);
      const found = await agreement(checkpoint, published, publishedConsistency);
      const state = found[0] === "apart" ? "unknown" : found[1];
      report.step(`published-${found[0]}`, state, found[2]);
    }
  }

  async function sealed(report, content, origin) {
    const { seal, ...rest } = content;
    const digest = base64(await sha256(bytesOf(spell(rest))));
    const body = `${SEALS[report.what]}\n${origin}\n${digest}\n`;
    report.step("seal", splitNote(seal).body === body);
    report.show("calc-seal", digest);
    await report.signed("signed-seal", seal);
  }

  const isCommons = (value) =>
    isTextMap(value) && hasOnly(value, ["commons_id", "name", "slug"]);
  const isKeys = (value) => value === undefined ||
    (Array.isArray(value) && value.length > 0 && value.every(isText));
  const hasShape = (content, required, optional, texts) =>
    hasOnly(content, required, [...optional, "keys"]) &&
    texts.every((name) => !(name in content) || isText(content[name])) &&
    isCommons(content.commons) && isTextMap(content.people) && isKeys(content.keys);

  async function verifyProof(text, report) {
    const content = decode(text);
    const required = ["form", "commons", "entry", "people", "proof", "seal"];
    const isProof = hasShape(content, required, ["head"], ["proof", "head", "seal"]);
    need(isProof && content.form === "commons-proof/1" && isEntry(content.entry), "shape");
    report.step("read", true);
    const inclusion = readInclusion(content.proof);
    const head = "head" in content ? readInclusion(content.head) : null;
    await report.trusts(content.keys);
    const entry = await readEntry(content.entry, content.commons.commons_id);
    Object.assign(report, { entry, content, checkpoint: inclusion.checkpoint });
    sayEntry(report, entry);
    await led(report, "path", inclusion, entry.hash);
    await report.signed("signed-checkpoint", inclusion.note);
    if (head) {
      const body = bytesOf(splitNote(inclusion.note).body);
      await led(report, "head", head, await leafHash(body));
      await report.signed("signed-head", head.note);
    }
    await sealed(report, content, inclusion.checkpoint.origin);
    await compared(report, inclusion.checkpoint, head?.checkpoint);
    await report.witnessed(head ? [inclusion.note, head.note] : [inclusion.note]);
    report.signer();
  }

  function sayEntry(report, entry) {
    for (const { code, field } of entry.faults)
      report.step(code, false, { field, entry: entry.leaf.entry_id });
    const hidden = entry.faults.filter(({ code }) => code === "opened").length;
    if (hidden === entry.faults.length) {
      report.step("entry", true);
      if ("postings" in entry.leaf) report.step("money", true);
    }
    const count = entry.opened.length;
    if (count > 0 && !hidden) report.step("open", true, { count });
    if (!entry.opened.length && "personal" in entry.leaf) report.step("closed", true);
    for (const { field, salt, value, digest } of entry.opened)
      report.show("calc-opened", `${field}\n${salt}\n${JSON.stringify(value)}\n→ ${digest}`);
    report.show("calc-leaf", entry.text);
    report.show("calc-leaf-hash", hex(entry.hash));
  }

  async function led(report, code, inclusion, leaf) {
    const { index, hashes, checkpoint } = inclusion, seen = [];
    const reached = await rootFromInclusion(leaf, index, checkpoint.size, hashes, seen);
    report.step(code, same(reached, checkpoint.root), { index, size: checkpoint.size });
    for (const { left, right, result } of seen)
      report.show("calc-node", `${hex(left)}\n+ ${hex(right)}\n→ ${hex(result)}`);
    report.show(`calc-root-${code}`, hex(checkpoint.root));
  }

  async function hashedEntries(content, progress) {
    const entries = [];
    for (let start = 0; start < content.entries.length; start += AT_ONCE) {
      const part = content.entries.slice(start, start + AT_ONCE);
      const id = content.commons.commons_id;
      entries.push(...(await Promise.all(part.map((item) => readEntry(item, id)))));
      progress?.(entries.length, content.entries.length);
    }
    return entries;
  }

  async function verifyJournal(text, report) {
    const content = decode(text);
    const required = ["form", "commons", "checkpoint", "entries", "people", "seal"];
    const texts = ["checkpoint", "seal", "witnessed"];
    const isJournal = hasShape(content, required, ["witnessed"], texts);
    need(isJournal && content.form === "commons-journal/1", "shape");
    need(Array.isArray(content.entries) && content.entries.every(isEntry), "shape");
    report.step("read", true);
    const checkpoint = readCheckpoint(content.checkpoint);
    await report.trusts(content.keys);
    const entries = await hashedEntries(content, report.means.progress);
    Object.assign(report, { entries, content, checkpoint });
    const faults = entries.flatMap((entry) =>
      entry.faults.map((fault) => ({ ...fault, entry })),
    );
    for (const { code, field, entry } of [...faults, ...faultsBetween(entries)])
      report.step(code, false, { field, entry: entry.leaf.entry_id });
    if (report.holds) report.step("entries", true, { count: entries.length });
    const hashes = entries.map(({ hash }) => hash), reached = await root(hashes);
    report.step("count", checkpoint.size === BigInt(hashes.length),
      { size: checkpoint.size, count: hashes.length });
    report.step("tree", same(reached, checkpoint.root));
    report.show("calc-root-path", hex(reached));
    await sealed(report, content, checkpoint.origin);
    await report.signed("signed-checkpoint", content.checkpoint);
    await verifyHistory(report, hashes, content);
    report.signer();
  }

  async function verifyHistory(report, hashes, content) {
    const { kept } = report.means;
    const later = content.witnessed ?? content.checkpoint;
    if (kept) {
      await report.signed("signed-kept", kept.note, report.trust?.ever);
      await began(report, "kept", kept, hashes);
    }
    if (later !== content.checkpoint) {
      await report.signed("signed-witnessed", later);
      await began(report, "witnessed", readCheckpoint(later), hashes);
    }
    await report.witnessed([later, content.checkpoint]);
  }

  // Whether the first entries are those of an earlier checkpoint.
  async function began(report, word, earlier, hashes) {
    const said = { size: hashes.length, other: earlier.size };
    if (earlier.origin !== report.checkpoint.origin) report.step(`${word}-origin`, false, said);
    else if (earlier.size > BigInt(hashes.length)) report.step(`${word}-gone`, false, said);
    else {
      const then = await root(hashes.slice(0, Number(earlier.size)));
      report.step(`${word}-earlier`, same(then, earlier.root), said);
    }
  }

  async function verifyConsistency(text, report) {
    const proof = readConsistency(text), { kept } = report.means;
    await report.trusts();
    report.checkpoint = proof.checkpoint;
    report.step("read", true);
    await report.signed("signed-checkpoint", proof.note);
    const said = { size: proof.checkpoint.size, other: proof.old };
    if (!kept) report.step("kept-missing", false, said);
    else {
      await report.signed("signed-kept", kept.note, report.trust?.ever);
      if (kept.origin !== proof.checkpoint.origin) report.step("kept-origin", false, said);
      else if (kept.size !== proof.old)
        report.step("kept-start", false, { ...said, kept: kept.size });
      else report.step("kept-earlier", await continues(proof, kept.root), said);
    }
    await report.witnessed([proof.note]);
    report.signer();
  }

  async function verifyCheckpoint(note, report) {
    const checkpoint = readCheckpoint(note);
    await report.trusts();
    report.checkpoint = checkpoint;
    report.step("read", true);
    await report.signed("signed-checkpoint", note);
    await compared(report, checkpoint);
    await report.witnessed([note]);
    report.signer();
  }

  // Entry -----------------------------------------------------------------------------------
  const isBlank = (text) => text === undefined || text === null || !text.trim();
  const ended = (note) => `${note.replaceAll("\r\n", "\n").trim()}\n`;

  // What was typed: `{key, chain, kept, keptConsistency, witnesses, published,
  // publishedConsistency, progress}`, all texts, all optional. Throws `Malformed`, whose
  // `where` names what cannot be read.
  async function readMeans(typed) {
    const means = { ...typed, witnesses: [] };
    const read = async (where, work) => {
      try {
        return await work();
      } catch {
        throw new Malformed("unreadable", where);
      }
    };
    means.key = isBlank(typed.key) ? null : await read("key", () => readKey(typed.key));
    means.chain = isBlank(typed.chain)
      ? [] : await read("chain", () => splitChain(typed.chain));
    if (means.key) await read("chain", () => trustFrom(means.key, means.chain));
    means.kept = isBlank(typed.kept)
      ? null : await read("kept", () => readCheckpoint(ended(typed.kept)));
    means.published = isBlank(typed.published)
      ? null : await read("published", () => readCheckpoint(typed.published));
    for (const text of typed.witnesses ?? [])
      if (!isBlank(text))
        means.witnesses.push(await read("witness", () => readKey(text, WITNESS)));
    for (const name of ["keptConsistency", "publishedConsistency"]) {
      means[name] = isBlank(typed[name]) ? null : ended(typed[name]);
      if (means[name]) await read("consistency", () => readConsistency(means[name]));
    }
    return means;
  }

  function kindOf(text) {
    for (const [form, what] of Object.entries(FORMS))
      if (new RegExp(`"form"\\s*:\\s*"${form}"`).test(text)) return what;
    if (text.startsWith("old ")) return "consistency";
    return text.includes("\n\n") && !text.startsWith("{") ? "checkpoint" : null;
  }

  function isUtf8(data) {
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(data);
    } catch {
      return false;
    }
    return true;
  }

  const WAYS = {
    journal: verifyJournal, proof: verifyProof,
    consistency: verifyConsistency, checkpoint: verifyCheckpoint,
  };

  // The report on `data` (bytes). Throws `Malformed` if it, or what was typed, is nothing that
  // can be read; a file that says what it is and is wrong gives a report that says no.
  async function verify(data, typed = {}) {
    const means = await readMeans(typed);
    const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(data);
    const what = kindOf(text);
    if (what === null) throw new Malformed("unreadable", "file");
    const report = new Report(what, means);
    try {
      need(isUtf8(data), "canonical");
      await WAYS[what](text, report);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      report.step(error.code === "note" || error.code === "base64" ? "malformed" :
        error.code === "key" ? "keys" : "read", false);
    }
    return report;
  }

  const isPossible = () => globalThis.crypto?.subtle !== undefined;

  return Object.freeze({ isPossible, verify });
})();
