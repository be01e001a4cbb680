// @ts-check
// Answers by mail: kept on the server while somebody types, files by picker, paste and drag, addresses offered, a look at
// the result, and the seconds in which a letter can be taken back.
"use strict";
(() => {
  const { desk } = /** @type {any} */ (globalThis);
  const { all, body, one } = desk;
  const KEEP_MS = 1000;
  const OFFER_MS = 200;
  const headers = () => ({ "X-CSRF-Token": desk.token(), "HX-Request-Type": "partial" });
  const fieldsOf = (/** @type {HTMLFormElement} */ form) => new URLSearchParams(/** @type {any} */ (new FormData(form)));

  /** Puts text where the cursor is. */
  const insert = (/** @type {HTMLTextAreaElement} */ field, /** @type {string} */ text) => {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  };

  // ---- drafts ----------------------------------------------------------------------------------------------------------

  /** @type {any} */
  let keeping = 0;
  // What is under way when a letter is sent must not come behind it, as a draft of what is sent.
  let underWay = new AbortController();
  const keep = async (/** @type {HTMLFormElement} */ form) => {
    if (form.dataset.sent) return;
    const { signal } = underWay;
    const answer = await desk.fetch(`${form.dataset.answer}/answer/draft`, { method: "POST", headers: headers(), body: fieldsOf(form), signal }).catch(() => null);
    if (signal.aborted) return;
    const line = one("[data-kept]", form);
    if (line) line.textContent = answer?.ok ? await answer.text() : form.dataset.unkept || "";
  };
  const keepSoon = (/** @type {HTMLFormElement} */ form) => {
    clearTimeout(keeping);
    keeping = setTimeout(() => keep(form), KEEP_MS);
  };
  document.addEventListener("submit", () => {
    clearTimeout(keeping);
    underWay.abort();
    underWay = new AbortController();
  }, true);

  // ---- files -----------------------------------------------------------------------------------------------------------

  const send = (/** @type {HTMLFormElement} */ form, /** @type {File} */ file, /** @type {boolean} */ inline) =>
    new Promise((done) => {
      const request = new XMLHttpRequest();
      const bar = one("[data-upload] progress", form);
      request.open("POST", `${form.dataset.answer}/upload${inline ? "?inline=1" : ""}`);
      for (const [name, value] of Object.entries(headers())) request.setRequestHeader(name, value);
      request.setRequestHeader("X-File-Name", encodeURIComponent(file.name || "file"));
      request.setRequestHeader("Content-Type", "application/octet-stream");
      bar.hidden = false;
      request.upload.addEventListener("progress", (event) => (bar.value = event.lengthComputable ? (100 * event.loaded) / event.total : 0));
      request.addEventListener("loadend", () => {
        bar.hidden = true;
        if (request.status !== 200) {
          const told = new DOMParser().parseFromString(request.responseText, "text/html").body.textContent?.trim();
          desk.say(told || form.dataset.failed || "", "upload", "bad");
          return done("");
        }
        const list = new DOMParser().parseFromString(request.responseText, "text/html").getElementById("answer-files");
        const old = one("#answer-files", form);
        if (list && old) {
          old.replaceWith(list);
          desk.htmx.process(list);
        }
        done(inline ? all("[data-cid]", list || form).at(-1)?.dataset.cid || "" : "");
      });
      request.send(file);
    });

  const sendAll = async (/** @type {HTMLFormElement} */ form, /** @type {File[]} */ files, /** @type {boolean} */ pasted) => {
    for (const file of files) {
      const cid = await send(form, file, pasted && /^image\/(png|jpeg|gif|webp)$/.test(file.type));
      if (cid) insert(one("[name=body]", form), `![](cid:${cid})`);
    }
  };
  const formAt = (/** @type {Event} */ event) => /** @type {HTMLElement} */ (event.target).closest?.("form[data-answer]");

  document.addEventListener("paste", (event) => {
    const form = formAt(event);
    const files = Array.from(event.clipboardData?.files || []);
    // An office program offers a picture of the text as well.
    if (!form || !files.length || event.clipboardData?.types.includes("text/plain")) return;
    event.preventDefault();
    sendAll(/** @type {HTMLFormElement} */ (form), files, true);
  });
  document.addEventListener("dragover", (event) => {
    if (formAt(event) && event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const form = formAt(event);
    const files = Array.from(event.dataTransfer?.files || []);
    if (!form || !files.length) return;
    event.preventDefault();
    sendAll(/** @type {HTMLFormElement} */ (form), files, false);
  });

  // ---- what is typed and chosen ----------------------------------------------------------------------------------------

  /** @type {any} */
  let offering = 0;
  const offer = async (/** @type {HTMLFormElement} */ form, /** @type {HTMLInputElement} */ field) => {
    const [, before, typed] = /^(.*[,;]\s*)?(.*)$/.exec(field.value) || [];
    const answer = await desk.fetch(`${form.dataset.answer}/addresses?q=${encodeURIComponent(typed)}`, { headers: headers() }).catch(() => null);
    const list = one("#answer-addresses", form);
    if (!list || !answer?.ok) return;
    const found = new DOMParser().parseFromString(`<datalist>${await answer.text()}</datalist>`, "text/html");
    list.replaceChildren(...all("option", found));
    // A browser offers for the whole field, so what stands before the last comma goes along.
    for (const option of all("option", list)) option.value = (before || "") + option.value;
  };
  document.addEventListener("input", (event) => {
    const form = /** @type {HTMLFormElement|null} */ (formAt(event));
    const field = /** @type {any} */ (event.target);
    if (!form) return;
    if (field.type !== "file") keepSoon(form);
    if (!/^(to|cc|bcc)$/.test(field.name)) return;
    clearTimeout(offering);
    offering = setTimeout(() => offer(form, field), OFFER_MS);
  });
  document.addEventListener("change", async (event) => {
    const form = /** @type {HTMLFormElement|null} */ (formAt(event));
    const field = /** @type {any} */ (event.target);
    if (!form) return;
    if (field.matches("[data-picker]")) {
      await sendAll(form, Array.from(field.files), false);
      field.value = "";
    } else if (field.closest("[data-texts]") && field.value) {
      const answer = await desk.fetch(`${form.dataset.answer}/texts/${field.value}`, { headers: headers() }).catch(() => null);
      if (answer?.ok) insert(one("[name=body]", form), await answer.text());
      field.value = "";
    }
  });
  document.addEventListener("click", async (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("button[name=preview]");
    const form = /** @type {HTMLFormElement|null} */ (button && formAt(event));
    if (!form) return;
    event.preventDefault();
    const answer = await desk.fetch(`${form.dataset.answer}/answer/preview`, { method: "POST", headers: headers(), body: fieldsOf(form) }).catch(() => null);
    // The server has cleaned it.
    if (answer?.ok) one("#answer-preview", form).innerHTML = await answer.text();
  });
  document.addEventListener(
    "keydown",
    (event) => {
      const form = /** @type {HTMLFormElement|null} */ (formAt(event));
      if (!form || event.key !== "Enter" || !event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
      const button = one("[name=then][value=waiting]", form);
      if (!button) return;
      event.preventDefault();
      form.requestSubmit(button);
    },
    true,
  );

  // ---- what came ---------------------------------------------------------------------------------------------------------

  const look = () => {
    for (const form of all("form[data-answer]:not([data-ready])")) {
      form.dataset.ready = "";
      all("[data-upload], [data-texts]", form).forEach((/** @type {HTMLElement} */ part) => (part.hidden = false));
      for (const name of ["to", "cc", "bcc"]) one(`[name=${name}]`, form)?.setAttribute("list", "answer-addresses");
      if (!form.closest("main > #answer")) one("[autofocus]", form)?.focus({ preventScroll: form.matches("[data-kept-draft]") });
    }
  };
  look();
  document.addEventListener("htmx:after:swap", look);

  const ahead = Number(body.dataset.now || Date.now()) - Date.now();
  setInterval(() => {
    for (const clock of all("[data-until]")) {
      const left = Math.ceil((Number(clock.dataset.until) - Date.now() - ahead) / 1000);
      clock.textContent = left > 0 ? `${left} s` : "";
      if (left <= 0) one("form", clock.parentElement)?.remove();
    }
  }, 500);
})();
