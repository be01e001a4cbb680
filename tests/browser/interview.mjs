// The interview in Chromium: `node interview.mjs ../../target/debug/deskbell [folder for pictures]`.
//
// It rings, F2 opens the form within 100 ms, the call is taken down by keyboard alone. The caller hangs up, the page is
// loaded anew, the browser is killed: nothing that was typed is lost. Like tickets are found while somebody types, and a call
// goes to one of them by one key. Any finding is a failure.
import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { HERE, call, context, signIn, sleep, startBrowser, startDemo, until } from "./desk.mjs";

const program = process.argv[2] ?? join(HERE, "../../target/debug/deskbell");
const pictures = process.argv[3];
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** From the key to the cursor in the form. */
const OPEN_MS_MAX = 100;

const findings = [];
const find = (text) => findings.push(text);
const expect = (what, holds) => holds || find(what);
const say = (text) => console.log(text);

const watched = async (within, allowed = []) => {
  const page = await within.newPage();
  page.on("console", (message) => {
    const text = `${message.text()} ${message.location().url ?? ""}`;
    if (["error", "warning"].includes(message.type()) && !allowed.some((word) => text.includes(word))) find(`console: ${text}`);
  });
  page.on("pageerror", (error) => find(`uncaught ${error}`));
  return page;
};

const picture = async (page, name) => pictures && page.screenshot({ path: join(pictures, `${name}.png`) });

const axe = async (page, where) => {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((values) => globalThis.axe.run(document, { runOnly: { type: "tag", values } }), RULES);
  for (const { id, impact, nodes } of violations)
    for (const node of nodes.slice(0, 3)) find(`${where}: axe ${id} (${impact}): ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`);
};

const isLive = (page) => page.waitForSelector('[data-live-badge][data-state="open"]', { state: "attached" });
const focused = (page) => page.evaluate(() => document.activeElement?.getAttribute("name"));
const subject = (page) => page.inputValue("#i-subject");
const dialog = ".interview-dialog[open]";
const open = async (page) => {
  await page.keyboard.press("F2");
  await page.waitForSelector(dialog);
};

/** How long it takes, in the middle of five times: the machine has other things to do too. */
const measured = async (page) => {
  await page.evaluate(() => {
    addEventListener("keydown", (event) => event.key === "F2" && (globalThis.pressed = event.timeStamp), true);
    addEventListener("focusin", (event) => event.target.id === "i-subject" && (globalThis.ready = performance.now()), true);
  });
  const took = [];
  for (let times = 0; times < 5; times++) {
    if (times) await page.keyboard.press("Escape");
    await open(page);
    took.push(await page.evaluate(() => globalThis.ready - globalThis.pressed));
  }
  say(`F2 to the cursor in the form: ${took.map((ms) => ms.toFixed(1)).join(", ")} ms`);
  return took.sort((a, b) => a - b)[2];
};

/** A call is taken down by keyboard while the caller hangs up. */
const walk = async (browser, desk) => {
  const within = await context(browser, desk);
  const page = await watched(within, ["422", "409"]);
  await signIn(page, desk);
  await page.goto("/t");
  await isLive(page);

  const first = call(desk, ["+493023125030"], { ringMs: 7000, reason: "Q.850;cause=16" });
  await page.waitForResponse((answer) => answer.url().endsWith("/calls/current/interview") && answer.ok());
  await page.waitForSelector('article.call[data-state="ringing"]', { state: "attached" });
  await sleep(300);
  const took = await measured(page);
  expect(`the form is there in time (${took.toFixed(1)} ms)`, took >= 0 && took <= OPEN_MS_MAX);
  expect("the cursor is in what", (await focused(page)) === "subject");
  expect("the only person of the number is named", await page.isChecked(".interview-caller input[name=requester]:not([value=''])"));
  await axe(page, "the dialog");
  await picture(page, "interview-rings");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector(`${dialog} #i-subject[aria-invalid]`);
  expect("what is wrong has the cursor", (await focused(page)) === "subject");
  await page.keyboard.type("No hot water on the dialysis floor");
  await page.keyboard.press("Alt+3");
  expect("Alt+3 is high", (await page.getAttribute(`${dialog} [name=priority]:checked`, "value")) === "high");
  await page.selectOption(`${dialog} #i-category`, { index: 1 });
  await page.waitForSelector(`${dialog} .script [name=check]`);
  await page.check(`${dialog} .script [name=check] >> nth=0`);
  await page.fill(`${dialog} #i-note`, "Since this morning.");
  await first;
  await page.waitForSelector(`${dialog} [data-missed]:not([hidden])`, { timeout: 8000 }).catch(() => find("the dialog says that the caller hung up"));
  expect("what was typed is still there", (await subject(page)) === "No hot water on the dialysis floor");
  await picture(page, "interview-hung-up");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector(dialog, { state: "detached" });
  const link = await page.waitForSelector("[data-toasts] a[href^='/t/']");
  const number = (await link.getAttribute("href")).slice(3);
  await page.goto(`/t/${number}`);
  const told = await page.textContent("main");
  for (const part of ["No hot water on the dialysis floor", "☑", "Since this morning.", "Priya Natarajan"])
    expect(`the ticket says ${part}`, told.includes(part));
  expect("it is high", (await page.inputValue("#f-priority")) === "high");
  await picture(page, "interview-ticket");
  say(`the call became ticket ${number} though the caller hung up`);
  await again(page, desk, number);
  await within.close();
  return number;
};

/** The same caller once more, about the same: one key. Then another matter, which survives a reload and goes out. */
const again = async (page, desk, number) => {
  await isLive(page);
  const second = call(desk, ["+493023125030"], { ringMs: 7000 });
  await page.waitForSelector('article.call[data-state="ringing"]', { state: "attached" });
  await sleep(400);
  await open(page);
  await page.keyboard.type("hot water dialysis");
  await page.waitForSelector(`${dialog} .similar [data-double]`).catch(() => find("the double is warned of"));
  await axe(page, "the dialog with a double");
  await picture(page, "interview-double");
  await page.keyboard.press("Alt+D");
  await page.waitForSelector(dialog, { state: "detached" });
  await page.waitForSelector(`[data-toasts] a[href="/t/${number}"]`);
  await page.waitForSelector("[data-toasts] form[action$='/unlink']");
  await page.goto(`/t/${number}`);
  expect("the ticket has two calls", (await page.locator(".entry[data-kind=call]").count()) === 2);
  await second;

  const third = call(desk, ["+4917604069031"], { ringMs: 8000 });
  await page.waitForSelector('article.call[data-state="ringing"]', { state: "attached" });
  await sleep(400);
  await open(page);
  await page.keyboard.type("Gate does not open");
  await page.keyboard.press("Escape");
  expect("Esc closes", (await page.locator(dialog).count()) === 0);
  await page.reload();
  await isLive(page);
  await sleep(300);
  await open(page);
  expect("what was typed is back after a reload", (await subject(page)) === "Gate does not open");
  expect("and it is said", await page.isVisible(`${dialog} [data-restored]`));
  await picture(page, "interview-restored");
  await page.keyboard.press("Control+Shift+Enter");
  await page.waitForURL(/\/t\/\d+\?dispatch=1/);
  await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "assignee").catch(() => find("who goes has the cursor"));
  await third;
  say("one key added a call to its ticket; a reload lost nothing; a ticket was sent out");
};

/** Ten calls one after the other by keyboard alone: claimed, taken down, wrapped up, and the board is ready for the next. */
const ten = async (browser, desk) => {
  const within = await context(browser, desk);
  const page = await watched(within);
  await signIn(page, desk);
  await page.goto("/calls");
  await isLive(page);
  for (let nth = 0; nth < 10; nth++) {
    const rings = call(desk, [`+4930777${String(100 + nth)}`], { ringMs: 4000, reason: "SIP;cause=200" });
    await page.waitForSelector('article.call[data-state="ringing"] [data-enter]');
    await page.keyboard.press("Enter");
    await page.waitForSelector(".hand .held");
    await open(page);
    await page.keyboard.type(`Matter number ${nth}`);
    await page.keyboard.press("Control+Enter");
    await page.waitForSelector(dialog, { state: "detached" });
    await rings;
    await page.keyboard.press("w");
    await page.keyboard.press("1");
    await page.waitForSelector(".hand .empty");
    expect(`after call ${nth + 1} the board is there (${page.url()})`, new URL(page.url()).pathname === "/calls");
  }
  await page.goto("/t");
  const list = await page.textContent("main");
  for (let nth = 0; nth < 10; nth++) expect(`call ${nth + 1} is a ticket`, list.includes(`Matter number ${nth}`));
  await within.close();
  say("ten calls in a row, by keyboard alone");
};

/** A browser that is killed in the middle of a word. */
const killed = async (desk) => {
  const profile = mkdtempSync(join(tmpdir(), "deskbell-profile-"));
  const options = { executablePath: "/usr/bin/chromium", args: ["--headless", "--no-sandbox", "--disable-gpu"], baseURL: desk.web, locale: "en-GB" };
  const ringing = call(desk, ["+33199001234"], { ringMs: 20000 });
  let within = await chromium.launchPersistentContext(profile, options);
  let page = within.pages()[0] ?? (await within.newPage());
  await signIn(page, desk);
  await isLive(page);
  await open(page);
  await page.keyboard.type("Meter in the garage whistles");
  const folder = join(profile, "Default/Local Storage/leveldb");
  await until("the browser has it on disk", () =>
    readdirSync(folder).some((file) => readFileSync(join(folder, file)).includes("Meter in the garage whistles")), 30000);
  const pid = Number(readlinkSync(join(profile, "SingletonLock")).split("-").at(-1));
  process.kill(pid, "SIGKILL");
  await until("the browser is gone", () => within.browser() === null || !within.pages().some((open) => !open.isClosed())).catch(() => {});
  rmSync(join(profile, "SingletonLock"), { force: true });
  within = await chromium.launchPersistentContext(profile, options);
  page = within.pages()[0] ?? (await within.newPage());
  await page.goto("/calls");
  if (new URL(page.url()).pathname === "/login") await signIn(page, desk);
  await isLive(page);
  await open(page);
  expect("what was typed is back after the browser was killed", (await subject(page)) === "Meter in the garage whistles");
  await within.close();
  await ringing;
  rmSync(profile, { recursive: true, force: true });
  say("a killed browser had it all again");
};

/** The looks of it: both shades, both languages, a phone. */
const looks = async (browser, desk) => {
  for (const [lang, look, width] of [["en", "light", 1440], ["de", "dark", 1440], ["en", "dark", 390], ["de", "light", 390], ["en", "light", 320]]) {
    const within = await context(browser, desk, { lang, look, width });
    const page = await watched(within);
    await signIn(page, desk);
    await page.goto("/calls");
    await isLive(page);
    await open(page);
    await page.selectOption("#i-category", { index: 1 });
    await page.waitForSelector(`${dialog} .script`);
    const wide = await page.evaluate(() => { const d = document.querySelector(".interview-dialog"); return d.scrollWidth > d.clientWidth; });
    expect(`${lang} ${look} ${width}: scrolls sideways`, !wide);
    await axe(page, `the dialog ${lang} ${look} ${width}`);
    await picture(page, `interview-${lang}-${look}-${width}`);
    await page.goto("/calls/1/interview");
    await axe(page, `the page ${lang} ${look} ${width}`);
    await picture(page, `interview-page-${lang}-${look}-${width}`);
    for (const [name, path] of [["new", "/t/new"], ["categories", "/admin/categories"], ["category", "/admin/categories/1"]]) {
      await page.goto(path);
      await axe(page, `${path} ${lang} ${look} ${width}`);
      expect(`${path} ${width}: scrolls sideways`, !(await page.evaluate(() => document.scrollingElement.scrollWidth > innerWidth)));
      await picture(page, `${name}-${lang}-${look}-${width}`);
    }
    await within.close();
  }
};

const [desk, browser] = await Promise.all([startDemo(program), startBrowser()]);
try {
  await walk(browser, desk);
  await ten(browser, desk);
  await killed(desk);
  await looks(browser, desk);
} catch (error) {
  find(`the walk ended early: ${error.stack}`);
}
await browser.close();
await desk.stop();
if (findings.length) console.log(`\n${findings.join("\n")}\n\n${findings.length} findings`);
process.exit(findings.length ? 1 : 0);
