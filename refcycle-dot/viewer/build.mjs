// Builds the page from its sources: one HTML file with the place for a graph in it.

import { build } from "esbuild";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";

const here = (path) => new URL(path, import.meta.url).pathname;

async function bundle(entry, loader) {
  const result = await build({
    entryPoints: [here(entry)],
    bundle: true,
    minify: true,
    charset: "ascii",
    format: loader === "js" ? "iife" : undefined,
    target: ["es2023", "chrome120", "firefox120", "safari17"],
    legalComments: "none",
    write: false,
  });
  return result.outputFiles[0].text.trim();
}

const hash = (text) => `sha256-${createHash("sha256").update(text).digest("base64")}`;

const page = await readFile(here("src/page.html"), "utf8");
const script = await bundle("src/main.js", "js");
const style = await bundle("src/style.css", "css");
// Functions, as in a text `$&` would have a meaning.
const html = page
  .replace("SCRIPT-HASH", () => hash(script))
  .replace("STYLE-HASH", () => hash(style))
  .replace("<style>STYLE</style>", () => `<style>${style}</style>`)
  .replace("<script>SCRIPT</script>", () => `<script>${script}</script>`);
for (const place of ["report", "graph"]) {
  if (html.split(`<!-- ${place} -->`).length !== 2) throw new Error(`there must be one place for a ${place}`);
}
await writeFile(here("../assets/viewer.html"), html);
console.log(`assets/viewer.html: ${(html.length / 1000).toFixed(0)} kB`);
