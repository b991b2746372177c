// The state of the page: which part of the graph is shown. Nothing here draws.

import { Memory } from "./arrange.js";
import { fold } from "./fold.js";

/** The number of vertices at the start, and the most that one click adds. */
const START = 32;
const STEP = 24;
/** The most vertices that are drawn at once. */
export const MOST = 240;
/** A graph with at most this many vertices is shown whole. */
export const ALL = 48;

export class View {
  constructor(model) {
    this.model = model;
    this.shown = new Set();
    this.centre = model.target;
    this.selected = null;
    // Whether everything except the selected box and its neighbours is dimmed.
    this.attention = false;
    this.path = [];
    this.unfolded = new Set();
    this.folding = true;
    this.past = [];
    this.memory = new Memory();
  }

  /** Saves the current state for undo. */
  remember() {
    const { centre, selected, path, folding } = this;
    this.past.push({
      shown: new Set(this.shown),
      unfolded: new Set(this.unfolded),
      centre,
      selected,
      path,
      folding,
    });
    if (this.past.length > 200) this.past.shift();
  }

  undo() {
    const before = this.past.pop();
    if (before) Object.assign(this, before);
    return before !== undefined;
  }

  weight(v) {
    return this.model.retained?.[v] ?? this.model.sizes?.[v] ?? 0;
  }

  /** Starts over around a vertex: referrers first, then referents. */
  startAt(v) {
    this.remember();
    this.shown = new Set([v]);
    this.centre = v;
    this.selected = v;
    this.path = [];
    this.unfolded.clear();
    this.memory.forget();
    this.spread([v], "in", (3 * START) / 4, 8);
    this.spread([...this.shown], "out", START, 6);
    // Without referents there is room for more referrers.
    this.spread([v], "in", START, 16);
  }

  startWithAll() {
    for (let v = 0; v < this.model.graph.size; v++) this.shown.add(v);
  }

  spread(front, direction, most, each) {
    const { graph } = this.model;
    const seen = new Set(front);
    while (front.length && this.shown.size < most) {
      const next = [];
      for (const v of front) {
        let added = 0;
        for (const w of graph.neighbours(v, direction)) {
          if (seen.has(w)) continue;
          if (!this.shown.has(w)) {
            if (this.shown.size >= most || added++ >= each) break;
            this.shown.add(w);
          }
          seen.add(w);
          next.push(w);
        }
      }
      front = next;
    }
  }

  /** Shows more referrers ("in") or referents ("out") of these vertices. */
  grow(vertices, direction) {
    const hidden = new Set();
    for (const v of vertices) {
      for (const w of this.model.graph.neighbours(v, direction)) {
        if (!this.shown.has(w)) hidden.add(w);
      }
    }
    if (!hidden.size) return 0;
    const room = Math.min(STEP, MOST - this.shown.size);
    if (room <= 0) return 0;
    this.remember();
    const chosen = [...hidden].sort((a, b) => this.weight(b) - this.weight(a)).slice(0, room);
    for (const w of chosen) this.shown.add(w);
    return chosen.length;
  }

  show(v) {
    this.remember();
    this.unfolded.add(v);
    if (this.shown.has(v)) return;
    this.shown.add(v);
    this.connect(v);
  }

  /** Shows how a vertex is connected to the centre, if it is. */
  connect(v) {
    const { graph } = this.model;
    const near = [...graph.neighbours(v, "in"), ...graph.neighbours(v, "out")];
    if (this.centre === null || near.some((w) => w !== v && this.shown.has(w))) return;
    const path = graph.path(v, this.centre) ?? graph.path(this.centre, v);
    if (path && path.length <= STEP) for (const w of path) this.shown.add(w);
  }

  hide(vertices) {
    this.remember();
    for (const v of vertices) {
      this.shown.delete(v);
      if (this.selected === v) this.selected = null;
      if (this.centre === v) this.centre = null;
    }
    if (vertices.some((v) => this.path.includes(v))) this.path = [];
  }

  /** Shows a shortest path between two vertices in either direction; null if there is none. */
  showPath(from, to) {
    const { graph } = this.model;
    const path = graph.path(from, to) ?? graph.path(to, from);
    if (!path) return null;
    this.remember();
    for (const v of path) this.shown.add(v);
    this.path = path;
    return path;
  }

  /** The boxes and lines to draw. */
  scene() {
    const { model } = this;
    const { graph } = model;
    const vertices = [...this.shown].sort((a, b) => a - b);
    const links = [];
    for (const v of vertices) {
      const heads = new Set();
      graph.eachOut(v, (w) => {
        if (this.shown.has(w)) heads.add(w);
      });
      for (const w of heads) links.push([v, w]);
    }
    const alone = new Set([...this.path, ...this.unfolded]);
    if (this.centre !== null) alone.add(this.centre);
    const folding = this.folding && model.kind === "objects";
    const boxes = (
      folding ? fold(vertices, links, (v) => model.typeOf[v], alone) : vertices.map((v) => [v])
    ).map((members) => this.box(members));
    const boxOf = new Map();
    boxes.forEach((box, i) => box.members.forEach((v) => boxOf.set(v, i)));
    const lines = new Map();
    const steps = new Set(this.path.slice(1).map((v, i) => `${this.path[i]} ${v}`));
    for (const [tail, head] of links) {
      const [from, to] = [boxOf.get(tail), boxOf.get(head)];
      const key = `${boxes[from].key}>${boxes[to].key}`;
      const line = lines.get(key) ?? { key, from, to, names: new Map(), more: 0, strong: false };
      lines.set(key, line);
      line.strong ||= steps.has(`${tail} ${head}`);
      line.cut ||= model.cut?.has(`${tail} ${head}`);
      line.cyclic ||= model.cycle && model.cycle[tail] > 0 && model.cycle[tail] === model.cycle[head];
      const { names, more } = graph.namesBetween(tail, head);
      line.more += more;
      for (const [name, count] of names) {
        if (line.names.has(name) || line.names.size < 3) {
          line.names.set(name, (line.names.get(name) ?? 0) + count);
        } else line.more += count;
      }
    }
    const centre = this.centre === null ? null : (boxOf.get(this.centre) ?? null);
    return { boxes, lines: [...lines.values()], centre, boxOf };
  }

  box(members) {
    const { model } = this;
    const [v] = members;
    const hidden = (direction) => {
      let count = 0;
      for (const w of model.graph.neighbours(v, direction)) if (!this.shown.has(w)) count++;
      return count;
    };
    return {
      key: members.length > 1 ? `fold ${v}` : `${v}`,
      vertex: v,
      members,
      above: hidden("in"),
      below: hidden("out"),
      target: members.length === 1 && v === model.target,
      onPath: members.length === 1 && this.path.includes(v),
    };
  }
}
