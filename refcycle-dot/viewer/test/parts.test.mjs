// The parts that need no browser.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cyclesWithoutModules } from "../src/cycles.js";
import { Dominators } from "../src/dominators.js";
import { fold } from "../src/fold.js";
import { Graph } from "../src/graph.js";
import { levels } from "../src/levels.js";
import { Roots } from "../src/roots.js";
import { bytes, bytesOf, fitting, isName, linesOf, percent, shortened, visible } from "../src/text.js";
import { sideBySide, squarified } from "../src/treemap.js";

const graph = (size, edges) => {
  const sorted = edges.toSorted((a, b) => a[0] - b[0]);
  const starts = new Uint32Array(size + 1);
  for (const [tail] of edges) starts[tail + 1]++;
  for (let v = 0; v < size; v++) starts[v + 1] += starts[v];
  const texts = ["", "a", "b"];
  return new Graph({
    starts,
    heads: Uint32Array.from(sorted, ([, head]) => head),
    names: Uint32Array.from(sorted, ([, , name]) => (name ? texts.indexOf(name) + 1 : 0)),
    texts,
    labels: new Uint32Array(size),
  });
};

test("siblings with the same ends are folded when there are three", () => {
  const links = [[0, 1], [0, 2], [0, 3], [0, 4], [4, 5], [0, 6], [6, 6]];
  const type = (v) => (v === 0 ? "list" : "int");
  const all = [0, 1, 2, 3, 4, 5, 6];
  assert.deepEqual(fold(all, links, type, new Set()), [[0], [1, 2, 3], [4], [5], [6]]);
  assert.deepEqual(fold(all, links, type, new Set([2])), [[0], [1], [3], [2], [4], [5], [6]]);
});

test("what refers to the centre is above it", () => {
  const lines = [[0, 1], [1, 2], [2, 3], [0, 4], [5, 3]];
  assert.deepEqual(levels(7, lines, 2), [-2, -1, 0, 1, -1, 0, null]);
  assert.deepEqual(levels(2, [[0, 1]], null), [null, null]);
});

test("paths are shortest and follow the references", () => {
  const sample = graph(6, [[0, 1], [1, 2], [2, 3], [0, 4], [4, 3]]);
  assert.deepEqual(sample.path(0, 3), [0, 4, 3]);
  assert.deepEqual(sample.path(2, 2), [2]);
  assert.equal(sample.path(3, 0), null);
  assert.equal(sample.path(0, 5), null);
});

test("parallel references are counted by name", () => {
  const sample = graph(2, [[0, 1, "a"], [0, 1, "a"], [0, 1, "b"], [0, 1]]);
  const { names, more } = sample.namesBetween(0, 1, 2);
  assert.deepEqual([...names], [["a", 2], ["b", 1]]);
  assert.equal(more, 1);
  assert.deepEqual([...sample.neighbours(0, "out")], [1]);
  assert.deepEqual([...sample.neighbours(1, "in")], [0]);
  assert.equal(sample.inDegree(1), 4);
});

test("texts are cut between characters and made visible", () => {
  assert.equal(shortened("😀".repeat(9), 5), "😀😀😀😀…");
  assert.equal(shortened("short", 5), "short");
  assert.equal(visible("a\u0000\u202eb"), "a\\x00\\u202eb");
  assert.deepEqual([999, 1000, 9960, 123456, 999600].map(bytes), ["999 B", "1.0 kB", "10 kB", "123 kB", "1.0 MB"]);
});

test("a box has two lines", () => {
  assert.deepEqual(linesOf("object\npkg.mod.Class", "Class", "object"), ["pkg.mod", "Class"]);
  assert.deepEqual(linesOf("'text'", "str", "value"), ["str", "'text'"]);
  // A module of this name is no object.
  assert.deepEqual(linesOf("object\npkg.mod", "module", "module"), ["object", "pkg.mod"]);
  assert.deepEqual(linesOf("dict (2 items)", "dict", "container"), ["", "dict (2 items)"]);
});

test("the parts of a treemap have the areas of their sizes and fill the rectangle", () => {
  const sizes = [6, 6, 4, 3, 2, 2, 1];
  const parts = squarified(sizes, { x: 0, y: 0, width: 6, height: 4 });
  parts.forEach(({ width, height }, i) => assert.ok(Math.abs(width * height - sizes[i]) < 1e-9));
  // The example of the paper: the first column has the two largest.
  assert.deepEqual(parts[0], { x: 0, y: 0, width: 3, height: 2 });
  assert.deepEqual(parts[1], { x: 0, y: 2, width: 3, height: 2 });
  assert.ok(parts.every(({ width, height }) => Math.max(width / height, height / width) < 3.1));
  assert.deepEqual(squarified([], { x: 0, y: 0, width: 1, height: 1 }), []);
  assert.equal(squarified([1, 0], { x: 0, y: 0, width: 1, height: 1 })[0].width, 1);
});

test("the parts of an icicle lie side by side", () => {
  const parts = sideBySide([3, 1], 8, { x: 10, y: 5, width: 80, height: 20 });
  assert.deepEqual(parts, [
    { x: 10, y: 5, width: 30, height: 20 },
    { x: 40, y: 5, width: 10, height: 20 },
  ]);
});

test("paths from roots are shortest", () => {
  const sample = graph(6, [[0, 1], [1, 2], [2, 3], [4, 2], [3, 0]]);
  const roots = new Roots({ graph: sample, holders: new Map([[0, "a"], [4, "b"]]) });
  assert.deepEqual(roots.path(3), [4, 2, 3]);
  assert.deepEqual(roots.path(0), [0]);
  assert.equal(roots.path(5), null);
  assert.deepEqual(roots.nearest([5, 3, 2, 1]), [1, 2, 3, 5]);
});

test("dominators are a tree", () => {
  const sample = graph(4, []);
  const tree = new Dominators({ dominators: Uint32Array.of(0, 1, 1, 3), retained: [9, 2, 5, 3], graph: sample });
  assert.deepEqual([...tree.children(0)], [0]);
  assert.deepEqual([...tree.children(1)], [2, 1]);
  assert.deepEqual(tree.path(3), [0, 2]);
  assert.equal(tree.count(3), 1);
});

test("sizes and shares are read and written", () => {
  assert.deepEqual(["10 kB", "1.5M", "300", "2 gb", "x", ""].map(bytesOf), [10_000, 1.5e6, 300, 2e9, 0, 0]);
  assert.deepEqual([0.004, 0.0994, 0.5].map(percent), ["0.4%", "9.9%", "50%"]);
  assert.ok(isName("app.models.Model7", "model7") && !isName("app.models.Model70", "model7"));
});

/** Cycles among objects of these kinds; all are in one component. */
const cycles = (kinds, edges) => {
  const objects = graph(kinds.length, edges);
  const named = (edge) => (objects.names[edge] ? "__dict__" : "");
  return [
    ...cyclesWithoutModules({
      graph: Object.assign(objects, { name: named }),
      component: new Uint32Array(kinds.length).fill(1),
      kindOf: (v) => kinds[v],
    }),
  ];
};

test("a cycle with a module or its namespace does not count", () => {
  const kinds = ["module", "container", "function", "object"];
  const edges = [[0, 1, "a"], [1, 2], [2, 1], [1, 3], [3, 2]];
  assert.deepEqual(cycles(kinds, edges), [0, 0, 0, 0]);
  // The same without a module.
  assert.deepEqual(cycles(["object", ...kinds.slice(1)], edges), [0, 1, 1, 1]);
  // A container that is no namespace.
  assert.deepEqual(cycles(kinds, [[0, 1], [1, 2], [2, 1]]), [0, 1, 1, 0]);
});

test("cycles without modules are numbered apart", () => {
  const kinds = ["module", "object", "object", "object", "object", "object"];
  const edges = [[0, 1], [1, 0], [1, 2], [2, 1], [2, 3], [3, 0], [4, 4], [3, 5]];
  const [module, one, other, none, itself, leaf] = cycles(kinds, edges);
  assert.deepEqual([module, none, leaf], [0, 0, 0]);
  assert.ok(one > 0 && one === other && itself > 0 && itself !== one);
});

test("a long cycle needs no deep stack", () => {
  const size = 200_000;
  const edges = Array.from({ length: size }, (_, v) => [v, (v + 1) % size]);
  const found = cycles(new Array(size).fill("object"), edges);
  assert.ok(found.every((number) => number === 1));
});

test("of a name that does not fit, the end is kept", () => {
  const fits = (label, ...rooms) => rooms.map((room) => fitting(label, room));
  const dict = "dict (24 items)\nglobals of app.views";
  assert.deepEqual(fits(dict, 40, 20, 9, 5, 4, 3), ["dict (24 items) globals of app.views", "globals of app.views", "app.views", "views", "vie…", ""]);
  assert.deepEqual(fits("class pandas.core.Frame", 17, 10, 5), ["pandas.core.Frame", "core.Frame", "Frame"]);
  assert.deepEqual(fits("function work at app.py:7", 17, 4), ["work at app.py:7", "work"]);
  assert.deepEqual(fits("3,000 smaller: app.Session", 14, 7, 6), ["3,000 Session", "Session", "Sessi…"]);
  assert.deepEqual(fits("list (3 items)", 8), ["list (3…"]);
  assert.deepEqual(fits("12345", 4), [""]);
  assert.deepEqual(fits("linecache.cache['/srv/app.py']", 20, 6), ["cache['/srv/app.py']", "cache…"]);
  assert.deepEqual(fits("/srv/app.py", 5), ["/srv…"]);
  assert.deepEqual(fits("app.a\u202eb", 9), ["a\\u202eb"]);
});
