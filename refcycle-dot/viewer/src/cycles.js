// Which objects are on a cycle that needs no module.
//
// Almost all that a module holds is on a cycle with it: its functions refer to its namespace. Such
// a cycle keeps nothing alive that the module does not.

/** Modules and their namespaces. */
function namespaces({ graph, kindOf }) {
  const found = new Uint8Array(graph.size);
  for (let v = 0; v < graph.size; v++) {
    if (kindOf(v) !== "module") continue;
    found[v] = 1;
    graph.eachOut(v, (w, edge) => {
      if (kindOf(w) === "container" && graph.name(edge).endsWith("__dict__")) found[w] = 1;
    });
  }
  return found;
}

/**
 * The strongly connected component of each object in the graph without modules and their
 * namespaces: a number from 1, or 0 for an object that is on no cycle there. This is Tarjan's
 * algorithm, with a stack of its own.
 */
export function cyclesWithoutModules(objects) {
  const { graph, component } = objects;
  const { size, starts, heads } = graph;
  const left = namespaces(objects);
  const found = new Uint32Array(size);
  const order = new Uint32Array(size);
  const low = new Uint32Array(size);
  const next = new Uint32Array(size);
  const open = [];
  const isOpen = new Uint8Array(size);
  let seen = 0;
  let count = 0;
  const enter = (v, calls) => {
    order[v] = low[v] = ++seen;
    next[v] = starts[v];
    open.push(v);
    isOpen[v] = 1;
    calls.push(v);
  };
  const close = (v) => {
    const members = open.splice(open.lastIndexOf(v));
    for (const w of members) isOpen[w] = 0;
    if (members.length === 1 && !heads.subarray(starts[v], starts[v + 1]).includes(v)) return;
    count++;
    for (const w of members) found[w] = count;
  };
  for (let start = 0; start < size; start++) {
    if (order[start] || left[start] || !component[start]) continue;
    const calls = [];
    enter(start, calls);
    while (calls.length) {
      const v = calls[calls.length - 1];
      if (next[v] < starts[v + 1]) {
        const w = heads[next[v]++];
        if (left[w] || component[w] !== component[v]) continue;
        if (!order[w]) enter(w, calls);
        else if (isOpen[w]) low[v] = Math.min(low[v], order[w]);
      } else {
        calls.pop();
        if (calls.length) {
          const above = calls[calls.length - 1];
          low[above] = Math.min(low[above], low[v]);
        }
        if (low[v] === order[v]) close(v);
      }
    }
  }
  return found;
}
