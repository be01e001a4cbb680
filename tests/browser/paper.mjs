// What comes out of the printer: `node paper.mjs ../../target/debug/deskbell`.
//
// A ticket, the call log and a person on A4: what was on the screen is on the paper, black on white, and nothing of what can
// only be clicked.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { end, expect, find, say } from "./checks.mjs";
import { HERE, call, context, signIn, startBrowser, startDemo } from "./desk.mjs";
import { pagesOf } from "./pages.mjs";

const program = process.argv[2] ?? join(HERE, "../../target/debug/deskbell");

/** The words on the sheets, and how many sheets there are. */
const printed = async (page) => {
  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  const text = execFileSync("pdftotext", ["-layout", "-", "-"], { input: pdf, encoding: "utf8" });
  return { text: text.replace(/\s+/g, " "), sheets: text.split("\f").length - 1, heads: text.split("\f") };
};

const onPaper = async (page, path, wanted) => {
  await page.goto(path);
  const { text, sheets } = await printed(page);
  for (const words of wanted) expect(`${path} on paper says “${words}”: ${text.slice(0, 300)}`, text.includes(words));
  for (const words of ["Sign out", "Search or jump", "Administration", "Ctrl+Enter", "http://"])
    expect(`${path} on paper does not say “${words}”`, !text.includes(words));
  await page.emulateMedia({ media: "print" });
  const looks = await page.evaluate(() => {
    const style = (part) => getComputedStyle(part);
    const dark = (colour) => Number(colour.match(/[\d.]+/)?.[0] ?? 0) < (colour.startsWith("oklch") ? 0.3 : 90);
    const faint = [...document.querySelectorAll("main h1, main h2, main td, main dd, main p")].filter((part) => part.checkVisibility() && !dark(style(part).color));
    return { ground: style(document.body).backgroundColor, faint: faint.map((part) => `${part.textContent.trim().slice(0, 30)} ${style(part).color}`) };
  });
  await page.emulateMedia({ media: null });
  expect(`${path} on paper is white (${looks.ground})`, looks.ground === "rgb(255, 255, 255)");
  for (const words of looks.faint.slice(0, 3)) find(`${path} on paper is faint: ${words}`);
  say(`${path}: ${sheets} sheets`);
  return sheets;
};

const [desk, browser] = await Promise.all([startDemo(program), startBrowser()]);
try {
  const callers = Array.from({ length: 50 }, (_, n) => `+4930903${100 + n}`);
  await call(desk, callers, { ringMs: 50, perSecond: 50, reason: "Q.850;16" });
  for (const look of ["light", "dark", "contrast"]) {
    const known = await context(browser, desk, { look });
    const page = await known.newPage();
    await signIn(page, desk);
    const pages = await pagesOf(page);
    await page.goto("/t");
    const ticket = await page.$eval("main a[href^='/t/']:not([href='/t/new'])", (link) => link.getAttribute("href"));
    await onPaper(page, ticket, [ticket.match(/[\d-]+$/)?.[0] ?? "", "Details"]);
    await onPaper(page, pages.person, ["Phone numbers"]);
    await onPaper(page, "/admin/roles", ["Work on tickets", "Viewer"]);
    const sheets = await onPaper(page, "/calls/log", ["Call log", "903149", "Outcome"]);
    const { heads } = await printed(page);
    const named = heads.filter((sheet) => /Outcome/.test(sheet)).length;
    expect(`the head of the table is on each of ${sheets} sheets (${named})`, sheets > 1 && named === sheets);
    await known.close();
  }
} catch (error) {
  find(`it ended early: ${error.stack}`);
}
await browser.close();
await desk.stop();
end("paper is black on white and says what the screen says");
