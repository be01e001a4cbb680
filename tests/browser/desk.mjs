// What all that looks at pages shares: a demo desk on free ports, a browser, and a PBX. The pages are in pages.mjs.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const HERE = dirname(fileURLToPath(import.meta.url));
const SCENARIO = join(HERE, "../peers/invite_cancel.xml");

/** A folder that goes when the process ends. */
const folder = mkdtempSync(join(tmpdir(), "deskbell-browser-"));
const running = new Set();
process.on("exit", () => {
  running.forEach((child) => child.kill("SIGKILL"));
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Waits until `test` gives something true, and gives that. */
export const until = async (what, test, limitMs = 15000) => {
  for (const end = Date.now() + limitMs; Date.now() < end; await sleep(20)) {
    const found = await test();
    if (found) return found;
  }
  throw new Error(`waited ${limitMs} ms in vain: ${what}`);
};

/** Starts a program and waits until `pattern` matches what it says. */
const start = async (program, args, pattern, env = {}) => {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env: { PATH: process.env.PATH, ...env } });
  running.add(child);
  const ended = new Promise((done) => child.on("close", (code) => done(running.delete(child) && code)));
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (said += text));
  child.on("error", (error) => (said += error));
  await Promise.race([until(`${program} ${args[0]} starts`, () => pattern.test(said), 60000), ended]);
  const found = said.match(pattern);
  if (!found) throw new Error(`${program} ${args.join(" ")} did not start: ${said}`);
  return { child, found, ended, said: () => said };
};

/** The demo, without calls of its own. */
export const startDemo = async (program) => {
  const free = "127.0.0.1:0";
  const args = ["demo", "--silent", "--data", join(folder, "demo"), "--web", free, "--sip", free, "--metrics", free];
  const pattern = /open +(\S+)\s+sign in +(\S+) \/ (\S+)\s+call +sip:\S+@(\S+)[^]*metrics +(\S+)[^]*ends it/;
  const { found, child, ended, said } = await start(program, args, pattern);
  const [, web, login, password, sip, metrics] = found;
  const stop = async () => (child.kill("SIGTERM"), await ended);
  return { web, login, password, sip, metrics, said, stop };
};

/** A desk that nobody has set up. */
export const startEmpty = async (program) => {
  const free = "127.0.0.1:0";
  const env = {
    DESKBELL__DATA__DIR: join(folder, "empty"),
    DESKBELL__WEB__LISTEN: free,
    DESKBELL__PHONE__LISTEN_UDP: free,
    DESKBELL__PHONE__LISTEN_TCP: free,
    DESKBELL__METRICS__LISTEN: "off",
    DESKBELL__LOG__FORMAT: "logfmt",
  };
  const { found } = await start(program, ["serve"], /web="?(http:\/\/[\d.:]+)[^]*one-time code/, env);
  return { web: found[1] };
};

/** One figure of the desk; nought when it is not there. */
export const figure = async (desk, name) => {
  const text = await (await fetch(desk.metrics)).text();
  return Number(text.match(new RegExp(`^${name} (\\S+)$`, "m"))?.[1] ?? 0);
};

/** Calls by sipp; gives when each INVITE was sent, in milliseconds, once all have ended. */
export const call = (desk, callers, { ringMs, perSecond = 10, reason = "SIP;200" }) => {
  const rows = join(folder, `callers-${Math.random()}`);
  const log = `${rows}.log`;
  writeFileSync(rows, "SEQUENTIAL\n" + callers.map((caller) => `${caller};${reason}\n`).join(""));
  const load = ["-m", callers.length, "-r", perSecond, "-d", ringMs, "-trace_shortmsg", "-shortmessage_file", log];
  const args = [desk.sip, "-sf", SCENARIO, "-inf", rows, "-s", "helpdesk", "-i", "127.0.0.1", "-nostdin", "-timeout", "60s", ...load];
  const child = spawn("sipp", args.map(String), { stdio: "ignore", cwd: folder });
  running.add(child);
  return new Promise((done, fail) => {
    child.on("error", (error) => fail(new Error(`sipp is needed: ${error.message}`)));
    child.on("close", (code) => {
      running.delete(child);
      if (code !== 0) return fail(new Error(`sipp ended with ${code}`));
      const sent = readFileSync(log, "utf8").split("\n").filter((line) => /\tS\t/.test(line) && /INVITE sip:/.test(line));
      done(sent.map((line) => Number(line.match(/\t(\d{10}\.\d+)\t/)[1]) * 1000));
    });
  });
};

export const startBrowser = async () => {
  const args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
  const more = ["--disable-component-update", "--disable-sync"];
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: [...args, ...more] });
};

/** A context of its own cookies. Two languages are for tests alone: en-XA is longer, ar-XB runs from right to left. */
export const context = async (browser, desk, { lang = "en", look = "light", width = 1440, ...more } = {}) => {
  const made = await browser.newContext({
    baseURL: desk.web,
    locale: { en: "en-GB", de: "de-DE" }[lang] ?? lang,
    viewport: { width, height: width < 600 ? 844 : 900 },
    ...more,
  });
  await made.addCookies([{ name: "deskbell-theme", value: look, url: desk.web }]);
  return made;
};

/** Signs in by keyboard alone. */
export const signIn = async (page, desk) => {
  await page.goto("/");
  await page.waitForFunction(() => document.activeElement?.getAttribute("name") === "login");
  await page.keyboard.type(desk.login);
  await page.keyboard.press("Tab");
  await page.keyboard.type(desk.password);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => !url.pathname.startsWith("/login"));
};
