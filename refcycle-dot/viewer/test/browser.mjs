// Chromium, and pages opened in it from disk.

import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { after, before } from "node:test";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

/** Where `cargo run -p refcycle-dot --example viewer_pages` has put the pages. */
const PAGES = process.env.VIEWER_PAGES ?? "/tmp/refcycle-viewer-pages";
const SHOTS = process.env.VIEWER_SHOTS;

export const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const missing = existsSync(executablePath) ? false : "there is no Chromium";

const launch = () =>
  chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });

/** Opens a page; `complaints` gathers errors, and what it asked for beyond its file. */
async function open(browser, name, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 }, ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  const url = name.startsWith("/") ? pathToFileURL(name).href : pathToFileURL(`${PAGES}/${name}.html`).href;
  page.on("request", (request) => {
    if (request.url() !== url) complaints.push(`asked for ${request.url()}`);
  });
  const start = Date.now();
  await page.goto(url);
  await page.waitForSelector("html[data-ready]", { timeout: 60_000 });
  return { page, complaints, seconds: (Date.now() - start) / 1000 };
}

/**
 * Starts a browser for the tests of a group. The function that it returns makes a test of a page, to
 * which `look` is given; the page must not complain.
 */
export function inBrowser() {
  let browser;
  before(async () => {
    browser = await launch();
  });
  after(() => browser.close());
  return (name, look, options) => async () => {
    const all = await open(browser, name, options);
    try {
      await look(all.page, all);
      assert.deepEqual(all.complaints, []);
    } finally {
      await all.page.context().close();
    }
  };
}

/** Keeps a picture to look at, when a folder for them was named. */
export async function shot(page, name) {
  if (!SHOTS) return;
  mkdirSync(SHOTS, { recursive: true });
  await page.waitForTimeout(450);
  await page.screenshot({ path: `${SHOTS}/${name}.png` });
}

/** Waits until the search has found so many: it runs while one types. */
export async function hasFound(page, count) {
  const shown = (wanted) => document.querySelector("#pane-found .count")?.textContent === wanted;
  await page.waitForFunction(shown, count);
}
