// Where boxes and lines go. Graphviz is given sizes, never a label.

import { Graphviz } from "@hpcc-js/wasm-graphviz";
import { levels } from "./levels.js";

let graphviz = null;

export async function ready() {
  graphviz = await Graphviz.load();
}

const INCH = 72;

/** More lines than these are drawn straight, and more than those in a ring. */
const HURRY = 220;
const RING = 420;

/**
 * Lays out boxes ({width, height}) and lines ({from, to, width, height}, with the size of
 * the text); `centre` is the box that the picture is about, or null; `sideways` puts what
 * is referred to at the right rather than below.
 */
export function layout(boxes, lines, centre, sideways) {
  if (!boxes.length) return { boxes: [], lines: [], width: 0, height: 0 };
  if (lines.length > RING) return ring(boxes, lines);
  try {
    return layered(boxes, lines, centre, sideways);
  } catch (error) {
    console.warn("the layout failed, so the boxes stand in a ring", error);
    return ring(boxes, lines);
  }
}

function layered(boxes, lines, centre, sideways) {
  const level = levels(
    boxes.length,
    lines.map((line) => [line.from, line.to]),
    centre,
  );
  const order = boxes.map((_, i) => i).sort((a, b) => (level[a] ?? 0) - (level[b] ?? 0) || a - b);
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
    // What leads up is laid out as if it led down: the levels stay.
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

const inches = (points) => (points / INCH).toFixed(3);

function read(drawn, boxes, lines) {
  const [, , width, height] = drawn.bb.split(",").map(Number);
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
    // A spline may come in pieces; the first is the whole of it here.
    for (const part of edge.pos.split(";")[0].split(" ")) {
      if (part.startsWith("s,")) start = point(part.slice(2));
      else if (part.startsWith("e,")) end = point(part.slice(2));
      else points.push(point(part));
    }
    if (start) points = points.reverse();
    routes[line] = { points, tip: start ?? end, label: edge.lp ? point(edge.lp) : null };
  }
  return { boxes: placed, lines: routes, width, height };
}

function ring(boxes, lines) {
  const widest = Math.max(...boxes.map((box) => box.width));
  const radius = Math.max(160, (boxes.length * (widest + 24)) / (2 * Math.PI));
  const centre = radius + widest / 2;
  const placed = boxes.map((_, i) => {
    const angle = (2 * Math.PI * i) / boxes.length - Math.PI / 2;
    return [centre + radius * Math.cos(angle), centre + radius * Math.sin(angle)];
  });
  const routes = lines.map(({ from, to }) => {
    if (from === to) return null;
    const [a, b] = [placed[from], placed[to]];
    const start = border(a, b, boxes[from]);
    const tip = border(b, a, boxes[to]);
    return { points: [start, start, tip, tip], tip: null, label: null };
  });
  return { boxes: placed, lines: routes, width: 2 * centre, height: 2 * centre };
}

/** Where the way from the middle of a box to another point leaves the box. */
function border([x, y], [toX, toY], { width, height }) {
  const [dx, dy] = [toX - x, toY - y];
  const part = Math.min(
    dx ? width / 2 / Math.abs(dx) : Infinity,
    dy ? height / 2 / Math.abs(dy) : Infinity,
  );
  return Number.isFinite(part) ? [x + dx * part, y + dy * part] : [x, y];
}
