// A map of memory: the tree of dominators as a treemap or as an icicle.

import { $, h, svg } from "./dom.js";
import { sideBySide, squarified } from "./treemap.js";
import { bytes, fitting, number, oneLine, percent, shortened, visible } from "./text.js";

const HEAD = 20;
const ROW = 26;
const DEEPEST = 9;
/** The smallest part with a rectangle, in square points, and of an icicle in points. */
const LEAST_AREA = 600;
const LEAST_WIDTH = 3;
const MOST = 900;

/** A name with its size, as far as there is room for so many characters. */
function named(label, size, room) {
  const left = room - size.length - 1;
  // A long name is shortened for the size, but not to a few characters.
  const name = fitting(label, left >= Math.max(10, size.length) ? left : room);
  if (!name) return size.length <= room ? size : "";
  return name.length <= left ? `${name} ${size}` : name;
}

export class MemoryMap {
  constructor(model, tree, act) {
    this.model = model;
    this.tree = tree;
    this.act = act;
    this.top = null;
    this.form = "treemap";
  }

  open() {
    if (!this.isMade) this.make();
    this.draw();
  }

  make() {
    this.isMade = true;
    const form = (name, text) =>
      h("button", { id: `form-${name}`, class: "plain", onclick: () => this.switchTo(name) }, text);
    $("screen-map").replaceChildren(
      h(
        "div",
        { class: "toolbar" },
        form("treemap", "Treemap"),
        form("icicle", "Icicle"),
        h("nav", { id: "crumbs", "aria-label": "Where the map is" }),
      ),
      svg("svg", { id: "map", role: "group", "aria-label": "Memory that objects retain" }),
      h("p", { id: "map-text", role: "status" }),
    );
    window.addEventListener("resize", () => !$("screen-map").hidden && this.draw());
  }

  switchTo(form) {
    this.form = form;
    this.draw();
  }

  zoom(v) {
    this.top = v;
    this.draw();
    $("map").querySelector(".part")?.focus();
  }

  draw() {
    for (const form of ["treemap", "icicle"]) {
      $(`form-${form}`).setAttribute("aria-pressed", form === this.form);
    }
    const map = $("map");
    const { width, height } = map.getBoundingClientRect();
    this.parts = [];
    const place = this.top === null ? 0 : this.top + 1;
    const area = { x: 0, y: 0, width, height };
    if (this.form === "treemap") this.treemap(place, area, 0);
    else this.icicle(place, { ...area, height: ROW }, 0);
    map.replaceChildren(...this.parts.map((part) => this.drawn(part)));
    this.crumbs();
    this.tell(this.top);
  }

  total(place) {
    if (place) return this.tree.retained[place - 1];
    let sum = 0;
    for (const v of this.tree.children(0)) sum += this.tree.retained[v];
    return sum;
  }

  /**
   * What gets a rectangle below a place, the largest first: objects of at least so many bytes, and
   * all smaller ones by type.
   */
  below(place, least) {
    const { retained } = this.tree;
    const { typeOf } = this.model.objects;
    const found = [];
    const types = new Map();
    for (const v of this.tree.children(place)) {
      const size = retained[v];
      if (size >= least && found.length < MOST) {
        found.push({ v, size });
        continue;
      }
      const type = types.get(typeOf[v]) ?? { type: typeOf[v], size: 0, count: 0 };
      types.set(typeOf[v], type);
      type.size += size;
      type.count++;
    }
    for (const type of types.values()) if (type.size >= least) found.push(type);
    return found.sort((a, b) => b.size - a.size);
  }

  treemap(place, area, depth) {
    const total = this.total(place);
    const surface = area.width * area.height;
    if (total <= 0 || surface < LEAST_AREA || this.parts.length > MOST) return;
    const found = this.below(place, (total * LEAST_AREA) / surface);
    const sizes = found.map(({ size }) => size);
    // What is too small for a rectangle leaves room at the end.
    const shown = sizes.reduce((sum, size) => sum + size, 0);
    squarified([...sizes, Math.max(0, total - shown)], area).slice(0, found.length).forEach((part, i) => {
      this.parts.push({ ...found[i], ...part });
      const inside = { x: part.x + 3, y: part.y + HEAD, width: part.width - 6, height: part.height - HEAD - 3 };
      if (found[i].v === undefined || depth >= 3 || inside.width < 50 || inside.height < 24) return;
      this.treemap(found[i].v + 1, inside, depth + 1);
    });
  }

  icicle(place, area, depth) {
    const total = this.total(place);
    if (total <= 0 || depth > DEEPEST || this.parts.length > MOST) return;
    const found = this.below(place, (total * LEAST_WIDTH) / area.width);
    sideBySide(found.map(({ size }) => size), total, area).forEach((part, i) => {
      this.parts.push({ ...found[i], ...part });
      if (found[i].v !== undefined) this.icicle(found[i].v + 1, { ...part, y: part.y + ROW }, depth + 1);
    });
  }

  drawn({ x, y, width, height, v, type, count, size }) {
    const { graph, kindOf } = this.model.objects;
    const isObject = v !== undefined;
    const name = isObject ? null : this.model.types[type].name;
    const label = isObject ? graph.label(v) : `${number(count)} smaller: ${name}`;
    const text = `${oneLine(label)}, ${isObject ? "retains" : "which retain"} ${bytes(size)}`;
    const room = Math.floor((width - 8) / 7);
    const enter = () => (isObject ? this.enter(v) : this.act("type", name));
    return svg(
      "g",
      {
        class: `part ${isObject ? kindOf(v) : "several"}`,
        tabindex: 0,
        role: "button",
        "aria-label": visible(text.slice(0, 200)),
        "data-vertex": v,
        transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`,
        onclick: enter,
        onfocus: () => this.tell(v, text),
        onmouseenter: () => this.tell(v, text),
        onkeydown: (event) => this.key(event, v, enter),
      },
      svg("rect", {
        class: "shape",
        width: Math.max(0, width - 1).toFixed(1),
        height: Math.max(0, height - 1).toFixed(1),
        rx: 2,
      }),
      height > 15 ? svg("text", { x: 5, y: 15 }, named(label, bytes(size), room)) : null,
    );
  }

  key(event, v, enter) {
    if (event.key === "Enter" || event.key === " ") enter();
    else if (event.key === "Backspace" || event.key === "Escape") this.leave();
    else if (event.key === "g" && v !== undefined) this.act("show", v);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Zooms into an object, or shows one that holds nothing alone in the graph. */
  enter(v) {
    if (v === this.top || !this.tree.count(v + 1)) this.act("show", v);
    else this.zoom(v);
  }

  leave() {
    if (this.top === null) return;
    const above = this.tree.above[this.top];
    this.zoom(above ? above - 1 : null);
  }

  crumbs() {
    const { graph } = this.model.objects;
    const crumb = (v, text) => h("button", { class: "link", onclick: () => this.zoom(v) }, text);
    const path = this.top === null ? [] : [...this.tree.path(this.top), this.top];
    const shown = path.slice(-4);
    $("crumbs").replaceChildren(
      crumb(null, "All"),
      path.length > shown.length ? " › …" : "",
      ...shown.flatMap((v) => [" › ", crumb(v, shortened(oneLine(graph.label(v)), 34))]),
      this.top === null
        ? ""
        : h("button", { class: "plain", onclick: () => this.act("show", this.top) }, "Show in the graph"),
    );
  }

  tell(v, text) {
    const total = this.total(0);
    if (v === null) {
      $("map-text").textContent = `${bytes(total)}: each area is the memory that would be freed with an object. Click one to see what is in it.`;
      return;
    }
    if (v === undefined) {
      $("map-text").textContent = visible(text);
      return;
    }
    const { graph, typeName } = this.model.objects;
    const size = this.tree.retained[v];
    const inside = this.tree.count(v + 1);
    const parts = [
      visible(oneLine(graph.label(v)).slice(0, 200)),
      visible(typeName(v)),
      `retains ${bytes(size)} (${percent(size / (total || 1))})`,
      `${number(inside)} ${inside === 1 ? "object" : "objects"} directly below it`,
    ];
    $("map-text").textContent = parts.join(" · ");
  }
}
