// A walk through Deskbell in Chromium: `node walk.mjs ../../target/debug/deskbell`.
//
// A call by sipp becomes a card without a reload, becomes a ticket by keyboard alone, in every tab, over one stream. Every
// page in both looks, three widths and two languages: axe finds nothing, the console is silent, nothing has to be scrolled
// sideways. Everything also works without JavaScript. Any finding is a failure; all are listed in the end.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { HERE, call, context, figure, pagesOf, signIn, startBrowser, startDemo, startEmpty, until } from "./desk.mjs";

const program = process.argv[2] ?? join(HERE, "../../target/debug/deskbell");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** From the INVITE on the wire to the card on the screen: well before the second ring. */
const CARD_MS_MAX = 1000;

const began = Date.now();
const findings = [];
const find = (text) => findings.includes(text) || findings.push(text);
const expect = (what, holds) => holds || find(what);
const say = (text) => console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}`);

/** What other tabs may say once one has signed out: a list that was about to look for news is refused. */
const signedOut = [];

/** A page whose console must stay silent. What is in `allowed` is part of the test. */
const watched = async (within, allowed = []) => {
  const page = await within.newPage();
  const told = (text) => allowed.some((word) => text.includes(word)) || find(`${new URL(page.url()).pathname}: console: ${text}`);
  page.on("console", (message) => {
    const text = `${message.text()} ${message.location().url ?? ""}`;
    if (["error", "warning"].includes(message.type()) || text.startsWith("[DOM]")) told(text);
  });
  page.on("pageerror", (error) => told(`uncaught ${error}`));
  page.on("requestfailed", (request) => request.failure()?.errorText === "net::ERR_ABORTED" || told(`${request.url()} failed`));
  return page;
};

const axe = async (page, where) => {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((values) => globalThis.axe.run(document, { runOnly: { type: "tag", values } }), RULES);
  for (const { id, impact, nodes } of violations)
    for (const node of nodes.slice(0, 3)) find(`${where}: axe ${id} (${impact}): ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`);
};

const isTooWide = (page) => page.evaluate(() => document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth);

/** The stream is there: what happens from now on comes by itself. */
const isLive = (page) => page.waitForSelector('[data-live-badge][data-state="open"]', { state: "attached" });

const focusedName = (page) => page.evaluate(() => document.activeElement?.getAttribute("name"));

// ---- a call, by keyboard alone ---------------------------------------------------------------------------------------

const ring = async (browser, desk) => {
  const within = await context(browser, desk);
  const page = await watched(within);
  await signIn(page, desk);
  await page.goto("/calls");
  await isLive(page);
  const second = await watched(within, signedOut);
  await second.goto("/calls");
  const third = await watched(within, signedOut);
  await third.goto("/t");
  await Promise.all([isLive(second), isLive(third)]);
  expect("three tabs share one stream", (await figure(desk, "deskbell_sse_connections")) === 1);
  await page.bringToFront();

  const loads = () => page.evaluate(() => performance.getEntriesByType("navigation")[0].startTime + performance.timeOrigin);
  const loaded = await loads();
  const ended = call(desk, ["+493023125030"], { ringMs: 6000 });
  const ringing = 'article.call[data-state="ringing"]';
  await page.waitForSelector(ringing);
  const tabs = await Promise.all([second, third].map((tab) => tab.waitForSelector(ringing, { state: "attached" })));
  expect("the card came without a reload, in every tab", (await loads()) === loaded && tabs.length === 2);
  expect("the card says who it may be", (await page.textContent(ringing)).includes("Priya Natarajan"));
  expect("the title of the page rings", /^\(1\) [☎☏] /.test(await page.title()));
  await axe(page, "/calls while it rings");

  await page.keyboard.press("F2");
  await page.waitForURL(/\/t\/\d+\?call=1/);
  const number = page.url().match(/\/t\/([\d-]+)/)[1];
  expect("the cursor is in the subject", (await focusedName(page)) === "subject");
  await isLive(page);
  await axe(page, "the ticket while it rings");
  await page.keyboard.type("Power out on the dialysis floor");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector("h1:has-text('Power out on the dialysis floor')");
  let tabsPressed = 0;
  for (; tabsPressed < 60 && (await focusedName(page)) !== "note"; tabsPressed++) await page.keyboard.press("Tab");
  expect("the note is reached by keyboard", (await focusedName(page)) === "note");
  await page.keyboard.type("Emergency power runs; Bert is on his way.");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector(".entry-text:has-text('Bert is on his way')");
  await isLive(page);
  const before = await page.textContent("main .thread");
  expect("the thread says that it rings", !before.includes("Answered elsewhere"));
  await ended;
  // Each of the three tabs learns of the end by itself.
  await page.waitForSelector(".thread :text('nswered')", { timeout: 5000 }).catch(() => find("the thread learns of the call's end"));
  await second.waitForSelector('article.call[data-state="answered"], #calls:empty', { state: "attached", timeout: 5000 })
    .catch(async () => expect("the card changes when the call ends", (await second.locator(ringing).count()) === 0));
  expect("nothing rings any more", (await second.locator(ringing).count()) === 0);
  await page.keyboard.press("Shift+C");
  await page.waitForSelector("main :text('Reopen')");
  say(`a call became ticket ${number}, was named, noted and closed by keyboard (${tabsPressed} tabs to the note)`);
  await measure(page, desk);
  await signOut(page, second, desk);
  await within.close();
};

/** How long a card takes, from the wire to the screen. */
const measure = async (page, desk) => {
  await page.goto("/calls");
  await isLive(page);
  await page.evaluate(() => {
    globalThis.shown = new Map();
    const look = () => {
      for (const card of document.querySelectorAll("article.call"))
        if (!globalThis.shown.has(card.id)) globalThis.shown.set(card.id, performance.timeOrigin + performance.now());
    };
    look();
    globalThis.known = globalThis.shown.size;
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  });
  const callers = Array.from({ length: 20 }, (_, n) => `+4930901${100 + n}`);
  const sent = await call(desk, callers, { ringMs: 300, perSecond: 5 });
  const shown = await until("all cards are there", () =>
    page.evaluate((count) => [...globalThis.shown.values()].slice(globalThis.known).length >= count && [...globalThis.shown.values()].slice(globalThis.known), callers.length),
  );
  const took = sent.map((at, n) => shown[n] - at).sort((a, b) => a - b);
  const ms = (value) => `${value.toFixed(1)} ms`;
  say(`INVITE to card, ${took.length} calls: median ${ms(took[took.length >> 1])}, longest ${ms(took.at(-1))}`);
  expect(`a card in time (${took.map(ms)})`, took.length === callers.length && took[0] > 0 && took.at(-1) < CARD_MS_MAX);
};

const signOut = async (page, other, desk) => {
  await page.bringToFront();
  await page.click("details.menu summary");
  await page.keyboard.press("Escape");
  await page.click("details.menu summary");
  signedOut.push("401 (Unauthorized)");
  await page.click("details.menu form[action='/logout'] button");
  await page.waitForURL(/\/login/);
  await until("signing out ends the stream", async () => (await figure(desk, "deskbell_sse_connections")) === 0);
  await other.waitForSelector('[data-live-badge]:not([data-state="open"])', { state: "attached" });
  await other.reload();
  expect("the other tab is signed out too", new URL(other.url()).pathname === "/login");
  say("signing out in one tab ended the stream of all");
};

// ---- every page ------------------------------------------------------------------------------------------------------

const look = async (page, path, where, withAxe) => {
  const answer = await page.goto(path);
  const status = answer?.status() ?? 0;
  expect(`${where} is answered (${status})`, status === 200 || (status === 404 && path === "/nowhere"));
  if (withAxe) await axe(page, where);
  for (const width of [1440, 390, 320]) {
    await page.setViewportSize({ width, height: 844 });
    expect(`${where}: scrolls sideways at ${width}`, !(await isTooWide(page)));
    if (width === 390 && withAxe === "both") await axe(page, `${where} at 390`);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
};

const everyPage = async (browser, desk, empty) => {
  let count = 0;
  for (const [lang, shade] of [["en", "light"], ["en", "dark"], ["de", "light"], ["de", "dark"]]) {
    const withAxe = lang === "de" ? null : shade === "light" ? "both" : "wide";
    const strangers = await context(browser, empty, { lang, look: shade });
    await look(await watched(strangers), "/setup", `/setup ${lang} ${shade}`, withAxe);
    await strangers.close();

    const known = await context(browser, desk, { lang, look: shade });
    const page = await watched(known, ["/nowhere"]);
    await look(page, "/login", `/login ${lang} ${shade}`, withAxe);
    await signIn(page, desk);
    const pages = Object.values(await pagesOf(page));
    for (const path of pages) {
      await look(page, path, `${path} ${lang} ${shade}`, withAxe);
      expect(`${path} speaks ${lang}`, (await page.getAttribute("html", "lang")) === lang);
      expect(`${path} is ${shade}`, (await page.getAttribute("html", "data-theme")) === shade);
    }
    count += pages.length + 2;
    await known.close();
    say(`${pages.length + 2} pages ${lang} ${shade}`);
  }
  return count;
};

// ---- without JavaScript ----------------------------------------------------------------------------------------------

const withoutScripts = async (browser, desk) => {
  const within = await context(browser, desk, { javaScriptEnabled: false });
  const page = await within.newPage();
  await page.goto("/");
  await page.fill("[name=login]", desk.login);
  await page.fill("[name=password]", desk.password);
  await page.click("main button[type=submit]");
  await page.goto("/t/new");
  await page.fill("[name=subject]", "Typed without scripts");
  await page.click("main form[method=post] button[type=submit]");
  await page.waitForSelector("h1:has-text('Typed without scripts')");
  await page.fill("[name=note]", "A note without scripts");
  await page.click(".composer button[type=submit]:not([name])");
  await page.waitForSelector(".entry-text:has-text('A note without scripts')");
  await page.click("form[action$='/close'] button");
  await page.waitForSelector("form[action$='/reopen']");
  await page.goto("/calls/log");
  expect("calls are there without scripts", (await page.textContent("main")).includes("Erika Mustermann"));
  await within.close();
  say("signed in, opened, noted and closed a ticket without JavaScript");
};

const [desk, empty, browser] = await Promise.all([startDemo(program), startEmpty(program), startBrowser()]);
say(`${browser.version()} at ${desk.web}`);
let pages = 0;
try {
  await ring(browser, desk);
  await withoutScripts(browser, desk);
  pages = await everyPage(browser, desk, empty);
} catch (error) {
  find(`the walk ended early: ${error.stack}`);
}
await browser.close();
expect("the demo ends when it is told to", (await desk.stop()) === 0);
if (findings.length) console.log(`\n${findings.join("\n")}\n\n${findings.length} findings`);
else say(`nothing found on ${pages} pages`);
process.exit(findings.length ? 1 : 0);
