// « Vérifier »: the calculation of verification.js made on the reader's device, and said in
// the sentences of the page (web/verifier_words.py). Without it the page sends the file to
// the service, or the proof is downloaded.
"use strict";
(() => {
  const place = document.querySelector("[data-verifier]");
  const form = place?.querySelector("form");
  const result = place?.querySelector(".verdict");
  const live = place?.querySelector("[aria-live]");
  if (!form || !result || !live) return;
  const words = JSON.parse(place.dataset.words), from = place.dataset;
  const language = document.documentElement.lang === "fr" ? "fr" : "en-GB";
  let dropped = null, turn = 0;

  // Sentences -------------------------------------------------------------------------------
  const say = (code, said = {}) =>
    (words[code] ?? code).replace(/\{(\w+)\}/g, (_, name) => String(said[name] ?? ""));
  const counted = (size, origin) => {
    const isJournal = /\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(origin);
    const count = new Intl.NumberFormat(language).format(size);
    const [one, many] = isJournal ? ["entry", "entries"] : ["head", "heads"];
    return say(Number(size) === 1 ? one : many, { count });
  };
  const day = (when) => {
    const moment = new Date(when), isDay = typeof when === "string";
    // A day that no calendar has is shown as it was proved.
    if (Number.isNaN(+moment) || (isDay && moment.toISOString().slice(0, 10) !== when))
      return String(when);
    return new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(moment);
  };
  const amountOf = ({ quantity, unit }) => {
    const spelled = (options) => new Intl.NumberFormat(language, options).format(quantity);
    if (unit === "EUR") return spelled({ style: "currency", currency: "EUR" });
    if (unit !== "minute") return `${spelled({ maximumFractionDigits: 6 })}\u00a0${unit}`;
    const minutes = Math.abs(Number(quantity)), hours = Math.floor(minutes / 60);
    const rest = minutes % 60, sign = Number(quantity) < 0 ? "−" : "";
    if (!hours) return `${sign}${rest}\u00a0min`;
    const spare = rest ? `\u00a0${String(rest).padStart(2, "0")}` : "";
    return `${sign}${new Intl.NumberFormat(language).format(hours)}\u00a0h${spare}`;
  };
  function sentence(step, report) {
    const origin = report.checkpoint?.origin ?? "", said = { ...step };
    const isCompared = /^(kept|published|witnessed)-/.test(step.code);
    for (const name of isCompared ? ["size", "other", "kept"] : [])
      if (step[name] !== undefined) said[name] = counted(step[name], origin);
    if (step.seconds !== undefined) said.at = day(Number(step.seconds) * 1000);
    const told = say(`${step.code}.${step.state}`, said);
    return step.others ? `${told} ${say("signed-by-another", said)}` : told;
  }

  // Drawing ---------------------------------------------------------------------------------
  function make(tag, { text, className, ...attributes } = {}, ...children) {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (className) element.className = className;
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }
  const encart = (title, text, kind = "care") =>
    make("div", { className: `encart ${kind}` },
      make("strong", { className: "kind", text: title }), make("p", { text }));

  function entryOf({ content, entry }) {
    const { leaf, open } = entry, rows = [["kind", say(`kind.${leaf.kind}`)]];
    const people = ["contributor", "claimant", "attester", "contester", "answerer", "reverser"];
    const shown = [...people, "recorder"].find((field) => open[field]);
    if (shown) rows.push(["who", content.people[open[shown].value] ?? open[shown].value]);
    const text = (open.description ?? open.title ?? open.reason)?.value;
    if (text) rows.push(["text", text]);
    if (leaf.quantity !== undefined) rows.push(["amount", amountOf(leaf)]);
    rows.push(["when", day(leaf.occurred_to)]);
    const list = make("dl", { className: "fiche" });
    for (const [code, value] of rows)
      list.append(make("dt", { text: say(code) }), make("dd", { text: value }));
    return [make("h3", { text: say("what") }), list];
  }

  const stepsOf = (report) =>
    make("ol", { className: "steps" }, ...report.steps.map((step) =>
      make("li", {},
        make("span", { className: `state ${step.state}`, text: say(`state.${step.state}`) }),
        " ", sentence(step, report))));

  function calculationOf(report) {
    const list = make("dl", { className: "calculation" });
    for (const { code, text } of report.calculation)
      list.append(make("dt", { text: say(code) }), make("dd", {}, make("pre", { text })));
    return make("details", {}, make("summary", { text: say("calculation") }),
      make("p", { text: say("calculation-why") }), list);
  }

  function remarksOn(report, key) {
    if (!report.holds) return [];
    const about = (code) => encart(say(`${code}.title`), say(`${code}.text`));
    if (!report.trust) return [about("no-key")];
    const isUnsigned = report.steps.some(
      ({ code, state }) => code.startsWith("signed-") && state === "unknown",
    );
    if (isUnsigned) return [about("no-signature")];
    const isOwn = key.trim() !== from.key || report.means.kept || report.means.witnesses.length;
    return isOwn ? [] : [about("saved" in from ? "key-saved" : "key-site")];
  }

  function draw(report, key) {
    const state = report.isCertain ? "yes" : report.holds ? "unknown" : "no";
    const line = say(`${report.what}.${state}`, { name: report.content?.commons.name });
    const first = report.steps.find((step) => step.state === "no");
    const kinds = { yes: "", unknown: "care", no: "no" };
    const answer = make("div", { className: `encart ${kinds[state]}` },
      make("h2", { className: "kind", text: line, tabindex: "-1" }),
      ...(first ? [make("p", { text: sentence(first, report) })] : []));
    const parts = [answer, ...remarksOn(report, key)];
    if (report.what === "proof" && report.holds) parts.push(...entryOf(report));
    parts.push(make("h3", { text: say("checked") }), stepsOf(report));
    if (report.calculation.length) parts.push(calculationOf(report));
    if (report.holds)
      parts.push(make("h3", { text: say("keep") }), make("p", { text: say("keep-why") }),
        make("pre", { text: report.checkpoint.note }));
    result.replaceChildren(...parts);
    live.textContent = line;
  }

  function complain(title, text) {
    result.replaceChildren(make("div", { className: "encart no" },
      make("h2", { className: "kind", text: title, tabindex: "-1" }), make("p", { text })));
    live.textContent = `${title} ${text}`;
  }

  // Reading ---------------------------------------------------------------------------------
  const typed = (name) => form.elements[name]?.value ?? "";

  async function fetched(address) {
    const headers = { Accept: "application/json, text/plain" };
    const answer = await fetch(address, { headers });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer;
  }
  const textAt = async (address) => {
    try {
      return await (await fetched(address)).text();
    } catch {
      return "";
    }
  };
  const sizeOf = (note) => Number(note.split("\n")[1]);

  // Why two checkpoints of the journal agree, as the service says it; nothing if it does not.
  function joining(slug, one, other) {
    const [older, later] = [one, other].sort((a, b) => a - b);
    const isKnown = from.consistency && slug && older > 0 && older < later;
    const address = from.consistency?.replace("{slug}", encodeURIComponent(slug));
    return isKnown ? textAt(`${address}?from=${older}&to=${later}`) : "";
  }

  async function given() {
    if (from.proof) return new Uint8Array(await (await fetched(from.proof)).arrayBuffer());
    const file = dropped ?? form.elements.file.files[0];
    return file ? new Uint8Array(await file.arrayBuffer()) : null;
  }

  function proofIn(data) {
    try {
      const { commons, proof } = JSON.parse(new TextDecoder().decode(data));
      return { slug: commons.slug, size: sizeOf(proof.slice(proof.indexOf("\n\n") + 2)) };
    } catch {
      return { slug: "", size: NaN };
    }
  }

  async function meansFor(data) {
    const kept = typed("checkpoint").replaceAll("\r\n", "\n"), { slug, size } = proofIn(data);
    const published = from.checkpoint ? await textAt(from.checkpoint) : "";
    const pasted = typed("consistency");
    return {
      key: typed("key"),
      chain: typed("chain"),
      kept,
      keptConsistency: pasted || (kept && (await joining(slug, sizeOf(kept), size))),
      witnesses: [typed("witness")],
      published,
      publishedConsistency: published && (await joining(slug, sizeOf(published), size)),
      progress: (done, count) => {
        live.textContent = say("progress", { done, count });
      },
    };
  }

  async function check() {
    const mine = ++turn;
    live.textContent = say("working");
    let data;
    try {
      data = await given();
    } catch (error) {
      if (mine !== turn) return;
      complain(say("unreachable.title"), say("unreachable.text", { why: error.message }));
      return;
    }
    if (mine !== turn) return;
    if (data === null) {
      complain(say("not-yet"), say("no-file"));
      return;
    }
    try {
      const report = await Verification.verify(data, await meansFor(data));
      if (mine === turn) draw(report, typed("key"));
    } catch (error) {
      if (!(error instanceof TransparencyLog.Malformed)) throw error;
      if (mine !== turn) return;
      complain(say("not-yet"), say(error.where));
    }
  }

  // Events ----------------------------------------------------------------------------------
  if (!Verification.isPossible()) {
    result.replaceChildren(encart(say("impossible.title"), say("impossible.text")));
    if (from.proof || "saved" in from) form.hidden = true;
    return;
  }
  for (const element of place.querySelectorAll("[data-scripted]")) element.hidden = false;
  for (const element of place.querySelectorAll("[data-unscripted]")) element.remove();
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.value === "service") return;
    event.preventDefault();
    await check();
    result.querySelector("h2")?.focus();
  });
  form.elements.file?.addEventListener("change", () => {
    dropped = null;
    check();
  });
  place.addEventListener("dragover", (event) => event.preventDefault());
  place.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length || !form.elements.file) return;
    event.preventDefault();
    [dropped] = event.dataTransfer.files;
    check();
  });
})();
