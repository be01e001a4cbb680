// An answer is written with all that the form offers, in Chromium: `node composer.mjs ../../target/debug/deskbell`.
//
// Files by picker, paste and drag; a picture within the text; an address that is offered, a template, a look at the result;
// a text that was copied with its picture stays a text; and a draft that can't be kept says so.
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { end, expect, find, say, watched } from "./checks.mjs";
import { HERE, context, signIn, startBrowser, startDemo, until } from "./desk.mjs";

const program = process.argv[2] ?? join(HERE, "../../target/debug/deskbell");
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";
const BODY = "#answer [name=body]";
const files = (page) => page.locator("#answer-files li").count();

/** Hands files, and perhaps a text, to the form as a paste or a drop would; says whether the browser goes on by itself. */
const hand = (page, kind, { name, type, text = "" }) =>
  page.evaluate(
    ([kind, selector, name, type, text, base64]) => {
      const given = new DataTransfer();
      const octets = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      given.items.add(new File([octets], name, { type }));
      if (text) given.setData("text/plain", text);
      const how = { bubbles: true, cancelable: true };
      const field = document.querySelector(selector);
      if (kind === "paste") return field.dispatchEvent(new ClipboardEvent("paste", { ...how, clipboardData: given }));
      field.dispatchEvent(new DragEvent("dragover", { ...how, dataTransfer: given }));
      return field.dispatchEvent(new DragEvent("drop", { ...how, dataTransfer: given }));
    },
    [kind, BODY, name, type, text, PNG],
  );

const withFiles = async (page) => {
  await page.evaluate(() => {
    const bar = document.querySelector("[data-upload] progress");
    globalThis.shown = [];
    new MutationObserver(() => globalThis.shown.push([bar.hidden, bar.value])).observe(bar, { attributes: true });
  });
  await page.setInputFiles("[data-picker]", [
    { name: "plan.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n".repeat(200_000)) },
    { name: "list.txt", mimeType: "text/plain", buffer: Buffer.from("one\ntwo\n") },
  ]);
  await until("both files are in the list", async () => (await files(page)) === 2);
  const shown = await page.evaluate(() => globalThis.shown);
  expect("a file on its way is shown", shown.some(([hidden, value]) => !hidden && value > 0));
  expect("and no more when it is there", await page.locator("[data-upload] progress").isHidden());

  expect("a pasted picture is taken", !(await hand(page, "paste", { name: "shot.png", type: "image/png" })));
  await until("it stands in the text", async () => /!\[\]\(cid:[0-9a-f]{24}\)/.test(await page.inputValue(BODY)));
  expect("and in the list", (await files(page)) === 3);

  const goesOn = await hand(page, "paste", { name: "cells.png", type: "image/png", text: "A1\tB1" });
  expect("what comes as a text and as a picture is pasted as a text", goesOn);
  expect("a dropped file is taken", !(await hand(page, "drop", { name: "dropped.bin", type: "application/octet-stream" })));
  await until("it is in the list", async () => (await files(page)) === 4);
  const names = await page.locator("#answer-files li").allTextContents();
  expect(`no picture of the text is among them: ${names}`, !names.some((name) => name.includes("cells.png")));

  await page.locator("#answer-files li", { hasText: "dropped.bin" }).locator("button, a").click();
  await until("a file is taken away again", async () => (await files(page)) === 3);
  say("files by picker, paste and drag");
};

const withHelp = async (page) => {
  await page.fill("[name=to]", "");
  await page.type("[name=to]", "max@elsewhere.example, eri");
  const offered = await until("an address is offered", async () => {
    const all = await page.locator("#answer-addresses option").evaluateAll((all) => all.map((option) => option.value));
    return all.find((text) => text.includes("erika@baeckerei.example"));
  });
  expect(`what stands before stays: ${offered}`, offered.startsWith("max@elsewhere.example, "));
  await page.fill("[name=to]", offered);

  const before = await page.inputValue(BODY);
  const template = await page.locator("#f-template option").nth(1).getAttribute("value");
  await page.selectOption("#f-template", template);
  await until("a template is put into the text", async () => (await page.inputValue(BODY)).length > before.length);
  const text = await page.inputValue(BODY);
  expect(`its gaps are filled: ${text}`, !text.includes("{{") && text.includes("cid:"));

  await page.click("button[name=preview]");
  await page.waitForSelector("#answer-preview .letter-page img");
  const width = () => page.locator("#answer-preview img").evaluate((picture) => picture.complete && picture.naturalWidth);
  await until("the picture is seen", async () => (await width()) === 1);
  say("an address, a template and a look at it");
};

const [desk, browser] = await Promise.all([startDemo(program), startBrowser()]);
say(`${browser.version()} at ${desk.web}`);
try {
  const within = await context(browser, desk);
  const page = await watched(within, ["413"]);
  await signIn(page, desk);
  await page.goto("/t?channel=mail&status=all");
  await page.click("tr:has-text('Water meter') a");
  await page.click("#answer [data-key=r]");
  await page.waitForSelector("form[data-answer][data-ready]");
  await withFiles(page);
  await withHelp(page);

  await page.route("**/answer/draft", (route) => route.fulfill({ status: 413, body: "" }));
  await page.type(BODY, "More.");
  await page.waitForSelector("[data-kept]:has-text('could not be kept')");
  await page.unroute("**/answer/draft");
  await page.type(BODY, " And more.");
  await page.waitForSelector("[data-kept]:has-text('Draft kept')");
  say("a draft that could not be kept said so");

  await page.click("#answer button:has-text('Send') >> nth=0");
  await page.waitForSelector(".letter-state[data-state=held]");
  const all = await page.locator("main").textContent();
  expect("its files are in the thread", all.includes("plan.pdf") && all.includes("list.txt"));
  await within.close();
} catch (error) {
  find(`the walk ended early: ${error.stack}`);
}
await browser.close();
expect("the demo ends when it is told to", (await desk.stop()) === 0);
end("nothing found at the form of an answer");
