// Siblings that differ in nothing but their labels become one box.

/** So few siblings are shown one by one. */
const FEW = 3;

/**
 * The boxes of some vertices: arrays of the vertices in each, in the order given.
 * `typeOf(v)` tells types apart; `alone` are vertices that must have their own box;
 * `links` are pairs of vertices.
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
    // What refers to itself is different from all others.
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
