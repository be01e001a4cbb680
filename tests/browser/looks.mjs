// Every page in every look: `node looks.mjs ../../target/debug/deskbell`.
//
// Light, dark and with the greatest contrast, in English, German and the two languages of tests, from 320 to 2,560 px: it is
// answered, speaks the language, has the look, fits, its console is silent, and axe finds nothing. All findings are listed.
import { join } from "node:path";
import { axe, end, expect, find, misfits, say, together, watched } from "./checks.mjs";
import { HERE, call, context, signIn, startBrowser, startDemo, startEmpty } from "./desk.mjs";
import { FRESH, OUTSIDE, STATUS, pagesOf } from "./pages.mjs";

const program = process.argv[2] ?? join(HERE, "../../target/debug/deskbell");
const WIDTHS = [320, 390, 768, 1440, 2560];

/** What is tried: the language, the look, the widths at which it must fit, and those at which axe looks. */
const ROUNDS = [
  { lang: "en", look: "light", fits: WIDTHS, axes: [1440, 390] },
  { lang: "en", look: "dark", fits: [], axes: [1440] },
  { lang: "de", look: "light", fits: WIDTHS, axes: [1440] },
  { lang: "de", look: "dark", fits: [], axes: [390] },
  { lang: "en", look: "contrast", fits: [320, 1440], axes: [1440, 390] },
  { lang: "en-XA", look: "light", fits: WIDTHS, axes: [] },
  { lang: "ar-XB", look: "dark", fits: WIDTHS, axes: [] },
];

const sized = (page, width) => page.setViewportSize({ width, height: width < 600 ? 844 : 900 });

const look = async (page, path, { lang, look: shade, fits, axes }) => {
  const where = `${path} ${lang} ${shade}`;
  await sized(page, 1440);
  const status = (await page.goto(path))?.status() ?? 0;
  expect(`${where} is answered (${status})`, status === (STATUS[path] ?? 200));
  const root = await page.evaluate(() => ({ ...document.documentElement.dataset, lang: document.documentElement.lang, dir: document.documentElement.dir }));
  expect(`${where} speaks ${lang} (${root.lang})`, root.lang === lang);
  expect(`${where} runs the right way (${root.dir})`, root.dir === (lang.startsWith("ar") ? "rtl" : "ltr"));
  expect(`${where} is ${shade} (${root.theme})`, root.theme === shade);
  for (const width of fits) {
    await sized(page, width);
    for (const misfit of await misfits(page)) find(`${where} at ${width}: ${misfit}`);
  }
  for (const width of axes) {
    await sized(page, width);
    await axe(page, `${where} at ${width}`);
  }
};

/** Rows and controls are as high as the density says. */
const densities = async (page) => {
  await sized(page, 1440);
  await page.goto("/t");
  for (const [density, row] of [["compact", 28], ["normal", 36], ["touch", 44]]) {
    const seen = await page.evaluate((word) => {
      document.documentElement.dataset.density = word;
      const heights = (selector) => [...document.querySelectorAll(selector)].filter((part) => part.checkVisibility()).map((part) => part.getBoundingClientRect().height);
      return { rows: heights("main tbody tr"), controls: heights("main .filters select, main .button") };
    }, density);
    for (const height of [...seen.rows, ...seen.controls])
      expect(`${density}: ${height} px where ${row} are meant`, Math.abs(height - row) <= 1.5 && seen.rows.length > 3);
  }
};

/** Whoever walks by Tab sees where they are: nothing sticky lies over it, and it is marked. */
const walked = async (page, path, width) => {
  await sized(page, width);
  await page.goto(path);
  for (let step = 0; step < 45; step++) {
    await page.keyboard.press("Tab");
    const hidden = await page.evaluate(() => {
      const part = document.activeElement;
      if (!part || part === document.body || part.closest("[tabindex='-1'], .skip")) return null;
      const { left, top, right, bottom } = part.getBoundingClientRect();
      const [x, y] = [(left + right) / 2, (top + bottom) / 2];
      const above = document.elementFromPoint(x, y);
      const covered = y < 0 || y > innerHeight || (above && !part.contains(above) && !above.contains(part) && !part.parentElement?.contains(above));
      return covered ? `${part.outerHTML.slice(0, 90)} under ${above?.outerHTML.slice(0, 60)}` : null;
    });
    if (hidden) find(`${path} at ${width}: focus is hidden: ${hidden}`);
  }
};

const round = async (browser, desk, empty, how) => {
  // Only a demo speaks the languages of tests.
  if (!how.lang.includes("X")) {
    const strangers = await context(browser, empty, how);
    const fresh = await watched(strangers);
    for (const path of Object.values(FRESH)) await look(fresh, path, how);
    await strangers.close();
  }
  const known = await context(browser, desk, how);
  const page = await watched(known, Object.keys(STATUS));
  for (const path of Object.values(OUTSIDE)) await look(page, path, how);
  await signIn(page, desk);
  const pages = Object.values(await pagesOf(page));
  for (const path of pages) await look(page, path, how);
  if (how === ROUNDS[0]) {
    await densities(page);
    for (const path of ["/t", "/people", "/dev/ui"]) for (const width of [390, 1440]) await walked(page, path, width);
  }
  await known.close();
  say(`${pages.length + 2} pages ${how.lang} ${how.look}`);
};

const [desk, empty, browser] = await Promise.all([startDemo(program), startEmpty(program), startBrowser()]);
say(`${browser.version()} at ${desk.web}`);
try {
  await call(desk, ["+493023125030", "+4917604069099"], { ringMs: 100, reason: "Q.850;16" });
  await together(ROUNDS.map((how) => () => round(browser, desk, empty, how)));
} catch (error) {
  find(`it ended early: ${error.stack}`);
}
await browser.close();
await desk.stop();
end("every page bears every look");
