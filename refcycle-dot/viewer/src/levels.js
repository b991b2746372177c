// The levels of boxes relative to the central box: its referrers above, its referents below.

/** The level of each of `count` boxes, smaller for higher; `lines` are [from, to]. */
export function levels(count, lines, centre) {
  const before = Array.from({ length: count }, () => []);
  const after = Array.from({ length: count }, () => []);
  for (const [from, to] of lines) {
    after[from].push(to);
    before[to].push(from);
  }
  const level = new Array(count).fill(null);
  const spread = (start, next, step) => {
    let front = start;
    while (front.length) {
      const reached = [];
      for (const box of front) {
        for (const other of next[box]) {
          if (level[other] !== null) continue;
          level[other] = level[box] + step;
          reached.push(other);
        }
      }
      front = reached;
    }
  };
  const all = () => level.flatMap((value, box) => (value === null ? [] : [box]));
  if (centre !== null && centre < count) {
    level[centre] = 0;
    spread([centre], before, -1);
    spread(all(), after, 1);
    // Their referrers.
    spread(all(), before, -1);
    spread(all(), after, 1);
  }
  return level;
}
