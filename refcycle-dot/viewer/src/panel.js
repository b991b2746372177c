// The side panel: details, search results, types, cycles, largest retainers.

import { $, h } from "./dom.js";
import { choose } from "./search.js";
import { bytes, number, oneLine, shortened, visible } from "./text.js";

const FIRST = 100;

export class Panel {
  constructor(model, act) {
    this.model = model;
    this.act = act;
    this.order = { key: model.about.sizes ? "size" : "count", up: false };
    for (const tab of document.querySelectorAll("#tabs button")) {
      tab.addEventListener("click", () => this.open(tab.dataset.tab));
    }
    const { objects, about } = model;
    $("tab-retained").hidden = !objects?.retained;
    $("tab-cycles").hidden = !objects || !about.cycles;
    this.made = new Set();
  }

  open(name) {
    for (const tab of document.querySelectorAll("#tabs button")) {
      const chosen = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", chosen);
      $(`pane-${tab.dataset.tab}`).hidden = !chosen;
    }
    if (this.made.has(name)) return;
    this.made.add(name);
    if (name === "types") this.types();
    if (name === "cycles") this.cycles();
    if (name === "retained") this.retained();
  }

  /** An entry of a list, which shows its vertex when clicked. */
  item(v, note) {
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
        h("span", { class: "what" }, shortened(oneLine(label), 80)),
        note ? h("span", { class: "note" }, note) : null,
        weight === undefined ? null : h("span", { class: "size" }, bytes(weight)),
      ),
    );
  }

  list(title, { found, all }, note = () => null) {
    const more = all - found.length;
    return h(
      "section",
      {},
      h("h3", {}, title, " ", h("span", { class: "count" }, number(all))),
      h("ul", {}, found.map((v) => this.item(v, note(v)))),
      more > 0 ? h("p", { class: "muted" }, `and ${number(more)} more`) : null,
    );
  }

  // Details of the selection.

  nothing() {
    $("pane-details").replaceChildren(
      h("p", { class: "muted" }, "Click a box to see what refers to it and what it refers to."),
    );
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
      ["cycle", objects.component[v] ? "on a cycle" : null],
    ];
    const named = (from, to) => {
      const { names, more } = graph.namesBetween(from, to, 2);
      const text = [...names.keys()].filter(Boolean).map((name) => shortened(name, 40));
      return text.join(", ") + (more ? " …" : "");
    };
    const ends = (direction) => {
      const all = [...graph.neighbours(v, direction)];
      const { retained } = objects;
      if (retained && direction === "out") all.sort((a, b) => retained[b] - retained[a]);
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
        this.button("Hide", "hide", box),
      ),
      this.list("Referred to by", ends("in"), (w) => named(w, v)),
      this.list("Refers to", ends("out"), (w) => named(v, w)),
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

  found(title, result) {
    $("pane-found").replaceChildren(
      result.all
        ? this.list(title, result)
        : h("p", { class: "muted" }, `No match for “${visible(title)}”.`),
    );
    $("tab-found").hidden = false;
    this.open("found");
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
      this.found(
        type.name,
        choose(objects.graph.size, (v) => objects.typeOf[v] === type.number, objects.retained ?? objects.sizes),
      );
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

  cycles() {
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
            this.item(first, `and ${number(count - 1)} more${sizes ? `, ${bytes(size)}` : ""}`),
          ),
      ),
      cycles.length > FIRST ? h("p", { class: "muted" }, `and ${number(cycles.length - FIRST)} more cycles`) : "",
    );
  }

  /** The tree of dominators, by what each retains. */
  retained() {
    const { dominators, retained, graph } = this.model.objects;
    const counts = new Uint32Array(graph.size + 2);
    for (let v = 0; v < graph.size; v++) counts[dominators[v] + 1]++;
    for (let i = 0; i <= graph.size; i++) counts[i + 1] += counts[i];
    const below = new Uint32Array(graph.size);
    const next = counts.slice();
    for (let v = 0; v < graph.size; v++) below[next[dominators[v]]++] = v;
    const children = (place) => {
      const part = below.slice(counts[place], counts[place + 1]);
      return part.sort((a, b) => retained[b] - retained[a] || a - b);
    };
    const branch = (place) => {
      const all = children(place);
      const shown = Array.from(all.subarray(0, FIRST), (v) => {
        const item = this.item(v);
        const count = counts[v + 2] - counts[v + 1];
        if (!count) return item;
        const toggle = h(
          "button",
          {
            class: "twist",
            "aria-expanded": false,
            "aria-label": "objects that only it holds",
            onclick: () => {
              const open = toggle.getAttribute("aria-expanded") === "true";
              toggle.setAttribute("aria-expanded", !open);
              if (open) item.lastChild.remove();
              else item.append(branch(v + 1));
            },
          },
          "▸",
        );
        item.prepend(toggle);
        return item;
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
