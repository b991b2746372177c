// Finds vertices by label, type or id.

const MOST = 200;

/** The first vertices whose label or type contains a text, and the number of all. */
export function search(objects, text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return { found: [], all: 0 };
  const { graph, types, typeOf } = objects;
  // Many labels share a text, so each text is searched once.
  const verdicts = new Int8Array(graph.texts.length);
  const typeMatches = types.map((type) => type.name.toLowerCase().includes(wanted));
  const isId = (v) => {
    const id = objects.id(v);
    return `${id}` === wanted || `0x${id.toString(16)}` === wanted;
  };
  const askIds = /^(0x[0-9a-f]+|\d+)$/.test(wanted);
  const found = [];
  let all = 0;
  for (let v = 0; v < graph.size; v++) {
    const label = graph.labels[v];
    if (!verdicts[label]) {
      verdicts[label] = graph.texts[label].toLowerCase().includes(wanted) ? 1 : -1;
    }
    if (verdicts[label] < 0 && !typeMatches[typeOf[v]] && !(askIds && isId(v))) continue;
    all++;
    if (found.length < MOST) found.push(v);
  }
  return { found, all };
}

/** The first vertices that pass, heaviest first if weights are known. */
export function choose(count, passes, weight) {
  const chosen = [];
  for (let v = 0; v < count; v++) if (passes(v)) chosen.push(v);
  if (weight) chosen.sort((a, b) => weight[b] - weight[a] || a - b);
  return { found: chosen.slice(0, MOST), all: chosen.length };
}
