// A second opinion on every page, by HTML_CodeSniffer beside axe: `node pa11y.mjs ../../target/debug/deskbell`.
import { join } from "node:path";
import pa11y from "pa11y";
import puppeteer from "puppeteer";
import { end, find, say, together } from "./checks.mjs";
import { HERE, call, context, signIn, startBrowser, startDemo, startEmpty } from "./desk.mjs";
import { FRESH, OUTSIDE, pagesOf } from "./pages.mjs";

const program = process.argv[2] ?? join(HERE, "../../target/debug/deskbell");
const [desk, empty, browser] = await Promise.all([startDemo(program), startEmpty(program), startBrowser()]);
await call(desk, ["+493023125030", "+4917604069099"], { ringMs: 100, reason: "Q.850;16" });
const known = await context(browser, desk);
const page = await known.newPage();
await signIn(page, desk);
const pages = await pagesOf(page);
const cookies = await known.cookies();
await browser.close();

const second = await puppeteer.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
await second.setCookie(...cookies.map(({ name, value, domain, path }) => ({ name, value, domain, path })));
const look = (desk, path) => async () => {
  const options = { browser: second, runners: ["axe", "htmlcs"], standard: "WCAG2AA", timeout: 60000, headers: { Accept: "text/html" } };
  try {
    const { issues } = await pa11y(new URL(path, desk.web).href, options);
    // What axe only asks about, such as words over a drawing, is answered by looking; looks.mjs holds what it finds.
    for (const { code, message, selector, context } of issues.filter((issue) => !issue.runnerExtras?.needsFurtherReview))
      find(`${path}: ${code} ${message} ${selector} ${context?.slice(0, 160)}`);
  } catch (error) {
    find(`${path}: ${error}`);
  }
};
const strangers = [...Object.values(FRESH).map((path) => look(empty, path)), ...Object.values(OUTSIDE).map((path) => look(desk, path))];
const insiders = Object.values(pages).map((path) => look(desk, path));
await together([...strangers, ...insiders]);
await second.close();
await desk.stop();
say(`${strangers.length + insiders.length} pages`);
end("pa11y has nothing to say");
