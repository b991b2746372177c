// Places boxes and lines when some are already on the page: those keep their places, and new
// boxes are placed beside them, as close as possible to where a complete layout would put them.

import { layout, MANY, route } from "./layout.js";

/** The remembered places of boxes, by vertex, and of lines, by key. */
export class Memory {
  constructor() {
    this.forget();
  }

  forget() {
    this.places = new Map();
    this.loosen();
  }

  /** Forgets all places: the next layout is complete, with the order from left to right kept. */
  loosen() {
    this.drawn = new Set();
    this.routes = new Map();
  }
}

/**
 * Places the boxes and lines of a scene, and remembers the places. `fresh` has the numbers of
 * the new boxes; `whole` is true if no box had to keep its place.
 */
export function arrange(scene, memory, sideways) {
  const { boxes, lines, centre } = scene;
  const old = (box) => memory.places.get(box.vertex);
  const kept = claimed(boxes, (box) => memory.drawn.has(box.vertex) && old(box));
  const ideal = () => layout(boxes, lines, centre, sideways, boxes.map((box) => old(box)?.[0]));
  const whole = lines.length > MANY || kept.every((place) => place === null);
  let placed;
  if (whole) {
    placed = ideal();
    memory.loosen();
  } else {
    const all = kept.includes(null) ? ideal().boxes : kept;
    const back = claimed(boxes, (box, i) => kept[i] ?? old(box));
    const places = settled(boxes, lines, all, kept, back);
    placed = { boxes: places, lines: routes(boxes, lines, places, memory) };
  }
  const fresh = new Set(boxes.flatMap((_, i) => (whole || kept[i] === null ? [i] : [])));
  boxes.forEach((box, i) => box.members.forEach((v) => memory.places.set(v, placed.boxes[i])));
  memory.drawn = new Set(boxes.flatMap((box) => box.members));
  lines.forEach((line, i) => {
    if (placed.lines[i]) memory.routes.set(line.key, { ends: ends(line, boxes, placed.boxes), route: placed.lines[i] });
  });
  return { ...placed, fresh, whole, area: area(boxes, placed) };
}

/** The places of the boxes, null for none. A place is given to one box only. */
function claimed(boxes, placeOf) {
  const given = new Set();
  return boxes.map((box, i) => {
    const place = placeOf(box, i);
    if (!place || given.has(place)) return null;
    given.add(place);
    return place;
  });
}

/** The minimum distances between boxes, horizontal and vertical. */
const BESIDE = 24;
const ABOVE = 36;

/** Places every new box beside the others. */
function settled(boxes, lines, ideal, kept, back) {
  const places = [...kept];
  const near = boxes.map(() => []);
  for (const { from, to } of lines) {
    near[from].push(to);
    near[to].push(from);
  }
  const isFree = ([x, y], i) =>
    places.every((place, j) => {
      if (!place || i === j) return true;
      const apart = (boxes[i].width + boxes[j].width) / 2;
      return Math.abs(place[0] - x) >= apart || Math.abs(place[1] - y) >= (boxes[i].height + boxes[j].height) / 2;
    });
  // A box that was shown before returns to its place.
  boxes.forEach((_, i) => {
    if (!places[i] && back[i] && isFree(back[i], i)) places[i] = back[i];
  });
  let left = boxes.flatMap((_, i) => (places[i] ? [] : [i])).sort((a, b) => ideal[a][0] - ideal[b][0]);
  while (left.length) {
    const linked = left.filter((i) => near[i].some((j) => places[j]));
    const now = linked.length ? linked : left;
    const wishes = now.map((i) => wish(i, linked.length ? near[i] : boxes.keys(), ideal, places));
    // Boxes closest to their ideal places are placed first.
    const order = now.map((_, k) => k).sort((a, b) => wishes[a].far - wishes[b].far);
    for (const k of order) places[now[k]] = free(wishes[k], boxes, now[k], places);
    left = left.filter((i) => !places[i]);
  }
  return places;
}

/** The place of a box relative to those others in the ideal layout. */
function wish(i, others, ideal, places) {
  const at = [0, 0];
  let count = 0;
  let side = 0;
  for (const j of others) {
    if (!places[j]) continue;
    at[0] += places[j][0] + ideal[i][0] - ideal[j][0];
    at[1] += places[j][1] + ideal[i][1] - ideal[j][1];
    side += ideal[i][1] - ideal[j][1];
    count++;
  }
  const [x, y] = count ? at.map((sum) => sum / count) : ideal[i];
  return { x, y, side: Math.sign(side), far: Math.abs(side / (count || 1)) };
}

/** The free place nearest to an ideal place; moving sideways costs less than up or down. */
function free({ x, y, side }, boxes, i, places) {
  const { width, height } = boxes[i];
  let best = null;
  let least = Infinity;
  for (let step = 0; step < 200; step++) {
    for (const way of step ? [1, -1] : [0]) {
      const dy = way * step * 12;
      const cost = Math.abs(dy) * (way * side < 0 ? 5 : 2);
      if (cost >= least) continue;
      const taken = boxes.flatMap((box, j) => {
        const place = places[j];
        if (!place || Math.abs(place[1] - y - dy) >= (box.height + height) / 2 + ABOVE) return [];
        // In the same row, or between the rows.
        const reach = (box.width + width) / 2 + BESIDE;
        return [[place[0] - reach, place[0] + reach]];
      });
      for (const at of [x, ...taken.flat()]) {
        if (taken.some(([from, to]) => from < at && at < to)) continue;
        if (cost + Math.abs(at - x) < least) [best, least] = [[at, y + dy], cost + Math.abs(at - x)];
      }
    }
    if (step * 24 >= least) break;
  }
  return best ?? [x, y];
}

const ends = ({ from, to }, boxes, places) =>
  [from, to].flatMap((i) => [...places[i], boxes[i].width, boxes[i].height]).join();

/** Routes for the lines; the previous route is kept where it is still free. */
function routes(boxes, lines, places, memory) {
  const found = lines.map((line) => {
    const known = memory.routes.get(line.key);
    if (!known || known.ends !== ends(line, boxes, places)) return null;
    return isClear(known.route, line, boxes, places) ? known.route : null;
  });
  const left = lines.flatMap((line, i) => (found[i] ? [] : [i]));
  const taken = found.flatMap((way, i) => (way?.label ? [labelBox(way.label, lines[i])] : []));
  places.forEach(([x, y], i) => taken.push([x, y, boxes[i].width, boxes[i].height]));
  route(boxes, left.map((i) => lines[i]), places).forEach((way, k) => {
    const line = lines[left[k]];
    if (way && line.width) {
      way.label = labelPlace(way, line, taken);
      taken.push(labelBox(way.label, line));
    }
    found[left[k]] = way;
  });
  return found;
}

const labelBox = ([x, y], line) => [x, y, line.width, line.height];

/** Whether a line and its text overlap no box other than those at its ends. */
function isClear({ points, label }, line, boxes, places) {
  const way = along(points);
  return places.every(([x, y], i) => {
    if (i === line.from || i === line.to) return true;
    const [w, h] = [boxes[i].width / 2 + 2, boxes[i].height / 2 + 2];
    if (label && Math.abs(label[0] - x) < w + line.width / 2 && Math.abs(label[1] - y) < h + line.height / 2) return false;
    return way.every((point) => Math.abs(point[0] - x) >= w || Math.abs(point[1] - y) >= h);
  });
}

/** A free place for the text of a line, as close to its middle as possible. */
function labelPlace({ points }, line, taken) {
  const way = along(points);
  const covered = ([x, y]) => {
    let sum = 0;
    for (const [left, top, w, h] of taken) {
      const across = (w + line.width) / 2 - Math.abs(left - x);
      const down = (h + line.height) / 2 - Math.abs(top - y);
      if (across > 0 && down > 0) sum += across * down;
    }
    return sum;
  };
  let best = null;
  let least = Infinity;
  const middle = (way.length - 1) / 2;
  const order = way.map((_, k) => k).sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
  for (const k of order) {
    const cost = covered(way[k]);
    if (cost < least) [best, least] = [way[k], cost];
    if (!cost) break;
  }
  return best;
}

/** Points along a curve of Bézier pieces. */
function along(points) {
  const PARTS = 8;
  const way = [points[0]];
  for (let k = 0; k + 3 < points.length; k += 3) {
    const [a, b, c, d] = points.slice(k, k + 4);
    for (let part = 1; part <= PARTS; part++) {
      const t = part / PARTS;
      const s = 1 - t;
      const mix = (n) => s * s * s * a[n] + 3 * s * s * t * b[n] + 3 * s * t * t * c[n] + t * t * t * d[n];
      way.push([mix(0), mix(1)]);
    }
  }
  return way;
}

/** The bounding rectangle. */
function area(boxes, { boxes: places, lines }) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const reach = (x, y, w = 0, h = 0) => {
    [left, top] = [Math.min(left, x - w), Math.min(top, y - h)];
    [right, bottom] = [Math.max(right, x + w), Math.max(bottom, y + h)];
  };
  places.forEach(([x, y], i) => reach(x, y, boxes[i].width / 2 + 4, boxes[i].height / 2 + 12));
  for (const way of lines) way?.points.forEach(([x, y]) => reach(x, y));
  if (!places.length) return { left: 0, top: 0, width: 0, height: 0 };
  return { left, top, width: right - left, height: bottom - top };
}
