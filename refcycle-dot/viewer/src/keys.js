// What keys do.

import { $ } from "./dom.js";

const SCREENS = ["report", "graph", "objects", "map"];

/** A key on any screen. */
export function press(app, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || $("keys").open) return;
  if (event.target.tagName === "INPUT") {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const screen = SCREENS[event.key - 1];
  if (screen && !$(`tab-${screen}`).hidden) return app.screens.open(screen);
  if (event.key === "/") {
    event.preventDefault();
    return $("query").focus();
  }
  if (event.key === "?") return $("keys").showModal();
  if (app.screens.name === "graph") pressInGraph(app, event);
}

function pressInGraph(app, event) {
  const { box } = app;
  const focused = event.target.dataset?.vertex;
  const onBox = event.target.classList?.contains("box");
  const arrows = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
  const onItem = event.target.tagName === "BUTTON";
  if (onItem && (event.key === "Enter" || event.key === " ")) return;
  // These scroll what has the focus.
  if (arrows[event.key] && event.target.matches?.(".pane, .chain")) return;
  if (arrows[event.key]) app.step(...arrows[event.key]);
  else if ((event.key === "Enter" || event.key === " ") && onBox && box?.vertex !== Number(focused)) {
    app.act("select", app.drawing.scene.boxes[app.drawing.scene.boxOf.get(Number(focused))]);
  } else if (event.key === "Escape") app.clear();
  else if (event.key === "f" || event.key === "0") app.fit();
  else if (event.key === "a") app.arrange();
  else if (event.key === "+" || event.key === "=") app.camera.zoomBy(1.25);
  else if (event.key === "-") app.camera.zoomBy(0.8);
  else if (event.key === "z") app.undo();
  else if (event.key === "g" && app.mode === "objects") app.toggleFolding();
  else if (!box) return;
  else if (event.key === "Enter") app.open(box);
  else if (app.mode === "overview") return;
  else if (event.key === "r" || event.key === "i") app.grow(box, "in");
  else if (event.key === "o") app.grow(box, "out");
  else if (event.key === "h" || event.key === "Delete") app.act("hide", box);
  else if (event.key === "s") app.act("start", box);
  else if (event.key === "p") app.act("path", box);
  else if (event.key === "w") app.act("root", box);
  else return;
  event.preventDefault();
}
