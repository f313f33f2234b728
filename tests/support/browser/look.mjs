// Shows HTML files as a mail program does, at phone and desktop width, light and dark; prints as JSON what axe finds wrong and what is wider than the page.
//   node look.mjs CHROMIUM [--shots FOLDER] FILE…
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const words = process.argv.slice(2);
const executablePath = words.shift();
const shots = words[0] === "--shots" ? words.splice(0, 2)[1] : null;
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const wrong = [];
for (const colorScheme of ["light", "dark"]) {
  for (const width of [390, 1200]) {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, offline: true });
    const page = await context.newPage();
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    for (const file of words) {
      const at = { file: basename(file), colorScheme, width };
      asked.length = 0;
      await page.setContent(readFileSync(file, "utf8"));
      if (shots) await page.screenshot({ path: `${shots}/${basename(file, ".html")}-${colorScheme}-${width}.png`, fullPage: true });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      if (wide > width) wrong.push({ ...at, what: `is ${wide} px wide` });
      if (asked.length) wrong.push({ ...at, what: `asks for ${asked}` });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      for (const { id, nodes } of violations) wrong.push({ ...at, what: `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(" | ")}` });
    }
    await context.close();
  }
}
await browser.close();
console.log(JSON.stringify(wrong, null, 1));
