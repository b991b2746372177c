// The side panel: details, search results, types, cycles, largest retainers.

import { $, h } from "./dom.js";
import { Dominators } from "./dominators.js";
import { lines } from "./report.js";
import { Roots } from "./roots.js";
import { byHolding, choose } from "./search.js";
import { Tabs } from "./tabs.js";
import { bytes, number, oneLine, shortened, visible } from "./text.js";

const FIRST = 100;
/** The most objects of a group of search results that are shown before the rest is asked for. */
const FEW = 8;
const MOST_GROUPS = 40;

export class Panel {
  constructor(model, act, report) {
    this.model = model;
    this.act = act;
    this.report = report;
    this.order = { key: model.about.sizes ? "size" : "count", up: false };
    const { objects, about } = model;
    $("tab-retained").hidden = !objects?.retained;
    $("tab-cycles").hidden = !objects || !about.cycles;
    this.made = new Set();
    this.tabs = new Tabs($("tabs"), (name) => this.make(name));
    this.tabs.open("details");
  }

  open(name) {
    this.tabs.open(name);
  }

  make(name) {
    if (this.made.has(name)) return;
    this.made.add(name);
    if (name === "types") this.types();
    if (name === "cycles") this.cycles();
    if (name === "retained") this.retained();
  }

  /** An entry of a list, which shows its vertex when clicked; `reference` names a reference. */
  item(v, { reference = null, note = null } = {}) {
    const { graph, retained, sizes } = this.model.objects;
    const label = graph.label(v);
    const weight = retained?.[v] ?? sizes?.[v];
    return h(
      "li",
      {},
      h(
        "button",
        { class: "item", "data-vertex": v, onclick: (event) => this.act("show", v, event) },
        h("span", { class: `dot ${this.model.objects.kindOf(v)}` }),
        h(
          "span",
          { class: "entry" },
          reference ? h("span", { class: "reference" }, reference) : null,
          reference ? " " : null,
          h("span", { class: "what" }, shortened(oneLine(label), 160)),
          note ? h("span", { class: "note" }, ` ${note}`) : null,
        ),
        weight === undefined ? null : h("span", { class: "size" }, bytes(weight)),
      ),
    );
  }

  list(title, { found, all }, entry = (v) => this.item(v)) {
    const more = all - found.length;
    return h(
      "section",
      {},
      h("h3", {}, title, " ", h("span", { class: "count" }, number(all))),
      h("ul", {}, found.map(entry)),
      more > 0 ? h("p", { class: "muted" }, `and ${number(more)} more`) : null,
    );
  }

  // Details of the selection.

  nothing() {
    $("pane-details").replaceChildren(
      h("p", { class: "muted" }, "Click a box to see what refers to it and what it refers to."),
    );
  }

  /** Where chains of references start. */
  get roots() {
    this.knownRoots ??= new Roots(this.model.objects);
    return this.knownRoots;
  }

  /** The tree of dominators. */
  get tree() {
    this.knownTree ??= new Dominators(this.model.objects);
    return this.knownTree;
  }

  /** Why an object is alive, as the report says it, or else how to ask. */
  why(v) {
    if (!this.report.sections.length) return null;
    const found = this.report.answers.get(v);
    const notes = (found?.notes ?? []).map(({ kind, text }) =>
      kind === "chain" ? lines(text) : h("p", { class: kind === "fix" ? "fix" : "note-text" }, visible(text)),
    );
    return h(
      "section",
      { class: "why" },
      h("h3", {}, "Why it is alive"),
      found ? notes : this.asking(v),
    );
  }

  /** How to ask why an object is alive for which the page has no answer. */
  asking(v) {
    const { objects } = this.model;
    const chain = objects.held?.chainOf[v];
    return [
      chain ? h("p", { class: "chain-name" }, visible(objects.held.chain(chain))) : null,
      h("p", { class: "note-text" }, "The fix for this object is not in this page. Ask for it with"),
      h("pre", { class: "chain", tabindex: 0 }, `refcycle why FILE 0x${objects.id(v).toString(16)}`),
      h("p", { class: "note-text" }, "where FILE is the dump or the saved graph of this page."),
    ];
  }

  /** An entry of a tree: `below()` makes the list that is shown when it is opened. */
  twisty(item, label, below) {
    const toggle = h(
      "button",
      {
        class: "twist",
        "aria-expanded": false,
        "aria-label": label,
        onclick: () => {
          const open = toggle.getAttribute("aria-expanded") === "true";
          toggle.setAttribute("aria-expanded", !open);
          if (open) item.lastChild.remove();
          else item.append(below());
        },
      },
      "▸",
    );
    item.prepend(toggle);
    return item;
  }

  named(from, to) {
    const { names, more } = this.model.objects.graph.namesBetween(from, to, 2);
    const text = [...names.keys()].filter(Boolean).map((name) => shortened(name, 60));
    return text.join(", ") + (more ? " …" : "");
  }

  /** A referrer of an object, with its own referrers below it, nearest to a root first. */
  referrer(w, v, above = new Set()) {
    const { graph, holders } = this.model.objects;
    const held = holders.get(w);
    const item = this.item(w, { reference: this.named(w, v), note: held ? visible(held) : null });
    const path = new Set([...above, v, w]);
    if (!graph.inDegree(w) || above.has(w)) return item;
    return this.twisty(item, "what refers to it", () => {
      const { found, all } = this.referrers(w);
      const entries = found.map((u) => this.referrer(u, w, path));
      if (all > found.length) entries.push(h("li", { class: "muted" }, `and ${number(all - found.length)} more`));
      return h("ul", { class: "tree" }, entries);
    });
  }

  referrers(v) {
    const all = this.roots.nearest([...this.model.objects.graph.neighbours(v, "in")]);
    return { found: all.slice(0, FIRST), all: all.length };
  }

  details(view, box) {
    if (!box) return this.nothing();
    if (view.model.kind === "overview") return this.group(view, box.vertex);
    const { objects } = this.model;
    const { graph } = objects;
    const v = box.vertex;
    const members = box.members;
    if (members.length > 1) {
      $("pane-details").replaceChildren(
        h("h2", {}, `${number(members.length)} × ${visible(objects.typeName(v))}`),
        h("p", { class: "muted" }, "These objects have the same referrers and referents among the shown objects."),
        h(
          "div",
          { class: "actions" },
          this.button("Unfold", "unfold", box),
          this.button("Hide", "hide", box),
        ),
        this.list("Members", { found: members.slice(0, FIRST), all: members.length }),
      );
      return;
    }
    const id = objects.id(v);
    const facts = [
      ["type", visible(objects.typeName(v))],
      ["id", id > 65535n ? `0x${id.toString(16)}` : `${id}`],
      ["size", objects.sizes && bytes(objects.sizes[v])],
      ["retains", objects.retained && bytes(objects.retained[v])],
      ["held by", objects.dominators && this.holder(objects.dominators[v])],
      ["root", objects.holders.has(v) && visible(objects.holders.get(v))],
      ["cycle", objects.cycle[v] ? "on a cycle" : null],
      // One with modules, which holds almost everything.
      ["component", !objects.cycle[v] && objects.component[v] ? number(objects.component[v]) : null],
    ];
    const referents = () => {
      const all = [...graph.neighbours(v, "out")];
      const { retained } = objects;
      if (retained) all.sort((a, b) => retained[b] - retained[a]);
      return { found: all.slice(0, FIRST), all: all.length };
    };
    $("pane-details").replaceChildren(
      h("h2", {}, visible(oneLine(graph.label(v)))),
      h(
        "dl",
        {},
        facts.filter(([, value]) => value).map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]),
      ),
      h(
        "div",
        { class: "actions" },
        this.button("▲ Referrers", "grow", box, "in"),
        this.button("▼ Referents", "grow", box, "out"),
        this.button("Start here", "start", box),
        this.button("Path to …", "path", box),
        objects.holders.size ? this.button("Path from a root", "root", box) : null,
        this.button("Hide", "hide", box),
      ),
      this.why(v) ?? "",
      this.list("Referred to by", this.referrers(v), (w) => this.referrer(w, v)),
      this.list("Refers to", referents(), (w) => this.item(w, { reference: this.named(v, w) })),
    );
  }

  holder(above) {
    if (!above) return h("span", { class: "muted" }, "no single object");
    const v = above - 1;
    const label = shortened(oneLine(this.model.objects.graph.label(v)), 50);
    return h("button", { class: "link", onclick: (event) => this.act("show", v, event) }, label);
  }

  button(text, action, box, more) {
    return h("button", { "data-action": action, onclick: () => this.act(action, box, more) }, text);
  }

  group(view, group) {
    const { overview, objects, about } = this.model;
    const label = overview.graph.label(group);
    const content = [
      h("h2", {}, visible(oneLine(label))),
      h(
        "dl",
        {},
        h("dt", {}, "objects"),
        h("dd", {}, number(overview.count(group))),
        about.sizes ? [h("dt", {}, "size"), h("dd", {}, bytes(overview.sizes[group]))] : [],
      ),
    ];
    if (objects) {
      const members = choose(
        objects.graph.size,
        (v) => objects.group[v] === group,
        objects.retained ?? objects.sizes,
      );
      content.push(
        h("div", { class: "actions" }, this.button("Open", "open", { vertex: group, members: [group] })),
        this.list("Members", members),
      );
    } else {
      content.push(h("p", { class: "muted" }, "The graph is too large: its objects are not in this file."));
    }
    $("pane-details").replaceChildren(...content);
  }

  // Lists.

  /** The results of a search, by type and by how they are held. */
  found(title, { groups, all, isExact }) {
    const more = groups.length - MOST_GROUPS;
    $("pane-found").replaceChildren(
      ...(all
        ? [
            h("h3", {}, visible(title), " ", h("span", { class: "count" }, number(all))),
            ...groups.slice(0, MOST_GROUPS).map((group, place) => this.groupOfType(group, place === 0, isExact)),
            more > 0 ? h("p", { class: "muted" }, `and ${number(more)} more types`) : "",
          ]
        : [h("p", { class: "muted" }, `No match for “${visible(title)}”.`)]),
    );
    $("tab-found").hidden = false;
    this.open("found");
  }

  /** The found objects of a type, by how they are held. */
  groupOfType({ type, members }, isFirst, isExact) {
    const { objects, types } = this.model;
    const holders = byHolding(objects, members);
    const heading = ({ text, members: held, isChain }) => [
      h("span", { class: isChain ? "chain-name" : null }, visible(text)),
      `: ${number(held.length)}`,
    ];
    return h(
      "details",
      { class: "group", open: isFirst || members.length <= FEW },
      h("summary", {}, visible(types[type].name), " ", h("span", { class: "size" }, number(members.length))),
      holders.slice(0, FEW).map((group) => [
        h("p", { class: "held" }, heading(group)),
        this.some(group.members, isExact),
      ]),
      holders.length > FEW ? h("p", { class: "muted" }, `and ${number(holders.length - FEW)} more kinds of holders`) : null,
    );
  }

  /** A list of objects, exact matches and then the heaviest first, that grows when asked. */
  some(members, isExact = () => false) {
    const { retained, sizes } = this.model.objects;
    const weight = retained ?? sizes ?? [];
    const exact = members.filter(isExact);
    const others = exact.length ? members.filter((v) => !isExact(v)) : members;
    const heaviest = (all) => all.toSorted((a, b) => (weight[b] - weight[a] || 0) || a - b);
    const sorted = [...heaviest(exact), ...heaviest(others)];
    const list = h("ul", {}, sorted.slice(0, FEW).map((v) => this.item(v)));
    const rest = sorted.slice(FEW, FIRST);
    if (!rest.length) return list;
    const more = h("button", { class: "link", onclick: () => {
      more.remove();
      list.append(...rest.map((v) => this.item(v)));
      if (sorted.length > FIRST) list.append(h("li", { class: "muted" }, `and ${number(sorted.length - FIRST)} more`));
    } }, `Show ${number(rest.length)} more of ${number(sorted.length - FEW)}`);
    return [list, more];
  }

  types() {
    const { types, about, objects } = this.model;
    const columns = [
      ["name", "Type"],
      ["count", "Count"],
      ...(about.sizes ? [["size", "Size"]] : []),
    ];
    const { key, up } = this.order;
    const sign = up ? 1 : -1;
    const compare = (a, b) =>
      (key === "name" ? (a.name < b.name ? -1 : 1) : a[key] - b[key]) * sign || b.count - a.count;
    const rows = types.toSorted(compare);
    const greatest = Math.max(1, ...types.map((type) => (about.sizes ? type.size : type.count)));
    const share = (type) => {
      const bar = h("span", { class: "bar" });
      bar.style.width = `${(100 * (about.sizes ? type.size : type.count)) / greatest}%`;
      return bar;
    };
    const show = (type) =>
      this.found(type.name, ofType(objects, type.number));
    $("pane-types").replaceChildren(
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            columns.map(([name, title]) =>
              h(
                "th",
                { "aria-sort": name === key ? (up ? "ascending" : "descending") : "none" },
                h(
                  "button",
                  {
                    onclick: () => {
                      this.order = { key: name, up: name === key ? !up : name === "name" };
                      this.types();
                    },
                  },
                  title,
                  name === key ? (up ? " ↑" : " ↓") : "",
                ),
              ),
            ),
          ),
        ),
        h(
          "tbody",
          {},
          rows.slice(0, 500).map((type) =>
            h(
              "tr",
              {},
              h(
                "td",
                {},
                objects
                  ? h("button", { class: "link", onclick: () => show(type) }, shortened(type.name, 60))
                  : shortened(type.name, 60),
                share(type),
              ),
              h("td", { class: "number" }, number(type.count)),
              about.sizes ? h("td", { class: "number" }, bytes(type.size)) : null,
            ),
          ),
        ),
      ),
      rows.length > 500 ? h("p", { class: "muted" }, `and ${number(rows.length - 500)} more types`) : "",
    );
  }

  /** The cycles that the report names, garbage first; without a report, all components. */
  cycles() {
    const named = ["garbage", "cycles"].flatMap((key) => this.report.section(key) ?? []);
    if (named.some((section) => section.findings.length)) {
      $("pane-cycles").replaceChildren(...named.map((section) => this.namedCycles(section)));
    } else this.components();
  }

  namedCycles({ key, title, about, findings, more }) {
    return h(
      "section",
      {},
      h("h3", {}, visible(title), " ", h("span", { class: "count" }, number(findings.length + more))),
      about.map((text) => h("p", { class: "muted" }, visible(text))),
      findings.map((finding) =>
        h(
          "div",
          { class: "named-cycle" },
          h("button", { class: "link", onclick: () => this.act("finding", finding, key) }, visible(finding.name)),
          finding.notes.map(({ kind, text }) => h("p", { class: kind === "fix" ? "fix" : "note-text" }, visible(text))),
        ),
      ),
    );
  }

  components() {
    const { objects } = this.model;
    const { component, graph, retained, sizes } = objects;
    const all = new Map();
    for (let v = 0; v < graph.size; v++) {
      if (!component[v]) continue;
      const known = all.get(component[v]);
      if (!known) all.set(component[v], { count: 1, first: v, size: sizes?.[v] ?? 0 });
      else {
        known.count++;
        known.size += sizes?.[v] ?? 0;
        if ((retained ?? graph.label)?.[v] > retained?.[known.first]) known.first = v;
      }
    }
    const cycles = [...all.values()].sort((a, b) => b.count - a.count || a.first - b.first);
    $("pane-cycles").replaceChildren(
      h("p", { class: "muted" }, "Objects that hold each other: the collector frees all of them or none."),
      h(
        "ul",
        {},
        cycles
          .slice(0, FIRST)
          .map(({ first, count, size }) =>
            this.item(first, { note: `and ${number(count - 1)} more${sizes ? `, ${bytes(size)}` : ""}` }),
          ),
      ),
      cycles.length > FIRST ? h("p", { class: "muted" }, `and ${number(cycles.length - FIRST)} more cycles`) : "",
    );
  }

  /** The tree of dominators, by what each retains. */
  retained() {
    const { tree } = this;
    const branch = (place) => {
      const all = tree.children(place);
      const shown = Array.from(all.subarray(0, FIRST), (v) => {
        const item = this.item(v);
        if (!tree.count(v + 1)) return item;
        return this.twisty(item, "objects that only it holds", () => branch(v + 1));
      });
      const more = all.length - shown.length;
      if (more > 0) shown.push(h("li", { class: "muted" }, `and ${number(more)} more`));
      return h("ul", { class: "tree" }, shown);
    };
    $("pane-retained").replaceChildren(
      h("p", { class: "muted" }, "Memory that would be freed with each object, as far as this graph shows. ▸ expands the objects that only it holds."),
      branch(0),
    );
  }
}

/** The objects of a type, as a search finds them. */
function ofType(objects, type) {
  const members = [];
  for (let v = 0; v < objects.graph.size; v++) if (objects.typeOf[v] === type) members.push(v);
  return { groups: [{ type, members }], all: members.length };
}
