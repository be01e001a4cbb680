// Screenshots of every page in both looks and two sizes into the folder `shots`: `node shots.mjs ../../target/debug/deskbell`.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { HERE, call, context, pagesOf, signIn, startBrowser, startDemo, startEmpty, until } from "./desk.mjs";

const program = process.argv[2] ?? join(HERE, "../../target/debug/deskbell");
const lang = process.argv[3] ?? "en";
const shots = join(HERE, "shots");
mkdirSync(shots, { recursive: true });

const [desk, empty, browser] = await Promise.all([startDemo(program), startEmpty(program), startBrowser()]);
await call(desk, ["+493023125030", "+4917604069099"], { ringMs: 100, reason: "Q.850;16" });
// Two calls ring on all pictures.
const ringing = call(desk, ["+493023125020", "+493023125001"], { ringMs: 50000 }).catch(() => {});
let count = 0;
for (const look of ["light", "dark"]) {
  for (const width of [1440, 390]) {
    const name = (page) => (count++, join(shots, `${page}-${look}-${width}.png`));
    const strangers = await context(browser, empty, { lang, look, width });
    const setup = await strangers.newPage();
    await setup.goto("/setup");
    await setup.screenshot({ path: name("setup"), fullPage: true });
    await strangers.close();

    const known = await context(browser, desk, { lang, look, width });
    const page = await known.newPage();
    await page.goto("/login");
    await page.screenshot({ path: name("sign-in"), fullPage: true });
    await signIn(page, desk);
    await page.goto("/calls");
    await until("the calls ring", async () => (await page.locator('article.call[data-state="ringing"]').count()) === 2);
    for (const [title, path] of Object.entries(await pagesOf(page))) {
      await page.goto(path);
      await page.screenshot({ path: name(title), fullPage: true });
    }
    await known.close();
  }
}
await browser.close();
await desk.stop();
await Promise.race([ringing, Promise.resolve()]);
console.log(`${count} screenshots in ${shots}`);
process.exit(0);
