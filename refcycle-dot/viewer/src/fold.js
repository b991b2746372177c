// Folds siblings that differ only in their labels into one box.

/** Up to this number, siblings are shown one by one. */
const FEW = 3;

/**
 * The boxes of some vertices: an array of vertices for each, in the given order. `typeOf(v)`
 * distinguishes types; `alone` has the vertices that need their own box; `links` are pairs of
 * vertices.
 */
export function fold(vertices, links, typeOf, alone) {
  const ends = new Map(vertices.map((v) => [v, { before: [], after: [] }]));
  for (const [tail, head] of links) {
    ends.get(tail).after.push(head);
    ends.get(head).before.push(tail);
  }
  const classes = new Map();
  for (const v of vertices) {
    let key = `alone ${v}`;
    const { before, after } = ends.get(v);
    // A vertex that refers to itself differs from all others.
    if (!alone.has(v) && before.length + after.length && !after.includes(v)) {
      key = `${typeOf(v)}|${sorted(before)}|${sorted(after)}`;
    }
    if (classes.has(key)) classes.get(key).push(v);
    else classes.set(key, [v]);
  }
  return [...classes.values()].flatMap((members) =>
    members.length < FEW ? members.map((v) => [v]) : [members],
  );
}

const sorted = (numbers) => numbers.toSorted((a, b) => a - b).join(",");
