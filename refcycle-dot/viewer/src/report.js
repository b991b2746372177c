// The report with which the page opens. It is shown before the graph is read.

import { $, h } from "./dom.js";
import { bytes, number, percent, visible } from "./text.js";

/** Sections whose first chain is open. */
const OPEN = ["why", "growth", "suspects"];

/** Sections that start folded: they are no findings. */
const FOLDED = ["process"];

/** The answers about single objects, which the details of these objects show. */
const ANSWERS = "answers";

/** Headings for the columns of a section, by the field of its findings. */
const HEADINGS = { retained: "Retained", size: "Bytes", share: "Share", count: "Objects" };

export class Report {
  /**
   * `act(action, subject)` opens a finding: "finding" or "type". In a page without the objects
   * (`isWhole` is false) nothing can be opened, so each finding has its answer below it.
   */
  constructor(sections, isWhole, act) {
    this.sections = sections.filter((section) => section.key !== ANSWERS);
    this.answers = answersOf(sections);
    const cut = sections.flatMap(({ findings }) => findings.flatMap((finding) => finding.cut ?? []));
    /** The references that fixes remove: "tail head". */
    this.cut = new Set(cut.map((ends) => ends.join(" ")));
    this.isWhole = isWhole;
    this.act = act;
    window.addEventListener("beforeprint", () => this.unfold());
  }

  /** Whether the page opens with the report. */
  get isFirst() {
    return this.sections.some((section) => section.key === "process");
  }

  section(key) {
    return this.sections.find((section) => section.key === key);
  }

  show() {
    const sections = this.sections.map((section) => this.drawn(section));
    const jumps = this.sections.map((section, i) =>
      h(
        "li",
        {},
        h(
          "button",
          { class: "jump", onclick: () => jump(sections[i]) },
          visible(section.title),
          section.findings.length ? h("span", { class: "count" }, ` ${total(section)}`) : null,
        ),
      ),
    );
    $("screen-report").replaceChildren(
      h(
        "div",
        { class: "report" },
        h("nav", { class: "jumps", "aria-label": "Sections" }, h("ul", {}, jumps)),
        sections,
      ),
    );
  }

  drawn(section) {
    const { key, title, about, findings, more } = section;
    const heading = h("h2", { id: `section-${key}` }, visible(title));
    const content = [
      about.map((text) => h("p", {}, visible(text))),
      findings.length ? this.table(section) : null,
      more ? h("p", { class: "muted" }, `and ${number(more)} more`) : null,
    ];
    const inside = FOLDED.includes(key)
      ? h("details", { class: "folded" }, h("summary", {}, heading), content)
      : [heading, content];
    return h("section", { "data-section": key }, inside);
  }

  table({ key, findings }) {
    const fields = Object.keys(HEADINGS).filter((field) =>
      findings.some((finding) => finding[field] !== null),
    );
    const isGrowth = key === "growth";
    return h(
      "table",
      { "aria-labelledby": `section-${key}` },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          fields.map((field) => h("th", { scope: "col", class: "number" }, HEADINGS[field])),
          h("th", { scope: "col" }, "What"),
        ),
      ),
      h(
        "tbody",
        {},
        findings.map((finding, place) =>
          h(
            "tr",
            { class: "finding" },
            fields.map((field) => cell(field, finding[field], isGrowth)),
            h("td", { class: "what-cell" }, this.name(key, finding), this.notes(key, finding, place)),
          ),
        ),
      ),
    );
  }

  name(key, finding) {
    const name = h("span", { class: "name" }, visible(finding.name));
    if (!this.isWhole) return name;
    if (key === "types") {
      return h("button", { class: "link", onclick: () => this.act("type", finding.name) }, name);
    }
    if (!finding.vertices.length) return name;
    return h("button", { class: "link", onclick: () => this.act("finding", finding, key) }, name);
  }

  /** The remarks on a finding; in a page without the objects, also why the first object is alive. */
  notes(key, finding, place) {
    const answer = this.isWhole ? null : this.answers.get(finding.vertices[0]);
    const notes = answer && answer !== finding ? [...finding.notes, ...answer.notes] : finding.notes;
    return notes.map(({ kind, text }) => {
      if (kind === "fix") return h("p", { class: "fix" }, visible(text));
      if (kind !== "chain") return h("p", { class: "note-text" }, visible(text));
      const isOpen = place === 0 && OPEN.includes(key);
      const [first] = text.split("\n");
      return h(
        "details",
        { open: isOpen },
        h("summary", {}, visible(first)),
        lines(text.slice(first.length + 1)),
      );
    });
  }

  /** Opens all chains, for print. */
  unfold() {
    for (const chain of document.querySelectorAll(".report details")) chain.open = true;
  }
}

/** Scrolls a section into view, and unfolds it. */
function jump(section) {
  const folded = section.querySelector("details.folded");
  if (folded) folded.open = true;
  section.scrollIntoView({ block: "start" });
}

/** The answer of `why` by object: those of the target, and then those about other findings. */
function answersOf(sections) {
  const answers = new Map();
  for (const key of [ANSWERS, "suspects", "why"]) {
    const section = sections.find((one) => one.key === key);
    for (const finding of section?.findings ?? []) {
      // Of several objects of a kind, the answer is about the first.
      if (finding.notes.length && finding.vertices.length) answers.set(finding.vertices[0], finding);
    }
  }
  return answers;
}

/** A chain of references, with its indentation. */
export function lines(text) {
  return h("pre", { class: "chain", tabindex: 0 }, text.split("\n").map(visible).join("\n"));
}

function total({ findings, more }) {
  return number(findings.length + more);
}

function cell(field, value, isGrowth) {
  if (value === null) return h("td", { class: "number" }, field === "size" ? "unknown" : "");
  if (field === "share") {
    const bar = h("span", { class: "bar" });
    bar.style.width = `${100 * Math.min(1, Math.max(0, value))}%`;
    return h("td", { class: "number share" }, percent(value), bar);
  }
  const sign = isGrowth && value > 0 ? "+" : value < 0 ? "−" : "";
  const text = field === "count" ? number(Math.abs(value)) : bytes(Math.abs(value));
  return h("td", { class: "number" }, sign + text);
}
