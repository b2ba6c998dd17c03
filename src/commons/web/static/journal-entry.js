// An entry of a journal as its leaf and what is open of it (LED-6 to LED-12), and what the
// entries of one journal may say of each other (LED-42).
"use strict";
const JournalEntry = (() => {
  const { bytesOf, hex, isObject, isText, leafHash, sha256, spell, unhex, whole } =
    TransparencyLog;

  const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
  const DAY = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])";
  const AMOUNT = "0|-?(?:[1-9][0-9]{0,14}(?:\\.[0-9]{0,5}[1-9])?|0\\.[0-9]{0,5}[1-9])";
  const KINDS =
    "contribution|attestation|contest|answer|reversal|claim|transfer|document|erasure";
  const isUuid = whole(UUID), isDay = whole(DAY), isAmount = whole(AMOUNT);
  const isHash = whole("[0-9a-f]{64}"), isKind = whole(KINDS);
  const isUnit = whole("[A-Za-z][A-Za-z0-9\\-]{0,31}");
  const isInstant = whole(`${DAY}T(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}\\.[0-9]{6}Z`);
  const isAccount = whole(
    `commons|outside|person|(?:chamber|envelope|funder|proposal):${UUID}`,
  );
  // Of what kinds these must speak (LED-42).
  const SPEAKS_OF = new Map([
    ["attestation", whole("contribution")], ["contest", whole("contribution|claim")],
    ["answer", whole("contest")], ["reversal", whole("(?!reversal|erasure).*")],
    ["erasure", isKind],
  ]);
  const SCALES = new Map([["EUR", 2], ["minute", 0], ["commit", 0]]);

  const hasOnly = (value, required, optional = []) =>
    isObject(value) &&
    required.every((name) => name in value) &&
    Object.keys(value).every((name) => required.includes(name) || optional.includes(name));
  const isTextMap = (value) => isObject(value) && Object.values(value).every(isText);

  const LEAF = ["commons_id", "entry_id", "form", "kind", "occurred_from", "occurred_to",
    "recorded_at"];
  const LEAF_MORE = ["about", "details", "personal", "postings", "quantity", "unit"];
  const isFilled = (value, isItem) =>
    isObject(value) && Object.keys(value).length > 0 &&
    Object.entries(value).every(([name, item]) => name !== "" && isItem(item));
  const isField = (name) => name.length <= 200;
  const isPosting = (item) =>
    hasOnly(item, ["account", "amount", "unit"]) && isAccount(item.account) &&
    isAmount(item.amount) && isUnit(item.unit);
  const isOpening = (item) => hasOnly(item, ["salt", "value"]) && isHash(item.salt) &&
    isText(item.value);

  function isEntry(item) {
    if (!hasOnly(item, ["leaf", "open"]) || !hasOnly(item.leaf, LEAF, LEAF_MORE)) return false;
    const { leaf, open } = item;
    const may = (name, isRight) => !(name in leaf) || isRight(leaf[name]);
    return leaf.form === "commons-entry/1" && isKind(leaf.kind) &&
      isUuid(leaf.commons_id) && isUuid(leaf.entry_id) &&
      isDay(leaf.occurred_from) && isDay(leaf.occurred_to) &&
      isInstant(leaf.recorded_at) && may("about", isUuid) && may("quantity", isAmount) &&
      may("unit", isUnit) && may("details", (value) => isFilled(value, isText)) &&
      may("personal", (all) => isFilled(all, isHash) && Object.keys(all).every(isField)) &&
      may("postings", (all) => Array.isArray(all) && all.length > 0 && all.every(isPosting)) &&
      isObject(open) && (!Object.keys(open).length || isFilled(open, isOpening));
  }

  const fits = (amount, unit) => {
    if (amount === undefined || unit === undefined) return amount === unit;
    return !SCALES.has(unit) || (amount.split(".")[1] ?? "").length <= SCALES.get(unit);
  };
  const millionths = (amount) => {
    const [units, rest = ""] = amount.split(".");
    return BigInt(units + rest.padEnd(6, "0"));
  };

  function faultsOfMoney({ postings = [], personal = {} }) {
    const sums = new Map(), holders = [];
    postings.forEach(({ account, amount, unit }, place) => {
      sums.set(unit, (sums.get(unit) ?? 0n) + millionths(amount));
      if (account === "person") holders.push(`account.${place + 1}`);
    });
    const named = Object.keys(personal).filter((name) => name.startsWith("account."));
    const faults = [];
    if (postings.some(({ amount, unit }) => !fits(amount, unit))) faults.push("scale");
    if ([...sums.values()].some((sum) => sum !== 0n)) faults.push("balance");
    // No name holds a line break, so that two lists never read as one.
    if (holders.sort().join("\n") !== named.sort().join("\n")) faults.push("holder");
    return faults;
  }

  async function commitment(field, salt, value) {
    const name = bytesOf(field);
    const length = new Uint8Array([name.length >> 8, name.length & 255]);
    const domain = bytesOf("commons/commitment/1\n");
    return hex(await sha256(domain, length, name, unhex(salt), bytesOf(value)));
  }

  // The faults of an entry by itself, each `{code, field}`, and its leaf as it is hashed.
  async function readEntry(item, commonsId) {
    const { leaf, open } = item, text = spell(leaf), faults = [];
    if (leaf.commons_id !== commonsId) faults.push({ code: "commons" });
    if (leaf.occurred_from > leaf.occurred_to || !fits(leaf.quantity, leaf.unit))
      faults.push({ code: "impossible" });
    if (!("about" in leaf) && SPEAKS_OF.has(leaf.kind)) faults.push({ code: "about" });
    faults.push(...faultsOfMoney(leaf).map((code) => ({ code })));
    const opened = await Promise.all(
      Object.entries(open).map(async ([field, { salt, value }]) => {
        const digest = await commitment(field, salt, value);
        if (leaf.personal?.[field] !== digest) faults.push({ code: "opened", field });
        return { field, salt, value, digest };
      }),
    );
    return { text, hash: await leafHash(bytesOf(text)), faults, opened, leaf, open };
  }

  const opposite = (amount) => {
    if (amount === undefined || amount === "0") return amount;
    return amount.startsWith("-") ? amount.slice(1) : `-${amount}`;
  };

  // Whether a reversal takes back what its target says (LED-4): of two names that are both
  // open, the holders of an account must be the same person.
  function isOpposite({ leaf, open }, target) {
    const moved = leaf.postings ?? [], before = target.leaf.postings ?? [];
    const isBack = ({ account, amount, unit }, place) => account === before[place].account &&
      amount === opposite(before[place].amount) && unit === before[place].unit;
    const isSame = (name) => !name.startsWith("account.") || !(name in target.open) ||
      open[name].value === target.open[name].value;
    return leaf.quantity === opposite(target.leaf.quantity) &&
      leaf.unit === target.leaf.unit && moved.length === before.length &&
      moved.every(isBack) && Object.keys(open).every(isSame);
  }

  // What `entry` says of `target`, another entry; `once` is what may be said once.
  function faultsAbout(entry, target, once) {
    const { kind, about } = entry.leaf, attester = entry.open.attester?.value, codes = [];
    const isNamed = kind === "attestation" && attester !== undefined;
    if (SPEAKS_OF.has(kind) && !SPEAKS_OF.get(kind)(target.leaf.kind)) codes.push("of-kind");
    if (isNamed && attester === target.open.contributor?.value) codes.push("self");
    const said = JSON.stringify(isNamed ? [about, attester] : [about]);
    if (isNamed || kind === "reversal") {
      if (once.has(said)) codes.push(isNamed ? "again" : "reversed");
      once.add(said);
    }
    if (kind === "reversal" && !isOpposite(entry, target)) codes.push("opposite");
    return codes.map((code) => ({ code, entry }));
  }

  function faultsBetween(entries) {
    const every = new Map(), once = new Set(), faults = [];
    for (const entry of entries) {
      if (every.has(entry.leaf.entry_id)) faults.push({ code: "twice", entry });
      every.set(entry.leaf.entry_id, entry);
    }
    for (const entry of entries) {
      const { about, entry_id: id } = entry.leaf, target = every.get(about);
      if (about === undefined) continue;
      if (about === id) faults.push({ code: "itself", entry });
      else if (!target) faults.push({ code: "absent", entry });
      else faults.push(...faultsAbout(entry, target, once));
    }
    return faults;
  }

  return Object.freeze({
    SCALES, commitment, faultsBetween, hasOnly, isEntry, isTextMap, readEntry,
  });
})();
