// All objects as a table that can be filtered and sorted.

import { $, h } from "./dom.js";
import { bytes, bytesOf, isName, number, oneLine, shortened, visible } from "./text.js";

const PAGE = 100;

/** The order of the objects that pass: `key` names a column, `up` is its direction. */
export function ordered(objects, passes, key, up) {
  const { graph, sizes, retained, typeOf, types } = objects;
  const found = [];
  for (let v = 0; v < graph.size; v++) if (passes(v)) found.push(v);
  const sign = up ? 1 : -1;
  const ranks = () => {
    const names = types.map((type) => type.name);
    const order = names.map((_, i) => i).sort((a, b) => (names[a] < names[b] ? -1 : 1));
    const rank = new Uint32Array(order.length);
    order.forEach((type, i) => (rank[type] = i));
    return (v) => rank[typeOf[v]];
  };
  const weights = {
    size: (v) => sizes?.[v] ?? 0,
    retained: (v) => retained?.[v] ?? 0,
    referrers: (v) => graph.inDegree(v),
    referents: (v) => graph.outDegree(v),
  };
  const weight = key === "type" ? ranks() : weights[key];
  const known = Float64Array.from(found, weight);
  const places = Uint32Array.from(found, (_, i) => i);
  places.sort((a, b) => sign * (known[a] - known[b]) || a - b);
  return Array.from(places, (place) => found[place]);
}

export class Objects {
  constructor(model, act) {
    this.model = model;
    this.act = act;
    this.order = { key: model.objects.retained ? "retained" : "referrers", up: false };
    this.shown = PAGE;
    this.isMade = false;
  }

  /** Makes the filters when the table is shown for the first time. */
  open() {
    if (this.isMade) return;
    this.isMade = true;
    const { retained } = this.model.objects;
    const field = (id, text, attributes) =>
      h("label", { for: id }, text, h("input", { id, ...attributes, oninput: () => this.filter() }));
    $("screen-objects").replaceChildren(
      h(
        "div",
        { class: "filters" },
        field("filter-type", "Type", { type: "search", placeholder: "part of a name" }),
        field("filter-name", "Name", { type: "search", placeholder: "part of a label" }),
        retained ? field("filter-least", "Retains at least", { type: "search", placeholder: "such as 10 kB" }) : null,
        field("filter-cycle", "On a cycle", { type: "checkbox" }),
      ),
      h("p", { id: "objects-count", role: "status" }),
      h("div", { id: "objects-table" }),
    );
    this.draw();
  }

  /** Shows the objects of a type: those with this full name, or else with this last name. */
  ofType(name) {
    this.open();
    const names = this.model.types.map((type) => type.name);
    $("filter-type").value = names.includes(name) ? name : name.slice(name.lastIndexOf(".") + 1);
    this.shown = PAGE;
    this.draw();
  }

  filter() {
    clearTimeout(this.waiting);
    this.shown = PAGE;
    this.waiting = setTimeout(() => this.draw(), 120);
  }

  passes() {
    const { graph, retained, typeOf, types, cycle } = this.model.objects;
    const type = $("filter-type").value.trim().toLowerCase();
    const name = $("filter-name").value.trim().toLowerCase();
    const least = bytesOf($("filter-least")?.value ?? "");
    const cyclic = $("filter-cycle").checked;
    // The whole name, if it is one; or else a part.
    const exact = types.some((one) => isName(one.name, type));
    const isType = types.map((one) =>
      exact ? isName(one.name, type) : one.name.toLowerCase().includes(type),
    );
    const isLabel = graph.texts.map((text) => text.toLowerCase().includes(name));
    return (v) =>
      isType[typeOf[v]] &&
      isLabel[graph.labels[v]] &&
      (!least || retained[v] >= least) &&
      (!cyclic || cycle[v] > 0);
  }

  draw() {
    const { objects } = this.model;
    const found = ordered(objects, this.passes(), this.order.key, this.order.up);
    $("objects-count").textContent = `${number(found.length)} ${found.length === 1 ? "object" : "objects"}`;
    const more = found.length - this.shown;
    $("objects-table").replaceChildren(
      h("table", { class: "objects" }, this.head(), h("tbody", {}, found.slice(0, this.shown).map((v) => this.row(v)))),
      more > 0
        ? h("button", { class: "plain", onclick: () => this.grow() }, `Show ${number(Math.min(more, PAGE))} more of ${number(more)}`)
        : "",
    );
  }

  grow() {
    this.shown += PAGE;
    this.draw();
  }

  columns() {
    const { sizes, retained } = this.model.objects;
    return [
      ["type", "Type"],
      ...(retained ? [["retained", "Retained"]] : []),
      ...(sizes ? [["size", "Bytes"]] : []),
      ["referrers", "Referrers"],
      ["referents", "References"],
    ];
  }

  head() {
    const { key, up } = this.order;
    const sort = (name) => {
      this.order = { key: name, up: name === key ? !up : name === "type" };
      this.draw();
    };
    return h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, h("span", {}, "Object")),
        this.columns().map(([name, title]) =>
          h(
            "th",
            {
              scope: "col",
              class: name === "type" ? null : "number",
              "aria-sort": name === key ? (up ? "ascending" : "descending") : "none",
            },
            h("button", { onclick: () => sort(name) }, title, name === key ? (up ? " ↑" : " ↓") : ""),
          ),
        ),
      ),
    );
  }

  row(v) {
    const { graph, sizes, retained, typeName, kindOf } = this.model.objects;
    const values = {
      retained: () => bytes(retained[v]),
      size: () => bytes(sizes[v]),
      referrers: () => number(graph.inDegree(v)),
      referents: () => number(graph.outDegree(v)),
    };
    return h(
      "tr",
      {},
      h(
        "td",
        {},
        h(
          "button",
          { class: "link", "data-vertex": v, onclick: () => this.act("show", v) },
          h("span", { class: `dot ${kindOf(v)}` }),
          ` ${shortened(oneLine(graph.label(v)), 120)}`,
        ),
      ),
      this.columns().map(([name]) =>
        name === "type"
          ? h("td", { class: "type-cell" }, visible(typeName(v)))
          : h("td", { class: "number" }, values[name]()),
      ),
    );
  }
}
