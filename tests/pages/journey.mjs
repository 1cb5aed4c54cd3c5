// Walks a running service as a visitor without scripts, and checks every page of the way: axe, size, requests, addresses.
// Usage: node tests/pages/journey.mjs http://127.0.0.1:8111 [--shots FOLDER]
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [origin, , shots] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
if (shots) mkdirSync(shots, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
let passed = 0;
const failures = [];
const expect = (name, fault) => (fault ? failures.push(`${name}: ${fault}`) : passed++);

// A page without scripts cannot run axe, so each page is checked as it arrived, in a second context that allows them.
const walker = await (await browser.newContext({ javaScriptEnabled: false, viewport: { width: 375, height: 800 } })).newPage();
const checker = await (await browser.newContext({ bypassCSP: true, viewport: { width: 375, height: 800 } })).newPage();
const css = readFileSync(new URL("../../assets/public.css", import.meta.url));
let served = "";
await checker.route("**/*", (route) => (route.request().url().includes("/assets/") ? route.fulfill({ contentType: "text/css", body: css }) : route.fulfill({ contentType: "text/html; charset=utf-8", body: served })));
let bytes = 0;
walker.on("request", (request) => expect(request.url(), new URL(request.url()).origin !== origin && !request.url().startsWith("data:") && "asks elsewhere"));
walker.on("response", async (response) => (bytes += (await response.body().catch(() => Buffer.alloc(0))).length));

const seen = new Set();
async function check(step) {
  const url = new URL(walker.url());
  served = await walker.content();
  const name = `${step} ${url.pathname}`;
  // A question is small for a slow phone; the list of all answers grows with them.
  expect(name, served.length > (url.pathname === "/answers" ? 40_000 : 20_000) && `${served.length} bytes`);
  expect(name, !/^(\/[a-z-]+)?(\/\d+|\/change)?\/?(\?notice=[a-z-]+)?$/.test(url.pathname + url.search) && "says something in its address");
  await checker.goto(`${origin}/check`);
  await checker.evaluate(axe);
  const { violations } = await checker.evaluate((values) => axe.run(document, { runOnly: { type: "tag", values } }), tags);
  for (const violation of violations) expect(name, `${violation.id}: ${violation.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
  if (!violations.length) passed++;
  if (shots) await walker.screenshot({ path: join(shots, `${String(seen.size).padStart(3, "0")}-${step}.png`), fullPage: true });
  seen.add(name);
}

async function press(name) {
  await walker.getByRole("button", { name, exact: true }).click();
}

// Answers whatever is asked: `pick` may choose; otherwise the mildest that can be told.
async function answer(pick) {
  const heading = (await walker.locator("h1").innerText()).trim();
  const offers = async (wanted) => wanted && (await walker.locator(wanted.tick ? `input[name=sign][value="${wanted.tick}"]` : `input[name=answer][value="${wanted.answer}"]`).count());
  const chosen = pick(heading);
  const wanted = (await offers(chosen)) ? chosen : undefined;
  if (wanted?.tick) await walker.locator(`input[name=sign][value="${wanted.tick}"]`).check();
  else if (wanted?.answer) await walker.locator(`input[name=answer][value="${wanted.answer}"]`).check();
  else if (await walker.locator("input[name=sign]").count()) await walker.locator("#rest").check();
  else if (await walker.locator("input[name=answer][value=no]").count()) await walker.locator("input[name=answer][value=no]").check();
  else if (await walker.locator("input[name=answer]").count()) await walker.locator("input[name=answer]:not([value=not_sure]):not([value=none_fit])").last().check();
  else await walker.locator("#unsure").check();
  await press("Continue");
  return heading;
}

async function journey(name, { party, age, unit, sex, search, title, pick, until }) {
  await walker.context().clearCookies();
  await walker.goto(origin);
  await check(`${name}-start`);
  await walker.getByRole("link", { name: "Start now" }).click();
  await check(`${name}-check`);
  await walker.getByRole("link", { name: "None of these" }).click();
  await press("Continue");
  await check(`${name}-about-error`);
  await walker.locator(`input[name=party][value=${party}]`).check();
  await walker.locator("#age-2").check();
  await walker.locator("#age-count").fill(String(age));
  await walker.locator("#age-unit").selectOption(unit);
  await walker.locator(`input[name=sex][value=${sex}]`).check();
  await press("Continue");
  await check(`${name}-complaints`);
  await walker.locator("#search").fill(search);
  await press("Search");
  await check(`${name}-found`);
  await press(title);
  await check(`${name}-chosen`);
  await press("No, continue to the questions");
  let questions = 0;
  while (new URL(walker.url()).pathname !== "/outcome" && questions < 80) {
    await check(`${name}-${questions}`);
    await answer(pick);
    questions++;
    if (name === "mild" && questions === 1) await history("mild-back");
  }
  await check(`${name}-outcome`);
  const heading = (await walker.locator("h1").innerText()).replace(/\s+/g, " ");
  expect(name, !until.test(heading) && `ends in ${heading}`);
  console.log(`${name}: ${questions} questions, ${heading}`);
  if (await walker.locator("#postcode").count()) await services(name);
  await walker.goto(`${origin}/answers`);
  await check(`${name}-answers`);
}

// Services near a postcode, of the directory of demonstration/; a slip first.
async function services(name) {
  const look = async (postcode, step) => {
    await walker.locator("#postcode").fill(postcode);
    await press("Find services near me");
    await check(`${name}-${step}`);
  };
  await look("by the pier", "services-error");
  expect(name, !(await walker.title()).startsWith("Error: ") && "a postcode that is none is not refused");
  await look("zz1 4dx", "services");
  expect(name, !(await walker.locator(".app-services li").count()) && "no service near");
}

// Back, forward and refresh: every entry of the history is a page that stands, and shows what was answered.
async function history(name) {
  const heading = () => walker.locator("h1").innerText();
  const here = await heading();
  await walker.goBack();
  expect(name, !(await walker.locator("#rest").isChecked()) && "back does not show what was answered");
  await walker.goBack();
  await walker.goForward();
  await walker.goForward();
  expect(name, (await heading()) !== here && "forward does not lead back to the question");
  await press("Continue");
  await check(`${name}-error`);
  expect(name, !(await walker.title()).startsWith("Error: ") && "an empty form is not refused");
  await walker.reload();
  await walker.goBack();
  await walker.goForward();
  expect(name, !(await walker.title()).startsWith("Error: ") && "the page of an error does not stand");
}

const none = () => undefined;
await journey("mild", { party: "first", age: 30, unit: "years", sex: "female", search: "sore thraot", title: "Sore throat", pick: none, until: /Non-urgent|Urgent/ });
await journey("baby", { party: "third", age: 2, unit: "months", sex: "not_told", search: "high temperature", title: "Fever", pick: none, until: /Immediate|Urgent/ });
await journey("emergency", { party: "first", age: 64, unit: "years", sex: "male", search: "chest pain", title: "Chest pain", pick: (heading) => (/is true of your pain/.test(heading) ? { tick: "chest_tight" } : /last feel/.test(heading) ? { answer: "there_now" } : undefined), until: /Phone 999 now/ });
await journey("unsure", { party: "first", age: 40, unit: "years", sex: "female", search: "hit my head", title: "Head injury or fall", pick: () => ({ answer: "not_sure" }), until: /./ }).catch((fault) => expect("unsure", String(fault).slice(0, 300)));
await browser.close();
for (const failure of failures) console.log(failure);
console.log(`${seen.size} pages, ${bytes} bytes`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length ? 1 : 0);
