// How fast pages are and what they weigh: `node speed.mjs ../../target/debug/deskbell`.
//
// Lighthouse on the pages where people are all day; the octets and requests of a first visit; the weight of a list of fifty;
// how long a key or a click takes to be seen.
import { createRequire } from "node:module";
import { join } from "node:path";
import lighthouse, { desktopConfig } from "lighthouse";
import { end, expect, find, say } from "./checks.mjs";
import { HERE, call, context, signIn, startBrowser, startDemo } from "./desk.mjs";
import { pagesOf } from "./pages.mjs";

const program = process.argv[2] ?? join(HERE, "../../target/debug/deskbell");
const SCORES = { performance: 95, accessibility: 100, "best-practices": 95 };
const FIRST_LOAD = { octetsMax: 90_000, filesMax: 8, partsMax: 2 };
const LIST = { rawMax: 60_000, brotliMax: 8_000, nodesMax: 1_500 };
const REACTION_MS_MAX = 100;

/** A first visit to the board, with nothing kept: what it weighs, how many files it asks for, and how many parts of the page
 *  that come by themselves. */
const firstVisit = async (browser, desk, state) => {
  const fresh = await context(browser, desk, { storageState: state });
  const page = await fresh.newPage();
  const client = await fresh.newCDPSession(page);
  await client.send("Network.enable");
  let [octets, files, parts] = [0, 0, 0];
  client.on("Network.requestWillBeSent", ({ request }) => {
    if (request.headers["HX-Request"]) parts++;
    else if (request.url.startsWith("http")) files++;
  });
  client.on("Network.requestServedFromCache", () => files--);
  client.on("Network.loadingFinished", ({ encodedDataLength }) => (octets += encodedDataLength));
  await page.goto("/calls", { waitUntil: "load" });
  await page.waitForTimeout(500);
  await fresh.close();
  return { octets, files, parts };
};

const firstLoad = async (browser, desk, state) => {
  const { octets, files, parts } = await firstVisit(browser, desk, state);
  say(`first load of /calls: ${octets} octets, ${files} files and ${parts} parts`);
  expect(`the first load weighs ${octets} octets, ${FIRST_LOAD.octetsMax} at most`, octets > 10_000 && octets <= FIRST_LOAD.octetsMax);
  expect(`the first load asks for ${files} files, ${FIRST_LOAD.filesMax} at most`, files > 0 && files <= FIRST_LOAD.filesMax);
  expect(`and for ${parts} parts, ${FIRST_LOAD.partsMax} at most`, parts > 0 && parts <= FIRST_LOAD.partsMax);
};

/** The list of tickets, as full as a page of it gets. */
const list = async (page, desk, state) => {
  const cookie = state.cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const asked = (coding) => fetch(`${desk.web}/t`, { headers: { cookie, accept: "text/html", "accept-encoding": coding } });
  const raw = (await (await asked("identity")).text()).length;
  const client = await page.context().newCDPSession(page);
  await client.send("Network.enable");
  let sent = 0;
  client.on("Network.dataReceived", ({ encodedDataLength }) => (sent += encodedDataLength));
  const answer = await page.goto("/t", { waitUntil: "commit" });
  await answer.finished();
  const octets = (await answer.request().sizes()).responseBodySize || sent;
  await page.waitForLoadState();
  const [rows, nodes] = await page.evaluate(() => [document.querySelectorAll("main tbody tr").length, document.querySelectorAll("*").length]);
  say(`/t with ${rows} rows: ${raw} octets, ${octets} compressed, ${nodes} nodes`);
  expect(`the list has 50 rows (${rows})`, rows === 50);
  expect(`the list weighs ${raw} octets, ${LIST.rawMax} at most`, raw <= LIST.rawMax);
  expect(`the list weighs ${octets} octets compressed, ${LIST.brotliMax} at most`, octets <= LIST.brotliMax);
  expect(`the list has ${nodes} nodes, ${LIST.nodesMax} at most`, nodes <= LIST.nodesMax);
};

/** From a key or a click to the frame that shows it, as the browser itself measures it. */
const slowest = async (page) => {
  await page.goto("/dev/ui");
  await page.evaluate(() => {
    globalThis.took = [];
    const note = (entries) => entries.getEntries().forEach(({ name, duration }) => globalThis.took.push([name, duration]));
    new PerformanceObserver(note).observe({ type: "event", durationThreshold: 16, buffered: false });
  });
  const deeds = [
    () => page.click(".top details.menu summary"),
    () => page.keyboard.press("Escape"),
    () => page.click("main details.menu summary >> nth=0"),
    () => page.keyboard.press("Escape"),
    () => page.click("[data-dialog]"),
    () => page.keyboard.press("Escape"),
    () => page.keyboard.press("/"),
    () => page.keyboard.type("pump"),
  ];
  for (const deed of deeds) {
    await deed();
    await page.waitForTimeout(120);
  }
  const took = await page.evaluate(() => globalThis.took);
  return took.sort((a, b) => b[1] - a[1])[0] ?? ["none", 0];
};

const reactions = async (page) => {
  let worst = await slowest(page);
  // The best of three: one frame that the machine gave to somebody else is no fault of the page.
  for (let again = 0; again < 2 && worst[1] > REACTION_MS_MAX; again++) worst = await slowest(page);
  say(`8 deeds, the slowest was seen after ${worst[1]} ms (${worst[0]})`);
  expect(`a ${worst[0]} is seen after ${worst[1]} ms, ${REACTION_MS_MAX} at most`, worst[1] <= REACTION_MS_MAX);
};

const scored = async (port, url, cookie) => {
  const flags = { port, output: "json", logLevel: "silent", onlyCategories: Object.keys(SCORES), extraHeaders: cookie ? { Cookie: cookie } : undefined };
  const { lhr } = await lighthouse(url, flags, desktopConfig);
  const scores = Object.entries(SCORES).map(([name, min]) => [name, Math.round((lhr.categories[name].score ?? 0) * 100), min]);
  const lost = Object.values(lhr.audits).filter(({ score, scoreDisplayMode }) => scoreDisplayMode === "binary" && score === 0).map(({ id }) => id);
  return { scores, lost };
};

const judged = async (desk, state, paths) => {
  const { launch } = createRequire(import.meta.url)("chrome-launcher");
  const chrome = await launch({ chromePath: "/usr/bin/chromium", chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
  const cookie = state.cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  for (const path of paths) {
    const ask = () => scored(chrome.port, desk.web + path, path === "/login" ? null : cookie);
    let { scores, lost } = await ask();
    // A machine that is busy with something else for a moment must not fail a page: the better of two.
    if (scores.some(([, score, min]) => score < min)) ({ scores, lost } = await ask());
    say(`Lighthouse ${path}: ${scores.map(([name, score]) => `${name} ${score}`).join(", ")}`);
    for (const [name, score, min] of scores) expect(`Lighthouse ${path}: ${name} ${score}, ${min} at least (${lost})`, score >= min);
  }
  await chrome.kill();
};

const [desk, browser] = await Promise.all([startDemo(program), startBrowser()]);
try {
  // Every call makes a ticket, so the list gets its fifty rows.
  const callers = Array.from({ length: 50 }, (_, n) => `+4930902${100 + n}`);
  await call(desk, callers, { ringMs: 50, perSecond: 50, reason: "Q.850;16" });
  const known = await context(browser, desk);
  const page = await known.newPage();
  await signIn(page, desk);
  const state = await known.storageState();
  const { ticket } = await pagesOf(page);
  await firstLoad(browser, desk, state);
  await list(page, desk, state);
  await reactions(page);
  await browser.close();
  await judged(desk, state, ["/login", "/calls", "/t", ticket, "/people"]);
} catch (error) {
  find(`it ended early: ${error.stack}`);
}
await browser.close();
await desk.stop();
end("fast and light");
