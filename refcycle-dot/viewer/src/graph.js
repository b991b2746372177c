// A graph in arrays: references in both directions, and labels.

export class Graph {
  /** `starts` has one item more than there are vertices; `names` has text numbers, 0 for none. */
  constructor({ starts, heads, names, texts, labels }) {
    this.size = starts.length - 1;
    this.starts = starts;
    this.heads = heads;
    this.names = names;
    this.texts = texts;
    this.labels = labels;
    [this.inStarts, this.tails] = reversed(starts, heads);
  }

  label(v) {
    return this.texts[this.labels[v]];
  }

  outDegree(v) {
    return this.starts[v + 1] - this.starts[v];
  }

  inDegree(v) {
    return this.inStarts[v + 1] - this.inStarts[v];
  }

  /** Calls `see(head, edge)` for each reference from a vertex. */
  eachOut(v, see) {
    for (let e = this.starts[v]; e < this.starts[v + 1]; e++) see(this.heads[e], e);
  }

  eachIn(v, see) {
    for (let i = this.inStarts[v]; i < this.inStarts[v + 1]; i++) see(this.tails[i]);
  }

  name(edge) {
    const number = this.names[edge];
    return number ? this.texts[number - 1] : "";
  }

  /** The first few names of the references from one vertex to another. */
  namesBetween(tail, head, most = 4) {
    const names = new Map();
    let more = 0;
    for (let e = this.starts[tail]; e < this.starts[tail + 1]; e++) {
      if (this.heads[e] !== head) continue;
      const name = this.name(e);
      if (names.has(name)) names.set(name, names.get(name) + 1);
      else if (names.size < most) names.set(name, 1);
      else more++;
    }
    return { names, more };
  }

  /** The distinct neighbours of a vertex in one direction. */
  neighbours(v, direction) {
    const seen = new Set();
    const see = (w) => {
      if (w !== v) seen.add(w);
    };
    if (direction === "in") this.eachIn(v, see);
    else this.eachOut(v, see);
    return seen;
  }

  /** A shortest path along the references, including both ends; null if there is none. */
  path(from, to) {
    if (from === to) return [from];
    const before = new Int32Array(this.size).fill(-1);
    before[from] = from;
    let front = [from];
    while (front.length) {
      const next = [];
      for (const v of front) {
        for (let e = this.starts[v]; e < this.starts[v + 1]; e++) {
          const w = this.heads[e];
          if (before[w] >= 0) continue;
          before[w] = v;
          if (w === to) return wayBack(before, to);
          next.push(w);
        }
      }
      front = next;
    }
    return null;
  }
}

function wayBack(before, to) {
  const path = [to];
  for (let v = to; before[v] !== v; ) path.push((v = before[v]));
  return path.reverse();
}

function reversed(starts, heads) {
  const size = starts.length - 1;
  const inStarts = new Uint32Array(size + 1);
  for (let e = 0; e < heads.length; e++) inStarts[heads[e] + 1]++;
  for (let v = 0; v < size; v++) inStarts[v + 1] += inStarts[v];
  const next = inStarts.slice(0, size);
  const tails = new Uint32Array(heads.length);
  for (let v = 0; v < size; v++) {
    for (let e = starts[v]; e < starts[v + 1]; e++) tails[next[heads[e]]++] = v;
  }
  return [inStarts, tails];
}
