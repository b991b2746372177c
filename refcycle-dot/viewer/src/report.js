// The report with which the page opens. It is shown before the graph is read.

import { $, h } from "./dom.js";
import { bytes, number, percent, visible } from "./text.js";

/** Sections whose first chain is open. */
const OPEN = ["why", "suspects"];

/** Headings for the columns of a section, by the field of its findings. */
const HEADINGS = { retained: "Retained", size: "Bytes", share: "Share", count: "Objects" };

export class Report {
  /** `act(action, subject)` opens a finding: "finding" or "type". */
  constructor(sections, act) {
    this.sections = sections;
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
          { class: "jump", onclick: () => sections[i].scrollIntoView({ block: "start" }) },
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
    return h(
      "section",
      { "data-section": key },
      h("h2", { id: `section-${key}` }, visible(title)),
      about.map((text) => h("p", {}, visible(text))),
      findings.length ? this.table(section) : null,
      more ? h("p", { class: "muted" }, `and ${number(more)} more`) : null,
    );
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
    if (key === "types") {
      return h("button", { class: "link", onclick: () => this.act("type", finding.name) }, name);
    }
    if (!finding.vertices.length) return name;
    return h("button", { class: "link", onclick: () => this.act("finding", finding, key) }, name);
  }

  notes(key, { notes }, place) {
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
