// Screenshots of every page into the folder `shots`, to be looked at: `node shots.mjs ../../target/debug/deskbell`.
//
// Narrowed by `--only=REGEX` (names of pages), `--looks=light,dark,contrast`, `--widths=1440,390`, `--lang=de` (also en-XA
// and ar-XB, the languages of tests).
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { HERE, call, context, signIn, startBrowser, startDemo, startEmpty, until } from "./desk.mjs";
import { FRESH, OUTSIDE, pagesOf } from "./pages.mjs";

const flag = (name, usual) => process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3) ?? usual;
const program = process.argv.slice(2).find((arg) => !arg.startsWith("--")) ?? join(HERE, "../../target/debug/deskbell");
const [only, lang] = [new RegExp(flag("only", "")), flag("lang", "en")];
const [looks, widths] = [flag("looks", "light,dark").split(","), flag("widths", "1440,390").split(",").map(Number)];
const shots = join(HERE, "shots");
mkdirSync(shots, { recursive: true });

const [desk, empty, browser] = await Promise.all([startDemo(program), startEmpty(program), startBrowser()]);
await call(desk, ["+493023125030", "+4917604069099"], { ringMs: 100, reason: "Q.850;16" });
let count = 0;
for (const look of looks) {
  for (const width of widths) {
    const shoot = async (page, pages) => {
      for (const [name, path] of Object.entries(pages).filter(([name]) => only.test(name))) {
        await page.goto(path);
        const suffix = lang === "en" ? "" : `-${lang}`;
        await page.screenshot({ path: join(shots, `${name}-${look}-${width}${suffix}.png`), fullPage: true });
        count++;
      }
    };
    const strangers = await context(browser, empty, { lang, look, width });
    await shoot(await strangers.newPage(), FRESH);
    await strangers.close();
    const known = await context(browser, desk, { lang, look, width });
    const page = await known.newPage();
    await shoot(page, OUTSIDE);
    await signIn(page, desk);
    // Two calls ring on these pictures; those of the last round have ended by then.
    const ringing = call(desk, ["+493023125020", "+493023125001"], { ringMs: 20000 }).catch(() => {});
    await page.goto("/calls");
    await until("the calls ring", async () => (await page.locator('[data-state="ringing"]').count()) >= 2);
    await shoot(page, await pagesOf(page));
    await known.close();
    if (look !== looks.at(-1) || width !== widths.at(-1)) await ringing;
  }
}
await browser.close();
await desk.stop();
console.log(`${count} screenshots in ${shots}`);
process.exit(0);
