// What the walk and the gates hold pages against, and how they say what they found.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const began = Date.now();
const findings = [];
export const find = (text) => findings.includes(text) || findings.push(text);
export const expect = (what, holds) => holds || find(what);
export const say = (text) => console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}`);

/** Ends the program: all that was found, or `well`. */
export const end = (well) => {
  if (findings.length) console.log(`\n${findings.join("\n")}\n\n${findings.length} findings`);
  else say(well);
  process.exit(findings.length ? 1 : 0);
};

/** A page whose console must stay silent: no error, no warning, nothing that the content security policy stopped. What is
 *  in `allowed` is part of the test. */
export const watched = async (within, allowed = []) => {
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

export const axe = async (page, where) => {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((values) => globalThis.axe.run(document, { runOnly: { type: "tag", values } }), RULES);
  for (const { id, impact, nodes } of violations)
    for (const node of nodes.slice(0, 3)) find(`${where}: axe ${id} (${impact}): ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`);
};

/** What does not fit: a page that scrolls sideways, and words that are cut off or hang over the edge of the window. */
export const misfits = (page) =>
  page.evaluate(() => {
    const root = document.scrollingElement;
    const found = root.scrollWidth > root.clientWidth ? [`scrolls sideways by ${root.scrollWidth - root.clientWidth} px`] : [];
    const scrolls = (part) => {
      for (let up = part.parentElement; up; up = up.parentElement) if (/auto|scroll|hidden|clip/.test(getComputedStyle(up).overflowX)) return true;
      return false;
    };
    for (const part of document.querySelectorAll(".button, .badge, .chip, .stat-value, .nav-label, .tabs a, h1, legend, label")) {
      const { left, right, width } = part.getBoundingClientRect();
      if (!width || !part.checkVisibility() || part.closest(".unseen") || part.classList.contains("unseen")) continue;
      const hidden = part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflowX !== "visible" && !part.matches(".nav-label");
      const over = (left < -1 || right > innerWidth + 1) && !scrolls(part);
      if (hidden || over) found.push(`${hidden ? "cut off" : "over the edge"}: ${part.className || part.tagName} “${part.textContent.trim().slice(0, 40)}”`);
    }
    return found;
  });

/** The stream is there: what happens from now on comes by itself. */
export const isLive = (page) => page.waitForSelector('[data-live-badge][data-state="open"]', { state: "attached" });

/** Runs the tasks, two at a time: as many as the machine has cores. */
export const together = async (tasks) => {
  const waiting = [...tasks];
  await Promise.all([0, 1].map(async () => {
    for (let task = waiting.shift(); task; task = waiting.shift()) await task();
  }));
};
