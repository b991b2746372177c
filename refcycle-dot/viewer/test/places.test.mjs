// What was there before a click is there after it: boxes keep their places in the picture.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inBrowser, missing, shot } from "./browser.mjs";

/** The places of the boxes in the picture, and what covers what, once all have arrived. */
const places = async (page) => {
  await page.waitForTimeout(450);
  const found = await page.evaluate(() => {
    const boxes = [...document.querySelectorAll(".box")].map((box) => {
      const { e: x, f: y } = new DOMMatrix(box.style.transform);
      const { width, height } = box.querySelector(".shape").getBBox();
      return { vertex: box.dataset.vertex, x, y, width, height };
    });
    const covered = boxes.flatMap((a, i) =>
      boxes.slice(i + 1).filter(
        (b) =>
          Math.abs(a.x - b.x) < (a.width + b.width) / 2 &&
          Math.abs(a.y - b.y) < (a.height + b.height) / 2,
      ).map((b) => [a.vertex, b.vertex]),
    );
    const ways = [...document.querySelectorAll(".line .route")].map((way) => way.getAttribute("d"));
    return { covered, ways, places: boxes.map(({ vertex, x, y }) => [vertex, [x, y]]) };
  });
  return { ...found, of: new Map(found.places) };
};

/** How many boxes stayed; each must be where it was, and none on another. */
function stayed(one, other) {
  assert.deepEqual(other.covered, []);
  const kept = [...one.of.keys()].filter((vertex) => other.of.has(vertex));
  for (const vertex of kept) assert.deepEqual(other.of.get(vertex), one.of.get(vertex), vertex);
  return kept.length;
}

describe("places", { skip: missing }, () => {
  const opened = inBrowser();

  test("what is shown stays when more is shown", opened("heap-target", async (page) => {
    let now = await places(page);
    for (let click = 0; click < 6; click++) {
      const badges = page.locator(click % 2 ? ".badge[data-grow=in]" : ".badge[data-grow=out]");
      // By the page, as some may be out of sight.
      await badges.nth(click).dispatchEvent("click");
      const then = await places(page);
      assert.ok(then.of.size > now.of.size, `click ${click}`);
      assert.equal(stayed(now, then), now.of.size);
      now = then;
    }
    await shot(page, "grown-often");
    await page.keyboard.press("f");
    await shot(page, "grown-often-whole");
  }));

  test("hiding moves nothing, and undo puts all back", opened("service", async (page) => {
    const first = await places(page);
    const camera = () => page.locator("#world").evaluate((world) => world.style.transform);
    const view = await camera();
    await page.locator(".box", { hasText: "on_close" }).first().click();
    await page.keyboard.press("h");
    const less = await places(page);
    assert.equal(stayed(first, less), first.of.size - 1);
    assert.ok(less.ways.every((way) => first.ways.includes(way)));
    assert.equal(await camera(), view);
    await page.locator("#undo").click();
    const again = await places(page);
    assert.deepEqual(again.of, first.of);
    assert.deepEqual(again.ways.toSorted(), first.ways.toSorted());
  }));

  test("what is unfolded is where the folded box was", opened("service", async (page) => {
    const first = await places(page);
    const folded = page.locator(".box", { hasText: "service.Request × 6" });
    const vertex = await folded.getAttribute("data-vertex");
    await folded.dblclick();
    const then = await places(page);
    assert.equal(then.of.size, first.of.size + 5);
    assert.equal(stayed(first, then), first.of.size);
    assert.deepEqual(then.of.get(vertex), first.of.get(vertex));
    await shot(page, "unfolded");
    await page.keyboard.press("g");
    await page.keyboard.press("g");
    const again = await places(page);
    assert.deepEqual(again.of, first.of);
  }));

  test("all is laid out anew only when that is wanted", opened("heap-target", async (page) => {
    const first = await places(page);
    for (let click = 0; click < 3; click++) {
      await page.locator(".badge[data-grow=in]").nth(click).dispatchEvent("click");
    }
    const grown = await places(page);
    await page.locator("#arrange").click();
    const anew = await places(page);
    assert.deepEqual([...anew.of.keys()].toSorted(), [...grown.of.keys()].toSorted());
    assert.deepEqual(anew.covered, []);
    assert.notDeepEqual(anew.of, grown.of);
    assert.ok(anew.of.size > first.of.size);
    await shot(page, "arranged");
    await page.keyboard.press("o");
    stayed(anew, await places(page));
  }));

  test("the overview and the objects each have their own places", opened("heap-2k", async (page) => {
    const overview = await places(page);
    await page.locator(".box", { hasText: "dict × 200" }).first().dblclick();
    const objects = await places(page);
    await page.locator("#overview").click();
    assert.deepEqual((await places(page)).of, overview.of);
    assert.notDeepEqual(objects.of, overview.of);
  }));
});
