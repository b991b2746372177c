// Draws a scene as SVG. Boxes that stay move to their new places.

import { arrange } from "./arrange.js";
import { svg } from "./dom.js";
import { bytes, linesOf, number, oneLine, shortened, visible } from "./text.js";

const FONT = 'system-ui, "Segoe UI", "Liberation Sans", Arial, sans-serif';
const SMALL = `12px ${FONT}`;
const BOLD = `600 14px ${FONT}`;
const WIDEST = 34;
const ROW = 15;

const measure = (() => {
  const context = document.createElement("canvas").getContext("2d");
  return (text, font) => {
    context.font = font;
    return context.measureText(text).width;
  };
})();

export class Drawing {
  constructor(world, act) {
    this.act = act;
    this.lines = svg("g", { class: "lines" });
    this.boxes = svg("g", { class: "boxes" });
    world.append(this.lines, this.boxes);
    this.known = new Map();
    this.view = null;
    this.scene = null;
    this.placed = null;
  }

  /** Draws a view; afterwards `places` has the places of its boxes by vertex. */
  draw(view) {
    const scene = view.scene();
    for (const box of scene.boxes) prepare(box, view);
    for (const line of scene.lines) prepareLine(line);
    if (view !== this.view) {
      this.boxes.replaceChildren();
      this.known.clear();
    }
    this.view = view;
    this.scene = scene;
    this.placed = arrange(scene, view.memory, view.model.kind === "overview");
    this.drawBoxes(view);
    this.drawLines();
    this.emphasize(view);
  }

  place(v) {
    const box = this.scene?.boxOf.get(v);
    return box === undefined ? null : this.placed.boxes[box];
  }

  /** The rectangle around the new boxes; null if there are none. */
  news() {
    const { boxes, fresh } = this.placed;
    if (!fresh.size) return null;
    const sides = [...fresh].map((i) => {
      const [[x, y], { width, height }] = [boxes[i], this.scene.boxes[i]];
      return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
    });
    const most = (n) => Math.max(...sides.map((side) => side[n]));
    const least = (n) => Math.min(...sides.map((side) => side[n]));
    return { left: least(0), top: least(1), width: most(2) - least(0), height: most(3) - least(1) };
  }

  drawBoxes(view) {
    const kept = new Map();
    this.scene.boxes.forEach((box, i) => {
      const old = this.known.get(box.key);
      const element = boxElement(box, view, this.act);
      const [x, y] = this.placed.boxes[i];
      if (old) {
        element.style.transform = old.style.transform;
        old.replaceWith(element);
      } else {
        element.style.transform = `translate(${x}px, ${y}px)`;
        element.classList.add("new");
        this.boxes.append(element);
      }
      kept.set(box.key, element);
    });
    for (const [key, element] of this.known) if (!kept.has(key)) element.remove();
    this.known = kept;
    // The browser must see the old place before the new one is set.
    this.boxes.getBoundingClientRect();
    this.scene.boxes.forEach((box, i) => {
      const [x, y] = this.placed.boxes[i];
      kept.get(box.key).style.transform = `translate(${x}px, ${y}px)`;
    });
  }

  drawLines() {
    const elements = this.scene.lines.flatMap((line, i) => {
      const route = this.placed.lines[i];
      return route ? [lineElement(line, route)] : [];
    });
    this.lines.replaceChildren(...elements);
    if (!this.placed.whole) return;
    // Shown while the boxes move to their new places.
    this.lines.style.animation = "none";
    this.lines.getBoundingClientRect();
    this.lines.style.animation = "";
  }

  /** Highlights the selection and its neighbours; nothing moves. */
  emphasize(view) {
    const chosen = view.selected === null ? undefined : this.scene.boxOf.get(view.selected);
    const near = new Set([chosen]);
    this.scene.lines.forEach((line) => {
      line.near = line.from === chosen || line.to === chosen;
      if (line.near) near.add(line.from).add(line.to);
      line.element?.classList.toggle("near", line.near);
    });
    this.scene.boxes.forEach((box, i) => {
      const element = this.known.get(box.key);
      element.classList.toggle("selected", i === chosen);
      element.setAttribute("aria-pressed", i === chosen);
      element.classList.toggle("far", view.attention && !near.has(i));
    });
    this.lines.classList.toggle("chosen", view.attention);
  }
}

function prepare(box, view) {
  const { model } = view;
  const v = box.vertex;
  const type = model.typeName(v);
  const label = model.graph.label(v);
  box.kind = model.kindOf(v);
  let [small, bold] = linesOf(label, type, box.kind);
  if (box.members.length > 1) {
    const count = number(box.members.length);
    [small, bold] = [`${count} alike`, `${type} × ${count}`];
  }
  // For a group, the type is its name.
  if (model.kind === "overview" && !label.includes("\n")) small = "";
  const size = box.members.reduce((sum, w) => sum + (model.retained ?? model.sizes ?? [])[w], 0);
  if (size) small = small ? `${small} · ${bytes(size)}` : bytes(size);
  box.small = shortened(small, WIDEST + 8);
  box.bold = shortened(bold, WIDEST);
  box.title = box.members.length > 1 ? `${box.bold}, folded` : label;
  const inner = Math.max(measure(box.small, SMALL), measure(box.bold, BOLD));
  box.width = Math.max(48, Math.ceil(inner) + 26);
  box.height = box.small ? 42 : 32;
}

function prepareLine(line) {
  line.texts = [];
  for (const [name, count] of line.names) {
    if (name === "" && count === 1 && line.names.size === 1) continue;
    const text = shortened(name.replaceAll("\n", " "), 28) || "(no name)";
    line.texts.push(count > 1 ? `${name === "" ? "" : text + " "}× ${number(count)}` : text);
  }
  if (line.more) line.texts.push(`… ${number(line.more)} more`);
  line.width = line.texts.length ? Math.max(...line.texts.map((text) => measure(text, SMALL))) + 10 : 0;
  line.height = line.texts.length * ROW + 2;
}

function boxElement(box, view, act) {
  const { width: w, height: h } = box;
  const round = { object: 9, function: 15, cycle: 21, frame: 2, value: 4 }[box.kind] ?? 3;
  const rect = (extra) =>
    svg("rect", { x: -w / 2, y: -h / 2, width: w, height: h, rx: round, ...extra });
  const group = svg(
    "g",
    {
      class: `box ${box.kind}${box.target ? " target" : ""}${box.onPath ? " path" : ""}`,
      tabindex: 0,
      role: "button",
      "aria-label": visible(oneLine(box.title).slice(0, 200)),
      "data-vertex": box.vertex,
      "data-count": box.members.length,
      onclick: (event) => act("select", box, event),
      ondblclick: () => act("open", box),
      onfocus: () => act("focus", box),
    },
    svg("title", {}, visible(box.title).replaceAll("\\x0a", "\n")),
    box.members.length > 1 ? rect({ class: "shape back", transform: "translate(5 5)" }) : null,
    rect({ class: "shape" }),
    box.kind === "type" ? svg("rect", { class: "inner", x: 3 - w / 2, y: 3 - h / 2, width: w - 6, height: h - 6, rx: 2 }) : null,
    box.kind === "frame" ? svg("path", { class: "inner", d: `M${w / 2 - 9} ${-h / 2}v9h9` }) : null,
    box.small ? svg("text", { class: "small", y: -5 }, box.small) : null,
    svg("text", { class: "bold", y: box.small ? 12 : 4.5 }, box.bold),
  );
  const badge = (direction, count, y) => {
    if (!count) return null;
    const text = `${direction === "in" ? "▲" : "▼"} ${number(count)}`;
    const width = measure(text, SMALL) + 12;
    return svg(
      "g",
      {
        class: "badge",
        "data-grow": direction,
        transform: `translate(0 ${y})`,
        onclick: (event) => {
          event.stopPropagation();
          act("grow", box, direction);
        },
        ondblclick: (event) => event.stopPropagation(),
      },
      svg("title", {}, direction === "in" ? "Show its referrers" : "Show its referents"),
      svg("rect", { x: -width / 2, y: -7.5, width, height: 15, rx: 7.5 }),
      svg("text", { y: 3.8 }, text),
    );
  };
  group.append(...[badge("in", box.above, -h / 2 - 4), badge("out", box.below, h / 2 + 4)].filter(Boolean));
  return group;
}

function lineElement(line, { points, tip, label }) {
  const [start, ...rest] = points;
  let d = `M${start}C${rest.map((point) => point.join(" ")).join(" ")}`;
  const end = points.at(-1);
  const from = points.at(-2) ?? start;
  let [dx, dy] = tip ? [tip[0] - end[0], tip[1] - end[1]] : [end[0] - from[0], end[1] - from[1]];
  const length = Math.hypot(dx, dy) || 1;
  [dx, dy] = [dx / length, dy / length];
  const [x, y] = tip ?? end;
  const [width, back] = [3.6, 8];
  const base = [x - dx * back, y - dy * back];
  if (tip) d += `L${base}`;
  const arrow = `M${x} ${y}L${base[0] - dy * width} ${base[1] + dx * width}L${base[0] + dy * width} ${base[1] - dx * width}Z`;
  line.element = svg(
    "g",
    { class: `line${line.strong ? " path" : ""}${line.cyclic ? " cyclic" : ""}${line.cut ? " cut" : ""}` },
    svg("path", { class: "route", d }),
    svg("path", { class: "arrow", d: arrow }),
  );
  if (label) {
    line.texts.forEach((text, i) => {
      const y = label[1] + (i - (line.texts.length - 1) / 2) * ROW + 4;
      line.element.append(svg("text", { x: label[0], y }, text));
    });
  }
  return line.element;
}
