// How Deskbell feels under the hands, in Chromium: `node feel.mjs ../../target/debug/deskbell`.
//
// Undo by a key, the palette and the sheet of keys, keys switched off, a session that ends in the middle of a sentence, a
// browser that is killed, a stream that is cut while somebody calls, eight tabs. Any finding is a failure.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { HERE, call, context, figure, signIn, sleep, startBrowser, startDemo, until } from "./desk.mjs";

const program = process.argv[2] ?? join(HERE, "../../target/debug/deskbell");
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const began = Date.now();
const findings = [];
const expect = (what, holds) => holds || findings.push(what);
const say = (text) => console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}`);
const isLive = (page) => page.waitForSelector('[data-live-badge][data-state="open"]', { state: "attached" });
const toast = (page, text) => page.waitForSelector(`[data-toast]:has-text("${text}")`);
const path = (page) => new URL(page.url()).pathname;

/** What axe finds on a page as it stands, in light and in dark. */
const axe = async (page, where) => {
  await page.evaluate(AXE);
  for (const look of ["light", "dark"]) {
    await page.evaluate((look) => (document.documentElement.dataset.theme = look), look);
    await sleep(300);
    const { violations } = await page.evaluate((values) => globalThis.axe.run(document, { runOnly: { type: "tag", values } }), RULES);
    for (const { id, nodes } of violations) for (const node of nodes.slice(0, 3)) findings.push(`${where} ${look}: axe ${id}: ${node.html.slice(0, 200)} ${node.any[0]?.message ?? ""}`);
  }
};

/** Signed in, on a page of its own. */
const enter = async (browser, desk, more = {}) => {
  const within = await context(browser, desk, more);
  const page = await within.newPage();
  page.on("pageerror", (error) => findings.push(`${path(page)}: uncaught ${error}`));
  page.on("console", (told) => /Content Security|Refused to/.test(told.text()) && findings.push(`${path(page)}: ${told.text()}`));
  await signIn(page, desk);
  return page;
};

/** A ticket of its own. */
const newTicket = async (page, subject) => {
  await page.goto("/t/new");
  await page.fill("[name=subject]", subject);
  await page.press("[name=subject]", "Control+Enter");
  await page.waitForURL(/\/t\/\d+/);
  return page.url().match(/\/t\/(\d+)/)[1];
};

// ---- taking back -----------------------------------------------------------------------------------------------------

const undo = async (browser, desk) => {
  const page = await enter(browser, desk);
  const number = await newTicket(page, "Taken back");
  await page.click("h1");
  await page.keyboard.press("Shift+C");
  await toast(page, `Closed ${number}`);
  await axe(page, "a notice that can be taken back");
  await page.waitForSelector("form[action$='/reopen']");
  await page.keyboard.press("z");
  await toast(page, `Changed ${number}`);
  await page.waitForSelector("form[action$='/close']");
  await page.waitForSelector("[data-toast]", { state: "detached", timeout: 13000 });
  await page.keyboard.press("z");
  await sleep(300);
  expect("what has gone can't be pressed", await page.locator("form[action$='/close']").count());
  await page.selectOption("[name=priority]", "urgent");
  await toast(page, `Changed ${number}`);
  expect("a choice is saved at once, without a new page", (await page.textContent(".ticket-head")).includes("Urgent"));
  await page.hover("[data-toast]");
  await page.click("[data-toast] .toast-undo");
  await page.waitForSelector(".ticket-head:not(:has-text('Urgent'))");
  await page.context().close();
  say("closed, taken back by z; a priority saved by itself, taken back by hand");
};

// ---- keys ------------------------------------------------------------------------------------------------------------

const keys = async (browser, desk) => {
  const page = await enter(browser, desk);
  const number = await newTicket(page, "By keyboard alone");
  await page.keyboard.press("Escape");
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press(".");
  await toast(page, `Copied: ${number}`);
  await page.keyboard.press(".");
  await toast(page, `Copied: ${number} By keyboard alone`);
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await page.waitForURL(/\/t$/);
  const besides = '<hx-partial hx-target="[data-toasts]" hx-swap="beforeend"><div class="toast" data-toast>Said besides</div></hx-partial>';
  await page.route("**/t?*", (route) => route.fulfill({ contentType: "text/html", body: `<div id="tickets">List</div>${besides}` }), { times: 1 });
  await page.selectOption("[name=channel]", "desk");
  await toast(page, "Said besides");
  await page.goto("/t");
  await page.keyboard.press("j");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("k");
  expect("j and k move through rows", await page.evaluate(() => document.activeElement?.matches(".row-link")));
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/t\/\d+/);
  await page.keyboard.press("?");
  await page.waitForSelector("#keys[open]");
  const sheet = await page.textContent("#keys");
  await axe(page, "the sheet of keys");
  expect(`the sheet says what the keys do: ${sheet}`, /Add note|Close/.test(sheet) && sheet.includes("New ticket"));
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  expect("/ goes to the search", await page.evaluate(() => document.activeElement?.id === "search"));

  await page.keyboard.press("Control+k");
  await page.waitForSelector("#palette[open] [role=option]");
  await axe(page, "the palette");
  await page.keyboard.type(`${number} close`);
  await page.keyboard.press("Enter");
  await toast(page, `Closed ${number}`);
  await page.keyboard.press("F8");
  await page.keyboard.type("peop");
  await page.waitForSelector("#palette [aria-selected=true]:has-text('People')");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/people$/);
  await page.keyboard.press("F8");
  await page.keyboard.press("Escape");
  expect("Esc closes the palette", !(await page.locator("#palette[open]").count()));

  await page.goto("/palette?q=a");
  await axe(page, "the page of the palette");
  await page.goto("/me");
  await axe(page, "the profile");
  await page.uncheck("[name=letter_keys]");
  await page.selectOption("[name=density]", "compact");
  await page.click("form[action='/me/feel'] button");
  await toast(page, "Saved");
  expect("rows are compact", (await page.getAttribute("html", "data-density")) === "compact");
  await page.keyboard.press("g");
  await page.keyboard.press("t");
  await page.keyboard.press("?");
  await sleep(300);
  expect("letters are no keys any more", path(page) === "/me" && !(await page.locator("#keys[open]").count()));
  await page.keyboard.press("F8");
  await page.waitForSelector("#palette[open]");
  await page.keyboard.press("Escape");
  await page.check("[name=letter_keys]");
  await page.selectOption("[name=density]", "normal");
  await page.click("form[action='/me/feel'] button");
  await toast(page, "Saved");
  await page.context().close();
  say("went about by keys, by the palette, and without letters");
};

// ---- a session that ends -----------------------------------------------------------------------------------------------

/** Ends every other session of the agent, as from another machine. */
const endOthers = async (elsewhere) => {
  const end = "form[action$='/end'] button";
  for (await elsewhere.goto("/me"); await elsewhere.locator(end).count(); await elsewhere.waitForLoadState()) await elsewhere.locator(end).first().click();
};

const signInAgain = async (page, desk) => {
  await page.waitForSelector("dialog.sign-in [name=password]");
  await page.fill("dialog.sign-in [name=login]", desk.login);
  await page.fill("dialog.sign-in [name=password]", "not that one");
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog.sign-in .notice");
  await axe(page, "signing in again");
  await page.fill("dialog.sign-in [name=password]", desk.password);
  await page.keyboard.press("Enter");
  await page.waitForSelector("dialog.sign-in", { state: "detached" });
};

const session = async (browser, desk) => {
  const [page, elsewhere] = [await enter(browser, desk), await enter(browser, desk)];
  await newTicket(page, "Interrupted");
  await page.fill("[name=note]", "half a sentence");
  await isLive(page);
  await endOthers(elsewhere);
  await signInAgain(page, desk);
  expect("what was typed is still there", (await page.inputValue("[name=note]")) === "half a sentence");
  await page.focus("[name=note]");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector(".entry-text:has-text('half a sentence')");

  await page.route("**/events*", (route) => route.abort());
  await page.reload();
  await page.fill("[name=note]", "typed long after");
  await endOthers(elsewhere);
  await page.evaluate(() => {
    const now = Date.now;
    Date.now = () => now() + 60000;
  });
  await page.focus("[name=note]");
  await page.keyboard.press("Control+Enter");
  await signInAgain(page, desk);
  await page.waitForSelector(".entry-text:has-text('typed long after')");
  await page.unroute("**/events*");

  await page.goto("/t");
  await page.route("**/events*", (route) => route.abort());
  await endOthers(elsewhere);
  await page.evaluate(() => (globalThis.here = true));
  await page.selectOption("[name=status]", "closed");
  await signInAgain(page, desk);
  await page.waitForURL(/status=closed/);
  expect("the request was made again, on the same page", await page.evaluate(() => globalThis.here));
  await endOthers(elsewhere);
  await page.selectOption("[name=status]", "all");
  await page.waitForSelector("dialog.sign-in [name=password]");
  await page.fill("dialog.sign-in [name=login]", "ana");
  await page.fill("dialog.sign-in [name=password]", desk.password);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => !globalThis.here && document.body.dataset.agent);
  await page.click("details.menu summary");
  expect("somebody else gets a page of their own", !(await page.textContent(".menu-who")).includes("Dana"));
  await page.context().close();
  await elsewhere.context().close();
  say("signed in again in place, three times; nothing typed was lost");
};

// ---- a browser that is killed ------------------------------------------------------------------------------------------

const launch = async (folder) => {
  const args = [`--user-data-dir=${folder}`, "--remote-debugging-port=0", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "about:blank"];
  const child = spawn("/usr/bin/chromium", args, { stdio: ["ignore", "ignore", "pipe"], detached: true });
  let told = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (told += text));
  const [, address] = await until("chromium listens", () => told.match(/listening on (ws:\S+)/), 30000);
  const browser = await chromium.connectOverCDP(address);
  const kill = () => process.kill(-child.pid, "SIGKILL");
  process.on("exit", () => child.exitCode ?? child.signalCode ?? kill());
  return { page: await browser.contexts()[0].newPage(), kill };
};

const killed = async (desk) => {
  const folder = mkdtempSync(join(tmpdir(), "deskbell-killed-"));
  const first = await launch(folder);
  await first.page.goto(`${desk.web}/login`);
  await first.page.fill("[name=login]", desk.login);
  await first.page.fill("[name=password]", desk.password);
  await first.page.keyboard.press("Enter");
  await first.page.waitForURL(/\/calls/);
  await first.page.goto(`${desk.web}/t`);
  await first.page.click(".row-link");
  await first.page.waitForURL(/\/t\/\d+/);
  const ticket = first.page.url();
  await first.page.fill("[name=note]", "written just before the power went");
  // Chromium writes what it keeps to the disk within five seconds.
  await sleep(7000);
  first.kill();
  await sleep(1000);
  const second = await launch(folder);
  await second.page.goto(ticket);
  if (second.page.url().includes("/login")) {
    await second.page.fill("[name=login]", desk.login);
    await second.page.fill("[name=password]", desk.password);
    await second.page.keyboard.press("Enter");
  }
  await second.page.waitForSelector(".draft-line");
  await axe(second.page, "a draft that came back");
  expect("the draft is there again", (await second.page.inputValue("[name=note]")) === "written just before the power went");
  await second.page.click(".draft-line button");
  expect("and can be thrown away", (await second.page.inputValue("[name=note]")) === "");
  await second.page.reload();
  expect("for good", !(await second.page.locator(".draft-line").count()));
  second.kill();
  await sleep(500);
  rmSync(folder, { recursive: true, force: true });
  say("a killed browser had the note again");
};

// ---- a stream that is cut ----------------------------------------------------------------------------------------------

/** A line to the desk that can be cut. */
const cuttable = async (desk) => {
  const { hostname, port } = new URL(desk.web);
  const open = new Set();
  let isCut = false;
  const server = createServer((socket) => {
    if (isCut) return socket.destroy();
    const other = connect(Number(port), hostname);
    for (const [one, to] of [[socket, other], [other, socket]]) {
      open.add(one);
      one.on("error", () => to.destroy()).on("close", () => (open.delete(one), to.destroy())).pipe(to);
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const cut = (yes) => {
    isCut = yes;
    if (yes) open.forEach((socket) => socket.destroy());
  };
  return { web: `http://127.0.0.1:${server.address().port}`, cut, close: () => (cut(true), server.close()) };
};

const stream = async (browser, desk) => {
  const line = await cuttable(desk);
  const page = await enter(browser, { ...desk, web: line.web });
  await page.goto("/calls");
  await isLive(page);
  await page.evaluate(() => (globalThis.here = true));
  line.cut(true);
  const cutAt = Date.now();
  await page.waitForSelector("[data-live-banner]:not([hidden])");
  const took = Date.now() - cutAt;
  expect(`the banner comes after five seconds (${took} ms)`, took > 4000 && took < 9500);
  expect("the badge says it too", (await page.getAttribute("[data-live-badge]", "data-state")) !== "open");
  const ended = call(desk, ["+4930555012"], { ringMs: 25000 });
  await sleep(1500);
  line.cut(false);
  await page.waitForSelector('article.call[data-state="ringing"]', { timeout: 20000 });
  await isLive(page);
  expect("the banner goes", await page.locator("[data-live-banner]").first().isHidden());
  expect("without a reload", await page.evaluate(() => globalThis.here));
  expect(`the title counts what rings: ${await page.title()}`, /^\(1\) [☎☏] /.test(await page.title()));
  expect("the bell can be switched", await page.locator("[data-bell]").isVisible());
  await page.click("[data-bell]");
  expect("and says that it is on", (await page.getAttribute("[data-bell]", "aria-pressed")) === "true");
  await until("it sounds", () => page.evaluate(() => globalThis.desk.isLoud() && globalThis.desk.isSpeaker));
  await ended;
  await page.waitForFunction(() => !document.title.includes("("));
  await page.context().close();
  line.close();
  say(`a cut stream was told after ${took} ms, and the call of that time came by itself`);
};

// ---- eight tabs --------------------------------------------------------------------------------------------------------

const tabs = async (browser, desk) => {
  const first = await enter(browser, desk);
  await isLive(first);
  const all = [first];
  for (const at of ["/calls", "/t", "/people", "/orgs", "/me", "/calls/log", "/t/new"]) {
    const page = await first.context().newPage();
    await page.goto(at);
    all.push(page);
  }
  await Promise.all(all.map(isLive));
  expect("eight tabs, one stream", (await figure(desk, "deskbell_sse_connections")) === 1);
  const ended = call(desk, ["+4930555013"], { ringMs: 2500 });
  await Promise.all(all.map((page) => page.waitForSelector('[data-state="ringing"][id]', { state: "attached" })));
  const speakers = await Promise.all(all.map((page) => page.evaluate(() => !!globalThis.desk.isSpeaker)));
  expect(`one of them speaks (${speakers})`, speakers.filter(Boolean).length === 1);
  const said = await Promise.all(all.map((page) => page.textContent("[data-announce]")));
  expect(`each says it in one sentence (${said})`, said.every((text) => /Ringing: .+/.test(text)));
  await ended;
  await first.context().close();
  say("eight tabs had one stream and one voice");
};

const [desk, browser] = await Promise.all([startDemo(program), startBrowser()]);
say(`${browser.version()} at ${desk.web}`);
for (const walk of [undo, keys, session, stream, tabs]) {
  await walk(browser, desk).catch((error) => findings.push(`${walk.name} ended early: ${error.stack}`));
}
await killed(desk).catch((error) => findings.push(`killed ended early: ${error.stack}`));
await browser.close();
expect("the demo ends when it is told to", (await desk.stop()) === 0);
if (findings.length) console.log(`\n${findings.join("\n")}\n\n${findings.length} findings`);
else say("nothing found");
process.exit(findings.length ? 1 : 0);
