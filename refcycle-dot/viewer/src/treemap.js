// Rectangles whose areas stand for sizes: as a treemap, or as an icicle with a row for each level.

/**
 * The parts of a rectangle for these sizes, which are in descending order: squarified, so that
 * they are as little elongated as possible (Bruls, Huizing and van Wijk 2000).
 */
export function squarified(sizes, { x, y, width, height }) {
  const parts = [];
  let total = sizes.reduce((sum, size) => sum + size, 0);
  let first = 0;
  while (first < sizes.length && total > 0) {
    const scale = (width * height) / total;
    const side = Math.min(width, height);
    let [sum, last] = [sizes[first], first + 1];
    while (last < sizes.length) {
      const more = sum + sizes[last];
      if (worst(sizes[first], sizes[last], more, scale, side) > worst(sizes[first], sizes[last - 1], sum, scale, side)) break;
      sum = more;
      last++;
    }
    const thick = side > 0 ? (sum * scale) / side : 0;
    let along = 0;
    for (let i = first; i < last; i++) {
      const length = sum > 0 ? (side * sizes[i]) / sum : 0;
      parts.push(
        width >= height
          ? { x, y: y + along, width: thick, height: length }
          : { x: x + along, y, width: length, height: thick },
      );
      along += length;
    }
    if (width >= height) [x, width] = [x + thick, width - thick];
    else [y, height] = [y + thick, height - thick];
    total -= sum;
    first = last;
  }
  return parts;
}

/** The worst ratio of the sides of a row of parts. */
function worst(largest, smallest, sum, scale, side) {
  const square = (sum * scale) ** 2;
  const length = side ** 2;
  return Math.max((length * largest * scale) / square, square / (length * smallest * scale || 1));
}

/** The parts of a rectangle side by side. */
export function sideBySide(sizes, total, { x, y, width, height }) {
  const parts = [];
  for (const size of sizes) {
    const part = { x, y, width: total ? (width * size) / total : 0, height };
    parts.push(part);
    x += part.width;
  }
  return parts;
}
