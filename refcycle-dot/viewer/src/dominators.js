// The tree of dominators: below an object are the objects that would be freed with it.

/** The children of each object, in one array; the place 0 is above all objects. */
export class Dominators {
  constructor({ dominators, retained, graph }) {
    const counts = new Uint32Array(graph.size + 2);
    for (let v = 0; v < graph.size; v++) counts[dominators[v] + 1]++;
    for (let i = 0; i <= graph.size; i++) counts[i + 1] += counts[i];
    this.starts = counts;
    this.below = new Uint32Array(graph.size);
    const next = counts.slice();
    for (let v = 0; v < graph.size; v++) this.below[next[dominators[v]]++] = v;
    this.retained = retained;
    this.above = dominators;
  }

  count(place) {
    return this.starts[place + 1] - this.starts[place];
  }

  /** The objects directly below a place (0, or an object plus one), the largest first. */
  children(place) {
    const part = this.below.slice(this.starts[place], this.starts[place + 1]);
    return part.sort((a, b) => this.retained[b] - this.retained[a] || a - b);
  }

  /** The objects above an object, the farthest first. */
  path(v) {
    const path = [];
    for (let place = this.above[v]; place; place = this.above[place - 1]) path.push(place - 1);
    return path.reverse();
  }
}
