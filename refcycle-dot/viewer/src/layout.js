// Layout by Graphviz, which gets only sizes, never a label.

import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { levels } from "./levels.js";

let graphviz = null;

export async function ready() {
  graphviz = await Graphviz.load();
}

const INCH = 72;

/** Above the first number of lines they are straight; above the second, boxes form a ring. */
const HURRY = 220;
export const MANY = 420;

/**
 * Lays out boxes ({width, height}) and lines ({from, to, width, height}, with the size of
 * the text). `centre` is the central box, or null. `sideways` puts referents to the right
 * instead of below. `across` has the previous horizontal order of the boxes, if any.
 */
export function layout(boxes, lines, centre, sideways, across = []) {
  if (!boxes.length) return { boxes: [], lines: [] };
  if (lines.length > MANY) return ring(boxes, lines);
  try {
    return layered(boxes, lines, centre, sideways, across);
  } catch (error) {
    console.warn("the layout failed, so the boxes stand in a ring", error);
    return ring(boxes, lines);
  }
}

function layered(boxes, lines, centre, sideways, across) {
  const level = levels(
    boxes.length,
    lines.map((line) => [line.from, line.to]),
    centre,
  );
  const order = boxes.map((_, i) => i).sort(
    (a, b) =>
      (level[a] ?? 0) - (level[b] ?? 0) || (across[a] ?? 0) - (across[b] ?? 0) || a - b,
  );
  const hurry = lines.length > HURRY;
  let dot = `digraph G { graph [nodesep=0.3, ranksep=0.5, newrank=true${
    sideways ? ", rankdir=LR, nodesep=0.2, ranksep=0.7" : ""
  }${
    hurry ? ", nslimit=0.3, nslimit1=0.3, mclimit=0.2, splines=line" : ""
  }]; node [shape=box, fixedsize=true, label=""]; edge [arrowsize=0.6];\n`;
  for (const i of order) {
    const { width, height } = boxes[i];
    dot += `${i} [width=${inches(width)}, height=${inches(height)}];\n`;
  }
  lines.forEach((line, i) => {
    // A line that points up is reversed for the layout, so that the levels are kept.
    const up = (level[line.from] ?? 0) > (level[line.to] ?? 0);
    const [from, to] = up ? [line.to, line.from] : [line.from, line.to];
    dot += `${from} -> ${to} [comment=${i}${up ? ", dir=back" : ""}${line.strong ? ", weight=4" : ""}`;
    if (line.width && !hurry) {
      dot += `, label=<<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="0" CELLSPACING="0"><TR><TD FIXEDSIZE="TRUE" WIDTH="${Math.ceil(line.width)}" HEIGHT="${Math.ceil(line.height)}"></TD></TR></TABLE>>`;
    }
    dot += "];\n";
  });
  dot += "}";
  return read(JSON.parse(graphviz.layout(dot, "json0", "dot")), boxes, lines);
}

/**
 * Routes for some lines between placed boxes, around the boxes if there are not too many.
 */
export function route(boxes, lines, places) {
  if (!lines.length) return [];
  try {
    return routed(boxes, lines, places);
  } catch (error) {
    console.warn("no way was found round the boxes, so the lines are straight", error);
    return lines.map((line) => straight(line, boxes, places));
  }
}

function routed(boxes, lines, places) {
  const curved = lines.length * boxes.length < 4000;
  let dot = `digraph G { graph [splines=${curved}, esep="+4"]; node [shape=box, fixedsize=true, label=""]; edge [arrowsize=0.6];\n`;
  boxes.forEach(({ width, height }, i) => {
    const [x, y] = places[i];
    dot += `${i} [width=${inches(width)}, height=${inches(height)}, pos="${x.toFixed(2)},${(-y).toFixed(2)}"];\n`;
  });
  lines.forEach(({ from, to }, i) => {
    dot += `${from} -> ${to} [comment=${i}];\n`;
  });
  const drawn = read(JSON.parse(graphviz.layout(`${dot}}`, "json0", "nop")), boxes, lines);
  // Graphviz moves all boxes to a different origin.
  const [dx, dy] = [0, 1].map((n) => places[0][n] - drawn.boxes[0][n]);
  const back = (point) => point && [point[0] + dx, point[1] + dy];
  return drawn.lines.map(
    (way, i) =>
      (way && { points: way.points.map(back), tip: back(way.tip), label: null }) ??
      straight(lines[i], boxes, places),
  );
}

const inches = (points) => (points / INCH).toFixed(3);

function read(drawn, boxes, lines) {
  const height = Number(drawn.bb.split(",")[3]);
  const point = (text) => {
    const [x, y] = text.split(",").map(Number);
    return [x, height - y];
  };
  const placed = boxes.map(() => [0, 0]);
  for (const object of drawn.objects ?? []) placed[Number(object.name)] = point(object.pos);
  const routes = lines.map(() => null);
  for (const edge of drawn.edges ?? []) {
    const line = Number(edge.comment);
    let start = null;
    let end = null;
    let points = [];
    // A spline may have several pieces; here there is only one.
    for (const part of edge.pos.split(";")[0].split(" ")) {
      if (part.startsWith("s,")) start = point(part.slice(2));
      else if (part.startsWith("e,")) end = point(part.slice(2));
      else points.push(point(part));
    }
    if (start) points = points.reverse();
    routes[line] = { points, tip: start ?? end, label: edge.lp ? point(edge.lp) : null };
  }
  return { boxes: placed, lines: routes };
}

function ring(boxes, lines) {
  const widest = Math.max(...boxes.map((box) => box.width));
  const radius = Math.max(160, (boxes.length * (widest + 24)) / (2 * Math.PI));
  const centre = radius + widest / 2;
  const placed = boxes.map((_, i) => {
    const angle = (2 * Math.PI * i) / boxes.length - Math.PI / 2;
    return [centre + radius * Math.cos(angle), centre + radius * Math.sin(angle)];
  });
  return { boxes: placed, lines: lines.map((line) => straight(line, boxes, placed)) };
}

function straight({ from, to }, boxes, places) {
  if (from === to) return null;
  const [a, b] = [places[from], places[to]];
  const start = border(a, b, boxes[from]);
  const tip = border(b, a, boxes[to]);
  return { points: [start, start, tip, tip], tip: null, label: null };
}

/** Where the line from the middle of a box to another point crosses the border of the box. */
function border([x, y], [toX, toY], { width, height }) {
  const [dx, dy] = [toX - x, toY - y];
  const part = Math.min(
    dx ? width / 2 / Math.abs(dx) : Infinity,
    dy ? height / 2 / Math.abs(dy) : Infinity,
  );
  return Number.isFinite(part) ? [x + dx * part, y + dy * part] : [x, y];
}
