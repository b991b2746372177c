// Connects the parts: clicks and keys change a view, which is then drawn.

import { Camera } from "./camera.js";
import { readJson } from "./columns.js";
import { $, h } from "./dom.js";
import { Drawing } from "./draw.js";
import { press } from "./keys.js";
import { ready } from "./layout.js";
import { MemoryMap } from "./map.js";
import { readModel } from "./model.js";
import { Objects } from "./objects.js";
import { Panel } from "./panel.js";
import { Report } from "./report.js";
import { heaviest, search } from "./search.js";
import { Tabs } from "./tabs.js";
import { bytes, number, oneLine, shortened, visible } from "./text.js";
import { ALL, MOST, View } from "./view.js";

/** The smallest zoom at which labels can be read. */
const READABLE = 0.8;

/** The sections of the report that are about cycles. */
const CYCLES = ["garbage", "cycles"];

class App {
  constructor(model, report, screens) {
    this.model = model;
    this.report = report;
    this.screens = screens;
    this.panel = new Panel(model, (...event) => this.act(...event), report);
    this.camera = new Camera($("surface"), $("world"));
    this.drawing = new Drawing($("world"), (...event) => this.act(...event));
    this.views = {
      objects: model.objects && new View(model.objects),
      overview: model.overview && new View(model.overview),
    };
    this.views.overview?.startWithAll();
    this.pathFrom = null;
    this.heading();
    this.listen();
    this.begin();
    this.others();
  }

  /** The screens besides the graph and the report. */
  others() {
    const { objects } = this.model;
    $("tab-objects").hidden = !objects;
    $("tab-map").hidden = !objects?.retained;
    if (!objects) return;
    this.objects = new Objects(this.model, (...event) => this.act(...event));
    if (!objects.retained) return;
    this.map = new MemoryMap(this.model, this.panel.tree, (...event) => this.act(...event));
  }

  /** Called when a screen is shown. */
  shown(name) {
    if (name === "graph" && !this.isFitted) this.fit();
    if (name === "objects") this.objects.open();
    if (name === "map") this.map.open();
  }

  heading() {
    const { about, types } = this.model;
    const parts = [
      `${number(about.vertices)} objects`,
      `${number(about.edges)} references`,
      `${number(about.cycles)} ${about.cycles === 1 ? "cycle" : "cycles"}`,
    ];
    if (about.sizes) parts.push(bytes(types.reduce((sum, type) => sum + type.size, 0)));
    $("summary").textContent = parts.join(" · ");
    if (!about.whole) {
      $("query").disabled = true;
      $("query").placeholder = "overview only: search is not available";
      this.notice(
        "The graph is too large for a page, so this is only an overview of its cycles and types. " +
          "To see single objects, ask for one of them (refcycle why FILE TYPE), or export a part " +
          "of the graph (ancestors or descendants of an object).",
      );
    }
  }

  notice(text) {
    $("notice").textContent = text;
    $("notice").hidden = false;
  }

  begin() {
    const { objects, overview } = this.model;
    if (!objects) {
      this.panel.open("types");
      return this.switchTo("overview");
    }
    const view = this.views.objects;
    if (objects.graph.size <= ALL) {
      view.startWithAll();
      view.selected = objects.target;
    } else if (objects.target !== null) {
      view.startAt(objects.target);
    } else if (overview) {
      this.panel.open("types");
      return this.switchTo("overview");
    } else view.startAt(heaviest(objects));
    view.past = [];
    this.switchTo("objects");
  }

  get view() {
    return this.views[this.mode];
  }

  switchTo(mode) {
    this.mode = mode;
    $("overview").hidden = mode === "overview" || !this.model.overview;
    $("fold").hidden = mode === "overview";
    this.redraw();
    if (this.model.overview && mode === "overview") {
      const { left } = this.model.overview;
      this.say(
        `Cycles, and all other objects by type${left ? `; ${number(left)} thinner lines are left out` : ""}.` +
          (this.model.objects ? " Double-click a box to see its contents." : ""),
      );
    }
  }

  say(text) {
    $("message").textContent = text;
  }

  /** Draws the view. Boxes keep their places; `anchor` always does. */
  redraw(anchor = null) {
    if (this.drawing.view !== this.view) anchor = null;
    this.view.attention = false;
    const before = anchor === null ? null : this.drawing.place(anchor);
    const pinned = before && this.camera.onSurface(before);
    this.drawing.draw(this.view);
    const { area, whole } = this.drawing.placed;
    const now = anchor === null ? null : this.drawing.place(anchor);
    if (area.width) {
      if (!whole) this.follow(area);
      else if (pinned && now) this.keep(now, pinned, area);
      else this.look(area);
    }
    this.selection();
    $("undo").disabled = !this.view.past.length;
    $("fold").setAttribute("aria-pressed", this.view.folding);
    if (!this.drawing.scene.boxes.length) this.say("There is nothing to show.");
  }

  /** Shows the whole picture, or what is asked about if the whole would be too small to read. */
  look(area) {
    this.camera.fit(area);
    const { scene, placed } = this.drawing;
    const centre = scene.centre ?? scene.boxOf.get(this.view.selected);
    if (this.camera.zoom < READABLE && centre !== undefined && this.mode === "objects") {
      const [w, h] = this.camera.size();
      this.camera.pin(placed.boxes[centre], [w / 2, h * 0.6], READABLE);
      this.camera.fill(area);
    }
  }

  keep(place, pinned, area) {
    const { camera } = this;
    camera.pin(place, pinned);
    if (!camera.sees(area) && this.isReadable(area)) camera.fit(area);
  }

  isReadable({ width, height }) {
    const [w, h] = this.camera.size();
    return Math.min((w - 40) / width, (h - 40) / height) >= READABLE;
  }

  /** Scrolls new boxes into view; does not move otherwise. */
  follow(area) {
    const news = this.drawing.news();
    if (!news || this.camera.sees(news)) return;
    if (this.isReadable(area)) this.camera.fit(area);
    else this.camera.bring(news);
  }

  selection() {
    const { view, drawing } = this;
    drawing.emphasize(view);
    const box = view.selected === null ? null : drawing.scene.boxOf.get(view.selected);
    this.box = box === null || box === undefined ? null : drawing.scene.boxes[box];
    this.panel.details(view, this.box);
  }

  select(v) {
    if (this.view.selected === v && this.view.attention === (v !== null)) return;
    this.view.selected = v;
    this.view.attention = v !== null;
    this.selection();
  }

  // Actions.

  act(action, subject, more) {
    if (action === "show") {
      this.screens.open("graph");
      return this.show(subject, more);
    }
    if (action === "finding") return this.finding(subject, more);
    if (action === "type") {
      this.objects.ofType(subject);
      return this.screens.open("objects");
    }
    const { view } = this;
    const box = subject;
    const v = box.vertex;
    switch (action) {
      case "select":
        if (this.camera.dragged) return;
        if (more?.shiftKey && view.selected !== null) this.pathFrom = view.selected;
        if (this.pathFrom !== null) return this.path(v);
        this.panel.open("details");
        return this.select(v);
      case "focus":
        return undefined;
      case "grow":
        return this.grow(box, more);
      case "hide":
        view.hide(box.members);
        return this.redraw(view.centre);
      case "unfold":
        view.remember();
        for (const w of box.members) view.unfolded.add(w);
        view.selected = v;
        return this.redraw(v);
      case "start":
        view.startAt(v);
        return this.redraw();
      case "path":
        this.pathFrom = v;
        return this.say("Click the other end of the path, or search for it. Press Esc to cancel.");
      case "root":
        return this.fromRoot(v);
      case "open":
        return this.open(box);
    }
  }

  /** Shows the objects of a finding in the graph: a cycle alone, others with what is near. */
  finding({ vertices }, section) {
    this.screens.open("graph");
    const view = this.views.objects;
    view.startAt(vertices[0]);
    if (CYCLES.includes(section)) view.shown.clear();
    for (const v of vertices) view.shown.add(v);
    if (vertices.length === 2) view.showPath(...vertices);
    this.switchTo("objects");
    this.panel.open("details");
    return this.say("");
  }

  /** Shows the shortest path from an object that is held from outside. */
  fromRoot(v) {
    const path = this.panel.roots.path(v);
    if (!path) return this.say("No object that is known to be held from outside leads to it.");
    const { view } = this;
    view.remember();
    for (const w of path) view.shown.add(w);
    view.path = path;
    view.selected = v;
    this.redraw(v);
    const steps = path.length - 1;
    const held = this.model.objects.holders.get(path[0]);
    return this.say(`${number(steps)} ${steps === 1 ? "reference" : "references"} from an object that is ${visible(held)}`);
  }

  open(box) {
    if (this.mode === "overview") {
      if (!this.model.objects) return;
      const first = this.model.overview.firsts[box.vertex];
      this.views.objects.startAt(first);
      this.switchTo("objects");
      this.say("");
    } else if (box.members.length > 1) this.act("unfold", box);
    else this.grow(box, "in", "out");
  }

  grow(box, ...directions) {
    const { view } = this;
    let added = 0;
    for (const direction of directions) added += view.grow(box.members, direction);
    view.selected = box.vertex;
    this.redraw(box.vertex);
    if (added) this.say(`${number(added)} more`);
    else if (view.shown.size >= MOST) {
      this.say(`${number(MOST)} objects are shown, the most that a picture can show. Hide some, or start over from one.`);
    } else this.say("All of these are already shown.");
  }

  show(v, event) {
    if (this.pathFrom === null && event?.shiftKey && this.mode === "objects") {
      this.pathFrom = this.view.selected;
    }
    if (this.mode !== "objects") {
      this.views.objects.startAt(v);
      this.switchTo("objects");
      return this.say("");
    }
    if (this.pathFrom !== null) return this.path(v);
    const { view } = this;
    const anchor = view.selected ?? view.centre;
    const there = view.shown.has(v);
    if (!there && view.shown.size >= MOST) view.startAt(v);
    else view.show(v);
    view.selected = v;
    this.redraw(there ? v : anchor);
    this.reveal(v);
  }

  /** Scrolls a box into view. */
  reveal(v) {
    const place = this.drawing.place(v);
    if (!place) return;
    const [x, y] = this.camera.onSurface(place);
    const [w, h] = this.camera.size();
    if (x < 60 || y < 40 || x > w - 60 || y > h - 40) this.camera.pin(place, [w / 2, h / 2]);
  }

  path(to) {
    const from = this.pathFrom;
    this.pathFrom = null;
    const { view } = this;
    const path = view.showPath(from, to);
    if (!path) {
      return this.say("No path connects these two objects, in either direction.");
    }
    view.selected = null;
    this.redraw(from);
    const { graph } = view.model;
    const name = (v) => shortened(oneLine(graph.label(v)), 30);
    const steps = path.length - 1;
    this.say(`${number(steps)} ${steps === 1 ? "reference leads" : "references lead"} from ${name(path[0])} to ${name(path.at(-1))}`);
  }

  undo() {
    if (this.view.undo()) this.redraw(this.view.selected ?? this.view.centre);
  }

  toggleFolding() {
    this.view.remember();
    this.view.folding = !this.view.folding;
    this.view.unfolded.clear();
    this.redraw(this.view.selected ?? this.view.centre);
  }

  fit() {
    // A graph on a hidden screen has no size.
    this.isFitted = this.screens.name === "graph";
    const { area } = this.drawing.placed;
    if (area.width && this.isFitted) this.camera.fit(area);
  }

  /** Computes a new layout, which may be clearer after many clicks. */
  arrange() {
    this.view.memory.loosen();
    this.redraw(this.view.selected ?? this.view.centre);
  }

  clear() {
    this.pathFrom = null;
    this.say("");
    const { view } = this;
    if (view.path.length) {
      view.path = [];
      this.redraw(view.selected ?? view.centre);
    }
    this.select(null);
  }

  // Keys and buttons.

  listen() {
    $("undo").addEventListener("click", () => this.undo());
    $("fold").addEventListener("click", () => this.toggleFolding());
    $("fit").addEventListener("click", () => this.fit());
    $("arrange").addEventListener("click", () => this.arrange());
    $("overview").addEventListener("click", () => this.switchTo("overview"));
    $("surface").addEventListener("click", (event) => {
      if (event.target === $("surface") && !this.camera.dragged) this.clear();
    });
    $("search").addEventListener("submit", (event) => {
      event.preventDefault();
      this.find();
      $("pane-found").querySelector(".item")?.click();
    });
    let waiting;
    $("query").addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => this.find(), 120);
    });
    document.addEventListener("keydown", (event) => press(this, event));
    window.addEventListener("resize", () => this.fit());
  }

  find() {
    const text = $("query").value.trim();
    if (!text || !this.model.objects) return;
    this.screens.open("graph");
    this.panel.found(text, search(this.model.objects, text));
  }

  /** Selects the next box in a direction, or pans. */
  step(dx, dy) {
    const { view, drawing } = this;
    const here = view.selected === null ? null : drawing.place(view.selected);
    if (!here) return this.camera.panBy(-80 * dx, -80 * dy);
    let best = null;
    let least = Infinity;
    drawing.placed.boxes.forEach(([x, y], i) => {
      const along = (x - here[0]) * dx + (y - here[1]) * dy;
      const across = Math.abs((x - here[0]) * dy) + Math.abs((y - here[1]) * dx);
      const cost = along + 2 * across;
      if (along > 8 && cost < least) [best, least] = [i, cost];
    });
    if (best === null) return undefined;
    this.select(drawing.scene.boxes[best].vertex);
    return this.reveal(view.selected);
  }
}

/** The kinds of boxes, with their colours. */
function legend(about) {
  const entries = about.kinds.map((kind) => h("li", {}, h("span", { class: `dot ${kind}` }), ` ${kind}`));
  const line = (kind, text) => h("li", {}, h("span", { class: `stroke ${kind}` }), ` ${text}`);
  $("legend").replaceChildren(...entries, line("cyclic", "reference on a cycle"), line("path", "path"), line("cut", "reference to cut"));
}

/** Lets the browser paint what is there. */
const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

const parsed = () =>
  new Promise((resolve) => {
    if (document.readyState !== "loading") resolve();
    else document.addEventListener("DOMContentLoaded", resolve);
  });

async function main() {
  const about = readJson("about");
  document.title = about.title;
  $("title").textContent = visible(about.title);
  $("summary").textContent = `${number(about.vertices)} objects · ${number(about.edges)} references`;
  legend(about);
  $("help").addEventListener("click", () => $("keys").showModal());
  let app = null;
  let waiting = null;
  const report = new Report(document.getElementById("report") ? readJson("report") : [], about.whole, (...event) => {
    // What is clicked before the graph is read is done afterwards.
    if (app) app.act(...event);
    else waiting = event;
  });
  const screens = new Tabs($("screens"), (name) => app?.shown(name));
  if (report.sections.length) report.show();
  $("tab-report").hidden = !report.sections.length;
  screens.open(report.isFirst && about.target === null ? "report" : "graph");
  document.documentElement.dataset.report = "true";
  await parsed();
  await painted();
  const model = readModel(about);
  if (model.objects) model.objects.cut = report.cut;
  await ready();
  app = new App(model, report, screens);
  if (waiting) app.act(...waiting);
  document.documentElement.dataset.ready = "true";
}

main().catch((error) => {
  console.error(error);
  $("message").textContent = `Cannot show this page: ${error.message}`;
});
