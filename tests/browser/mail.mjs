// A letter is answered in Chromium: `node mail.mjs ../../target/debug/deskbell`.
//
// By keyboard alone a letter of the demo is answered, taken back and found again as a draft; what was typed is still there
// after the page was lost; a letter's layout opens in its place and asks nobody else for anything.
import { join } from "node:path";
import { axe, end, expect, find, isLive, misfits, say, watched } from "./checks.mjs";
import { HERE, context, signIn, sleep, startBrowser, startDemo, until } from "./desk.mjs";

const program = process.argv[2] ?? join(HERE, "../../target/debug/deskbell");
const focused = (page) => page.evaluate(() => document.activeElement?.getAttribute("name"));

const answer = async (browser, desk) => {
  const within = await context(browser, desk);
  const page = await watched(within);
  await signIn(page, desk);
  await page.goto("/t?channel=mail&status=all");
  await page.click("tr:has-text('Water meter') a");
  await page.waitForSelector("#answer [data-key=r]");
  await isLive(page);
  await page.keyboard.press("r");
  await until("the cursor is in the text", async () => (await focused(page)) === "body");
  expect("the customer is written to", (await page.inputValue("[name=to]")).includes("erika@baeckerei.example"));
  await page.keyboard.type("Somebody comes on **Saturday**.");
  await page.waitForSelector("[data-kept]:has-text('Draft kept')");
  await axe(page, "the form of an answer");
  for (const misfit of await misfits(page)) find(`the form of an answer: ${misfit}`);

  const lost = await watched(within);
  await lost.goto(page.url());
  await lost.waitForSelector("#answer [name=body]");
  expect("a draft outlives its page", (await lost.inputValue("#answer [name=body]")).includes("Saturday"));
  await lost.close();

  await page.keyboard.press("Control+Enter");
  await page.waitForSelector(".letter-state[data-state=held] [data-until]");
  expect("the answer is shown as it will be read", (await page.textContent("main .letter-page strong")).length > 0);
  await page.keyboard.press("z");
  await page.waitForSelector("#answer [name=body]");
  expect("what is taken back is a draft", (await page.inputValue("#answer [name=body]")).includes("Saturday"));
  say("answered, taken back and found again");
  await within.close();
};

const layout = async (browser, desk) => {
  const within = await context(browser, desk, { width: 390 });
  const page = await watched(within);
  const away = [];
  page.on("request", (request) => request.url().startsWith(desk.web) || request.url().startsWith("data:") || away.push(request.url()));
  await signIn(page, desk);
  await page.goto("/t?channel=mail&status=all");
  await page.click("tr:has-text('Pump World') a");
  await page.route("**/page", async (route) => (await sleep(2500), route.continue()));
  await page.click("a:has-text('As it was written')");
  await page.waitForSelector(".slow");
  await page.waitForSelector(".letter-page table");
  await until("what came slowly is shown in full", async () => (await page.locator(".slow").count()) === 0);
  for (const misfit of await misfits(page)) find(`a newsletter at 390 px: ${misfit}`);
  expect(`nobody else is asked for anything: ${away}`, away.length === 0);
  say("a newsletter is shown in its layout");
  await within.close();
};

const [desk, browser] = await Promise.all([startDemo(program), startBrowser()]);
say(`${browser.version()} at ${desk.web}`);
try {
  await answer(browser, desk);
  await layout(browser, desk);
} catch (error) {
  find(`the walk ended early: ${error.stack}`);
}
await browser.close();
expect("the demo ends when it is told to", (await desk.stop()) === 0);
end("nothing found among the letters");
