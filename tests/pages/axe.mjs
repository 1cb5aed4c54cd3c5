// Checks every sample page of target/pages in a browser: axe, width, target size, focus of the error summary.
// Usage: node tests/pages/axe.mjs [--shots FOLDER]
// The samples are written by the test `samples_are_laid_out_for_looking_at`. CHROMIUM names the browser (default /usr/bin/chromium).
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { chromium } from "playwright-core";

const root = new URL("../..", import.meta.url).pathname;
const folder = join(root, "target/pages");
const shots = process.argv[2] === "--shots" ? process.argv[3] : undefined;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const origin = "http://pages.test";

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
let passed = 0;
const failures = [];
const expect = (name, fault) => (fault ? failures.push(`${name}: ${fault}`) : passed++);

// The pages are shown without scripts, as the service serves them; only axe itself runs, through the debugger.
async function open(name, options) {
  const context = await browser.newContext({ bypassCSP: true, ...options });
  const page = await context.newPage();
  const elsewhere = [];
  await page.route("**/*", (route) => {
    const url = new URL(route.request().url());
    if (url.origin !== origin) elsewhere.push(url.href);
    if (url.pathname === "/assets/public.css") return route.fulfill({ contentType: "text/css", body: readFileSync(join(root, "assets/public.css")) });
    if (url.pathname === "/page") return route.fulfill({ contentType: "text/html; charset=utf-8", body: readFileSync(join(folder, `${name}.html`)) });
    return route.abort();
  });
  await page.goto(`${origin}/page`);
  expect(name, elsewhere.length && `asks elsewhere: ${elsewhere}`);
  return { context, page };
}

async function widthAndTargets(page, name, width) {
  const found = await page.evaluate(() => {
    const small = [...document.querySelectorAll("main button, main input:not([type=hidden]), main select, main textarea, header a, footer a, .nhsuk-back-link")]
      .filter((element) => element.checkVisibility() && !element.classList.contains("nhsuk-skip-link"))
      .map((element) => [element.outerHTML.slice(0, 60), element.getBoundingClientRect()])
      .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24));
    return { wide: document.documentElement.scrollWidth, small: small.map(([html, box]) => `${html} ${box.width}x${box.height}`) };
  });
  expect(name, found.wide > width && `scrolls sideways at ${width} px: ${found.wide}`);
  expect(name, found.small.length && `targets below 24 px at ${width} px: ${found.small}`);
}

const names = readdirSync(folder).filter((file) => file.endsWith(".html")).map((file) => basename(file, ".html"));
if (!names.length) throw new Error("no sample pages; run the tests first");
if (shots) mkdirSync(shots, { recursive: true });
for (const name of names) {
  const { context, page } = await open(name, { viewport: { width: 320, height: 800 } });
  for (const width of [320, 375, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await widthAndTargets(page, name, width);
    if (shots && width !== 320) await page.screenshot({ path: join(shots, `${name}-${width}.png`), fullPage: true });
    if (width === 375) continue;
    await page.evaluate(axe);
    const { violations } = await page.evaluate((values) => axe.run(document, { runOnly: { type: "tag", values } }), tags);
    for (const violation of violations) expect(name, `${violation.id} at ${width} px: ${violation.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
    if (!violations.length) passed++;
  }
  if (name.endsWith("-error")) {
    const focused = await page.evaluate(() => document.activeElement.className);
    expect(name, focused !== "nhsuk-error-summary" && `the error summary does not have the focus: ${focused}`);
  }
  if (shots && /outcome-999$|question-one-of|checklist$/.test(name)) {
    await page.setViewportSize({ width: 375, height: 800 });
    await page.emulateMedia({ forcedColors: "active" });
    await page.screenshot({ path: join(shots, `${name}-forced.png`), fullPage: true });
    await page.emulateMedia({ media: "print", forcedColors: "none" });
    await page.screenshot({ path: join(shots, `${name}-print.png`), fullPage: true });
  }
  await context.close();
}
await browser.close();
for (const failure of failures) console.log(failure);
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length ? 1 : 0);
