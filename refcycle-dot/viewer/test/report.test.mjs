// The report, the table of objects and the map, in a real Chromium.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import { hasFound, inBrowser, missing, shot } from "./browser.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The rules of WCAG 2.1 AA and of good practice that the page breaks, with the elements. */
async function broken(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160))}`);
}

/** The smallest font of a text that is shown, in points of the page. */
const smallest = (page) =>
  page.evaluate(() => {
    const sizes = [...document.querySelectorAll("main *, header *")]
      .filter((element) => element.checkVisibility() && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
      .map((element) => parseFloat(getComputedStyle(element).fontSize));
    return Math.min(...sizes);
  });

describe("the report", { skip: missing }, () => {
  const opened = inBrowser();
  const bold = (page) => page.locator(".box .bold").allTextContents();

  test("a large heap opens with it", opened("report", async (page) => {
    assert.equal(await page.locator("#tab-report").getAttribute("aria-selected"), "true");
    assert.ok(!(await page.locator("#screen-graph").isVisible()));
    const titles = await page.locator(".report h2").allTextContents();
    assert.deepEqual(titles, ["Leak suspects", "Garbage", "Memory of the process", "Largest types"]);
    const cells = (key) => page.locator(`[data-section=${key}] tbody tr`).first().locator("td");
    assert.deepEqual((await cells("process").allTextContents()).slice(0, 2), ["61 MB", "61%"]);
    // The account is no finding: it is folded until one asks for it.
    const account = page.locator("[data-section=process] table");
    assert.ok(!(await account.isVisible()));
    await page.getByRole("button", { name: "Memory of the process 1" }).click();
    assert.ok(await account.isVisible());
    const [retained, share, count, what] = await cells("suspects").allTextContents();
    assert.deepEqual([retained, share, count], ["82 kB", "42%", "1"]);
    assert.match(what, /^object app\.models\.Model0accumulated in dict/);
    assert.ok(await page.locator("[data-section=suspects] .chain").isVisible());
    assert.match(await page.locator("[data-section=garbage] .fix").textContent(), /make `Model10\.parent` a weak reference/);
    await shot(page, "report");
  }));

  test("each line leads into the graph", opened("report", async (page) => {
    await page.locator("[data-section=garbage] .link").click();
    assert.ok(await page.locator("#screen-graph").isVisible());
    // The cycle and nothing else.
    assert.deepEqual(await bold(page), ["Model10", "Model10"]);
    assert.equal(await page.locator(".line.cyclic").count(), 2);
    // The reference that the fix removes, and no other one.
    assert.equal(await page.locator(".line.cut").count(), 1);
    const dashes = (line) => page.locator(line).evaluate((route) => getComputedStyle(route).strokeDasharray);
    assert.equal(await dashes(".line.cut .route"), "6px, 4px");
    assert.equal(await dashes(".line:not(.cut) .route"), "none");
    await page.keyboard.press("1");
    await page.locator("[data-section=suspects] .link").click();
    assert.equal(await page.locator("#pane-details h2").textContent(), "object app.models.Model0");
    assert.ok((await page.locator(".box.path").count()) >= 2);
    assert.match(await page.locator("#pane-details dl").textContent(), /rootrunning in thread MainThread/);
    await page.keyboard.press("1");
    await page.locator("[data-section=types] .link").click();
    assert.equal(await page.locator("#objects-count").textContent(), "5 objects");
    const types = await page.locator(".type-cell").allTextContents();
    assert.deepEqual(types, new Array(5).fill("app.models.Model7"));
  }));

  test("the overview comes on demand", opened("report", async (page) => {
    await page.locator("#tab-graph").click();
    assert.ok((await bold(page)).includes("dict × 200"));
  }));

  test("it is there although the graph is too large", opened("report-cut", async (page) => {
    assert.ok(await page.locator("[data-section=suspects]").isVisible());
    // Nothing can be opened, so the answers are in the report.
    assert.equal(await page.locator(".report .link").count(), 0);
    const fixes = await page.locator("[data-section=garbage] .fix").allTextContents();
    assert.deepEqual(fixes, ["to cut it: make `Model10.parent` a weak reference", "make `Model10.parent` a weak reference"]);
    assert.equal(await page.locator("[data-section=garbage] details summary").textContent(), "object app.models.Model10 is garbage");
    assert.ok(!(await page.locator("#tab-objects").isVisible()));
    await page.locator("#tab-graph").click();
    assert.match(await page.locator("#notice").textContent(), /too large for a page.*refcycle why FILE TYPE/);
  }));

  test("cycles are texts with what to cut", opened("report", async (page) => {
    await page.keyboard.press("2");
    await page.locator("#tab-cycles").click();
    assert.equal(await page.locator("#pane-cycles .link").textContent(), "Model10.parent -> Model10.children -> Model10");
    assert.match(await page.locator("#pane-cycles .fix").textContent(), /^to cut it: /);
  }));

  test("tabs follow the arrow keys", opened("report", async (page) => {
    await page.locator("#tab-report").focus();
    await page.keyboard.press("ArrowRight");
    assert.ok(await page.locator("#screen-graph").isVisible());
    assert.equal(await page.evaluate(() => document.activeElement.id), "tab-graph");
    await page.keyboard.press("End");
    assert.equal(await page.evaluate(() => document.activeElement.id), "tab-map");
    await page.keyboard.press("ArrowRight");
    assert.equal(await page.evaluate(() => document.activeElement.id), "tab-report");
    assert.equal(await page.locator("#tab-map").getAttribute("tabindex"), "-1");
  }));

  test("objects are sorted and filtered", opened("report", async (page) => {
    await page.keyboard.press("3");
    assert.equal(await page.locator("#objects-count").textContent(), "2,000 objects");
    await page.locator("#filter-type").fill("Model7");
    await page.getByText("5 objects", { exact: true }).waitFor();
    await page.locator("#filter-type").fill("");
    await page.locator("#filter-name").fill("handler_12");
    // handler_12 and handler_120 to handler_129.
    await page.getByText("11 objects", { exact: true }).waitFor();
    await page.locator("#filter-name").fill("");
    await page.locator("#filter-cycle").check();
    await page.getByText("6 objects", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Bytes" }).click();
    const sizes = await page.locator("#objects-table td:nth-child(4)").allTextContents();
    const numbers = sizes.map((size) => Number.parseInt(size, 10));
    assert.deepEqual(numbers, numbers.toSorted((a, b) => b - a));
    await shot(page, "objects");
    await page.locator("#objects-table .link").first().click();
    assert.ok(await page.locator(".box.selected").isVisible());
  }));

  test("the map goes down and up again", opened("report", async (page) => {
    await page.keyboard.press("4");
    const labels = () => page.locator("#map .part").evaluateAll((parts) => parts.map((part) => part.getAttribute("aria-label")));
    const all = await labels();
    assert.ok(all.every((label) => /retains? \d/.test(label)), all[0]);
    await shot(page, "treemap");
    // By the page, as a part may be covered by those inside it.
    await page.locator("#map .part.object").first().dispatchEvent("click");
    assert.notDeepEqual(await labels(), all);
    assert.equal(await page.locator("#crumbs .link").count(), 2);
    await page.locator("#crumbs .link").first().click();
    assert.deepEqual(await labels(), all);
    await page.locator("#form-icicle").click();
    assert.equal(await page.locator("#form-icicle").getAttribute("aria-pressed"), "true");
    await shot(page, "icicle");
  }));

  test("a search is grouped, types with this name first", opened("report", async (page) => {
    await page.keyboard.press("/");
    await page.keyboard.type("model1");
    await hasFound(page, "110");
    const groups = await page.locator("#pane-found summary").allTextContents();
    assert.match(groups[0], /^app\.models\.Model1 5$/);
    const held = await page.locator("#pane-found .group").first().locator(".held").allTextContents();
    // The chain that several share comes first, then the others by what holds them.
    assert.match(held[0], /^module app\.registry -> dict\[\*\] -> app\.models\.Model: [1-4]$/);
    assert.ok(held.length > 1 && held.slice(1).every((text) => /^held by \S+: \d$/.test(text)), `${held}`);
    await shot(page, "search");
  }));

  test("the details say why an object is alive, or how to ask", opened("report", async (page) => {
    await page.locator("[data-section=garbage] .link").click();
    const why = page.locator("#pane-details .why");
    assert.equal(await why.locator(".chain").textContent(), "object app.models.Model10 is garbage");
    assert.equal(await why.locator(".fix").textContent(), "make `Model10.parent` a weak reference");
    await page.keyboard.press("/");
    await page.keyboard.type("model1");
    await hasFound(page, "110");
    await page.locator("#pane-found .item").first().click();
    assert.match(await why.textContent(), /refcycle why FILE 0x[0-9a-f]+/);
    assert.equal(await why.locator(".fix").count(), 0);
  }));

  test("referrers are a tree upwards", opened("heap-target", async (page) => {
    const list = page.locator("#pane-details section").first();
    assert.match(await list.locator(".entry").first().textContent(), /^\['name'\] dict \(3 items\)|^\[0\] list \(2 items\)/);
    const before = await list.locator("li").count();
    await list.locator(".twist").first().click();
    assert.ok((await list.locator("li").count()) > before);
  }));

  for (const colorScheme of ["light", "dark"]) {
    test(`no rule of accessibility is broken, ${colorScheme}`, opened("report", async (page) => {
      for (const key of ["1", "2", "3", "4"]) {
        await page.keyboard.press(key);
        await page.waitForTimeout(350);
        assert.deepEqual(await broken(page), [], `screen ${key}`);
        assert.ok((await smallest(page)) >= 12, `text on screen ${key}`);
      }
    }, { colorScheme }));
  }

  test("labels of boxes have no control characters", opened("service", async (page) => {
    const labels = await page.locator(".box").evaluateAll((boxes) => boxes.map((box) => box.getAttribute("aria-label")));
    assert.ok(labels.includes("object service.Session"));
    assert.ok(labels.every((label) => !/\\x0a|\n/.test(label)));
  }));

  test("nothing is cut at 800 points", opened("report", async (page) => {
    for (const key of ["1", "2", "3", "4"]) {
      await page.keyboard.press(key);
      const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.equal(wide, room, `screen ${key}`);
      const hidden = await page.locator(".screen:not([hidden])").evaluate((screen) => screen.scrollWidth - screen.clientWidth);
      assert.equal(hidden, 0, `screen ${key}`);
      await shot(page, `800-${key}`);
    }
  }, { viewport: { width: 800, height: 800 } }));

  test("print shows the report with its chains", opened("report", async (page) => {
    await page.evaluate(() => window.dispatchEvent(new Event("beforeprint")));
    await page.emulateMedia({ media: "print" });
    assert.ok(await page.locator(".report details").evaluateAll((all) => all.every((one) => one.open)));
    assert.ok(!(await page.locator("#search").isVisible()));
    assert.ok(await page.locator("[data-section=types]").isVisible());
  }));
});
