// A list of tabs: one is chosen, arrow keys move between them, each has its panel.

import { $ } from "./dom.js";

export class Tabs {
  /** `list` is the element with the tabs; `chosen(name)` is called after a panel was shown. */
  constructor(list, chosen) {
    this.list = list;
    this.chosen = chosen;
    this.tabs = [...list.querySelectorAll("[role=tab]")];
    this.name = null;
    for (const tab of this.tabs) {
      const panel = $(tab.getAttribute("aria-controls"));
      panel.setAttribute("aria-labelledby", tab.id);
      tab.addEventListener("click", () => this.open(tab.dataset.tab));
    }
    list.addEventListener("keydown", (event) => this.key(event));
  }

  open(name) {
    this.name = name;
    for (const tab of this.tabs) {
      const isChosen = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", isChosen);
      tab.tabIndex = isChosen ? 0 : -1;
      $(tab.getAttribute("aria-controls")).hidden = !isChosen;
    }
    this.chosen(name);
  }

  key(event) {
    const shown = this.tabs.filter((tab) => !tab.hidden);
    const here = shown.indexOf(document.activeElement);
    const steps = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: shown.length - 1 };
    if (here < 0 || !(event.key in steps)) return;
    event.preventDefault();
    event.stopPropagation();
    const next = shown[(steps[event.key] + shown.length) % shown.length];
    next.focus();
    this.open(next.dataset.tab);
  }
}
