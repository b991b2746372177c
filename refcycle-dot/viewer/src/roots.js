// Where chains of references start: the objects that are held from outside the graph.

/**
 * A shortest path from a root to each object: the object before it, plus one; 0 for a root and
 * for what no root leads to. `distance` is the number of references, -1 without a root.
 */
export class Roots {
  constructor({ graph, holders }) {
    this.holders = holders;
    this.before = new Uint32Array(graph.size);
    this.distance = new Int32Array(graph.size).fill(-1);
    let front = [...holders.keys()];
    for (const v of front) this.distance[v] = 0;
    for (let far = 1; front.length; far++) {
      const next = [];
      for (const v of front) {
        graph.eachOut(v, (w) => {
          if (this.distance[w] >= 0) return;
          this.distance[w] = far;
          this.before[w] = v + 1;
          next.push(w);
        });
      }
      front = next;
    }
  }

  /** A shortest path from a root to an object, both included; null if there is none. */
  path(v) {
    if (this.distance[v] < 0) return null;
    const path = [v];
    while (this.before[v]) path.push((v = this.before[v] - 1));
    return path.reverse();
  }

  /** Sorts objects by their distance; those without a root come last. */
  nearest(vertices) {
    const far = (v) => (this.distance[v] < 0 ? Infinity : this.distance[v]);
    return vertices.sort((a, b) => far(a) - far(b) || a - b);
  }
}
