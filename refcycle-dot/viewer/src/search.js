// Finds vertices by label, type or id.

import { isName } from "./text.js";

const MOST = 200;

/**
 * The vertices whose label, type or id contains a text, in groups by type: the type with this
 * name first, then the types with most matches. `all` is the number of all; `isExact(v)` says
 * whether a line of the label is the text.
 */
export function search(objects, text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return { groups: [], all: 0 };
  const { graph, types, typeOf } = objects;
  // Many labels share a text, so each text is searched once.
  const verdicts = new Int8Array(graph.texts.length);
  const typeMatches = types.map((type) => type.name.toLowerCase().includes(wanted));
  const isId = (v) => {
    const id = objects.id(v);
    return `${id}` === wanted || `0x${id.toString(16)}` === wanted;
  };
  const askIds = /^(0x[0-9a-f]+|\d+)$/.test(wanted);
  const groups = new Map();
  let all = 0;
  for (let v = 0; v < graph.size; v++) {
    const label = graph.labels[v];
    if (!verdicts[label]) {
      verdicts[label] = graph.texts[label].toLowerCase().includes(wanted) ? 1 : -1;
    }
    if (verdicts[label] < 0 && !typeMatches[typeOf[v]] && !(askIds && isId(v))) continue;
    all++;
    const type = typeOf[v];
    if (groups.has(type)) groups.get(type).push(v);
    else groups.set(type, [v]);
  }
  const rank = ([type]) => (isName(types[type].name, wanted) ? 0 : typeMatches[type] ? 1 : 2);
  const ordered = [...groups].sort(
    (a, b) => rank(a) - rank(b) || b[1].length - a[1].length || a[0] - b[0],
  );
  const isExact = (v) => graph.label(v).toLowerCase().split("\n").includes(wanted);
  return { groups: ordered.map(([type, members]) => ({ type, members })), all, isExact };
}

/**
 * Objects by how they are held, the largest group first: by the chain of references from its owner,
 * as `why` shows it. Those that share no such chain with others are grouped by the type of what
 * holds them, after these. `text` is the heading.
 */
export function byHolding(objects, vertices) {
  const { graph, typeOf, types, dominators, held } = objects;
  const groups = new Map();
  const keyOf = (v) => {
    if (held?.chainOf[v]) return held.chainOf[v];
    let holder = dominators?.[v] ? dominators[v] - 1 : -1;
    if (holder < 0 && graph.inDegree(v)) holder = graph.tails[graph.inStarts[v]];
    return holder < 0 ? 0 : -1 - typeOf[holder];
  };
  for (const v of vertices) {
    const key = keyOf(v);
    if (groups.has(key)) groups.get(key).push(v);
    else groups.set(key, [v]);
  }
  const text = (key) => {
    if (key > 0) return held.chain(key);
    return key ? `held by ${types[-1 - key].name}` : "held by no object here";
  };
  return [...groups]
    .sort((a, b) => (b[0] > 0) - (a[0] > 0) || b[1].length - a[1].length || a[0] - b[0])
    .map(([key, members]) => ({ text: text(key), members, isChain: key > 0 }));
}

/** The first vertices that pass, heaviest first if weights are known. */
export function choose(count, passes, weight) {
  const chosen = [];
  for (let v = 0; v < count; v++) if (passes(v)) chosen.push(v);
  if (weight) chosen.sort((a, b) => weight[b] - weight[a] || a - b);
  return { found: chosen.slice(0, MOST), all: chosen.length };
}

/** The default start: the largest retainer, or else a vertex of the largest cycle. */
export function heaviest({ graph, retained, component }) {
  let best = 0;
  if (retained) {
    for (let v = 1; v < graph.size; v++) if (retained[v] > retained[best]) best = v;
    return best;
  }
  const members = new Map();
  for (let v = 0; v < graph.size; v++) {
    if (component[v]) members.set(component[v], (members.get(component[v]) ?? 0) + 1);
  }
  const largest = [...members].reduce((a, b) => (b[1] > a[1] ? b : a), [0, 0])[0];
  const degree = (v) => graph.outDegree(v) + graph.inDegree(v);
  let found = -1;
  for (let v = 0; v < graph.size; v++) {
    if ((!largest || component[v] === largest) && (found < 0 || degree(v) > degree(found))) found = v;
  }
  return Math.max(found, 0);
}
