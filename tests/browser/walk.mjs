// A walk through Deskbell in Chromium: `node walk.mjs ../../target/debug/deskbell`.
//
// A call by sipp becomes a card without a reload, becomes a ticket by keyboard alone, in every tab, over one stream. The same
// work is done without JavaScript. Any finding is a failure; all are listed in the end. How pages look is for looks.mjs.
import { join } from "node:path";
import { axe, end, expect, find, isLive, say, watched } from "./checks.mjs";
import { HERE, call, context, figure, signIn, startBrowser, startDemo, until } from "./desk.mjs";

const program = process.argv[2] ?? join(HERE, "../../target/debug/deskbell");
/** From the INVITE on the wire to the card on the screen: well before the second ring. */
const CARD_MS_MAX = 1000;

/** What tabs may say once one has signed out: what was about to look for news, on the page that is left too, is refused. */
const signedOut = [];

const focusedName = (page) => page.evaluate(() => document.activeElement?.getAttribute("name"));

// ---- a call, by keyboard alone ---------------------------------------------------------------------------------------

const ring = async (browser, desk) => {
  const within = await context(browser, desk);
  const page = await watched(within, signedOut);
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
  const ended = call(desk, ["+493023125030"], { ringMs: 10000 });
  const ringing = 'article.call[data-state="ringing"]';
  await page.waitForSelector(ringing);
  const tabs = await Promise.all([second, third].map((tab) => tab.waitForSelector(ringing, { state: "attached" })));
  expect("the card came without a reload, in every tab", (await loads()) === loaded && tabs.length === 2);
  expect("the card says who it may be", (await page.textContent(ringing)).includes("Priya Natarajan"));
  expect("the title of the page rings", /^\(1\) [☎☏] /.test(await page.title()));
  await axe(page, "/calls while it rings");

  await page.keyboard.press("F2");
  await page.waitForSelector(".interview-dialog[open]");
  expect("the cursor is in the subject", (await focusedName(page)) === "subject");
  await axe(page, "the interview while it rings");
  await page.keyboard.type("Power out on the dialysis floor");
  await page.keyboard.press("Control+Enter");
  const number = (await (await page.waitForSelector("[data-toasts] a[href^='/t/']")).getAttribute("href")).slice(3);
  await page.goto(`/t/${number}`);
  await isLive(page);
  await axe(page, "the ticket while it rings");
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

// ---- two who want the same call --------------------------------------------------------------------------------------

const race = async (browser, desk) => {
  const lost = ["409 (Conflict)"];
  const enter = async (login) => {
    const within = await context(browser, desk);
    const page = await watched(within, lost);
    await signIn(page, { ...desk, login });
    await page.goto("/calls");
    await isLive(page);
    return page;
  };
  const [dana, ana] = [await enter(desk.login), await enter("ana")];
  const names = new Map([[dana, "Dana Demo"], [ana, "Ana Kovács"]]);
  for (const caller of ["+4930555071", "+4930555072", "+4930555073"]) {
    const ended = call(desk, [caller], { ringMs: 4000 });
    const claim = 'article.call[data-state="ringing"] [data-enter]';
    await Promise.all([dana, ana].map((page) => page.waitForSelector(claim)));
    // Neither may learn of the other before both have asked.
    const held = [];
    const hold = (route) => new Promise((done) => held.push(() => done(route.continue())));
    await Promise.all([dana, ana].map((page) => page.route("**/calls/*/claim", hold)));
    // Where the focus stands on what answers to no key, Enter is for the board.
    await dana.locator("#main").focus();
    await Promise.all([dana, ana].map((page) => page.keyboard.press("Enter")));
    await until("both ask for the call", () => held.length === 2);
    const answers = [dana, ana].map((page) => page.waitForResponse(/\/calls\/\d+\/claim$/));
    held.forEach((go) => go());
    const codes = (await Promise.all(answers)).map((answer) => answer.status());
    expect(`one gets the call, the other does not (${codes})`, [...codes].sort().join() === "200,409");
    const [winner, loser] = codes[0] === 200 ? [dana, ana] : [ana, dana];
    await winner.waitForSelector(".hand .held");
    const told = await loser.waitForSelector(`[data-toasts] :text("${names.get(winner)}")`, { timeout: 3000 }).catch(() => null);
    expect(`${names.get(loser)} is told who has it`, told);
    await loser.waitForSelector(`article.call .call-holder:has-text("${names.get(winner)}")`);
    expect("and has nothing in hand", (await loser.locator(".hand .held").count()) === 0);
    await ended;
    await winner.keyboard.press("w");
    await winner.keyboard.press("1");
    await winner.waitForSelector(".hand .empty");
    await Promise.all([dana, ana].map((page) => page.unroute("**/calls/*/claim")));
  }
  await Promise.all([dana, ana].map((page) => page.context().close()));
  say("two asked for the same call at once, three times: one had it, the other was told who");
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
  await page.click("main form[method=post] .button.primary");
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

const [desk, browser] = await Promise.all([startDemo(program), startBrowser()]);
say(`${browser.version()} at ${desk.web}`);
try {
  await ring(browser, desk);
  await race(browser, desk);
  await withoutScripts(browser, desk);
} catch (error) {
  find(`the walk ended early: ${error.stack}`);
}
await browser.close();
expect("the demo ends when it is told to", (await desk.stop()) === 0);
end("nothing found on the walk");
