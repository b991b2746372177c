// The data of the page: the graph, its types and sizes, and the overview.

import { readColumn, readJson, readLargeColumn, readWideColumn } from "./columns.js";
import { cyclesWithoutModules } from "./cycles.js";
import { Graph } from "./graph.js";

/** Reads the graph from the page. */
export function readModel(about) {
  const texts = readJson("texts");
  const types = readTypes(texts);
  return {
    about,
    types,
    texts,
    objects: about.whole ? readObjects(about, texts, types) : null,
    overview: about.overview ? readOverview(about, texts) : null,
  };
}

function readTypes(texts) {
  const counts = readLargeColumn("type-counts");
  const sizes = readLargeColumn("type-sizes");
  return Array.from(readColumn("type-names"), (text, number) => ({
    number,
    name: texts[text],
    count: counts[number],
    size: sizes[number],
  }));
}

function readObjects(about, texts, types) {
  const labels = readColumn("labels");
  const kinds = readColumn("kinds");
  const typeOf = readColumn("types");
  const starts = startsOf(readColumn("degrees"));
  const heads = readColumn("heads");
  for (let v = 0; v < labels.length; v++) {
    let head = v;
    for (let e = starts[v]; e < starts[v + 1]; e++) {
      head += (heads[e] >>> 1) ^ -(heads[e] & 1);
      heads[e] = head;
    }
  }
  const graph = new Graph({ starts, heads, names: readColumn("names"), texts, labels });
  const objects = {
    kind: "objects",
    graph,
    types,
    typeOf,
    component: readColumn("components"),
    group: readColumn("groups"),
    id: readWideColumn("ids"),
    sizes: readLargeColumn("sizes"),
    dominators: readColumn("dominators"),
    retained: readLargeColumn("retained"),
    holders: readHolders(texts),
    held: readHeld(texts),
    target: about.target,
    typeName: (v) => types[typeOf[v]].name,
    kindOf: (v) => about.kinds[kinds[v]],
    count: () => 1,
  };
  objects.cycle = cyclesWithoutModules(objects);
  return objects;
}

/** The largest number of lines between groups; the thinnest are left out. */
const LINES = 40;

function readOverview(about, texts) {
  const labels = readColumn("group-labels");
  const groupTypes = readColumn("group-types");
  const kinds = readColumn("group-kinds");
  const counts = readLargeColumn("group-counts");
  const sizes = readLargeColumn("group-sizes");
  const firsts = readColumn("group-firsts");
  const flat = readLargeColumn("group-edges");
  let edges = [];
  for (let i = 0; i < flat.length; i += 3) {
    edges.push({ tail: flat[i], head: flat[i + 1], count: flat[i + 2] });
  }
  const all = edges.length;
  edges.sort((a, b) => b.count - a.count);
  edges = edges.slice(0, LINES).sort((a, b) => a.tail - b.tail || a.head - b.head);
  const degrees = new Uint32Array(labels.length);
  for (const edge of edges) degrees[edge.tail]++;
  const graph = new Graph({
    starts: startsOf(degrees),
    heads: Uint32Array.from(edges, (edge) => edge.head),
    names: Uint32Array.from(edges, (_, i) => i + 1),
    texts: edges.map((edge) => `× ${edge.count.toLocaleString("en")}`),
    labels,
  });
  graph.label = (v) => texts[labels[v]];
  return {
    kind: "overview",
    graph,
    left: all - edges.length,
    sizes: about.sizes ? sizes : null,
    retained: null,
    firsts,
    target: null,
    typeName: (v) => texts[groupTypes[v]],
    kindOf: (v) => about.kinds[kinds[v]],
    count: (v) => counts[v],
  };
}

/** What holds objects from outside the graph, as far as it is known: a text by vertex. */
function readHolders(texts) {
  const flat = readColumn("holders");
  const holders = new Map();
  for (let i = 0; i < flat.length; i += 2) holders.set(flat[i], texts[flat[i + 1]]);
  return holders;
}

/** By which chain of references each object is held, plus one; 0 for a chain without a name here. */
function readHeld(texts) {
  const chains = readColumn("chains");
  if (!chains) return null;
  return { chainOf: readColumn("chain-of"), chain: (number) => texts[chains[number - 1]] };
}

function startsOf(degrees) {
  const starts = new Uint32Array(degrees.length + 1);
  for (let v = 0; v < degrees.length; v++) starts[v + 1] = starts[v] + degrees[v];
  return starts;
}
