// @ts-check
// A session that ended: the page stays as it is, asks who is there, and goes on with what it was about to do.
"use strict";
(() => {
  const { desk } = /** @type {any} */ (globalThis);
  const { all, body, one } = desk;
  if (!body.dataset.agent) return;
  const PARTIAL = { "HX-Request-Type": "partial" };
  const tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel("deskbell-session") : null;
  /** @type {Promise<void>|null} */
  let asking = null;
  /** @type {(page: Document) => void} */
  let goOn = () => {};

  const parse = (/** @type {string} */ html) => new DOMParser().parseFromString(html, "text/html");

  /** Whether nobody is signed in here any more. Throws when the server can't be asked. */
  desk.isSignedOut = async () => (await fetch("/palette", { method: "HEAD", headers: PARTIAL })).status === 401;

  /** Takes over the token of the new session. Somebody else's page is somebody else's. */
  const adopt = (/** @type {Document} */ page) => {
    if (page.body.dataset.agent !== body.dataset.agent) return location.reload();
    const fresh = one('meta[name="csrf"]', page)?.content;
    one('meta[name="csrf"]').content = fresh;
    all('input[name="csrf"]').forEach((/** @type {HTMLInputElement} */ field) => (field.value = fresh));
    goOn(page);
  };

  const ask = () =>
    new Promise((/** @type {(value: void) => void} */ done, fail) => {
      const dialog = document.createElement("dialog");
      dialog.className = "sign-in";
      /** The door's own form: its texts, its fields, its password keeper. */
      const show = (/** @type {Document} */ page) => {
        const form = one('form[action="/login"]', page);
        if (!form) return dialog.remove(), fail(new Error("no door"));
        const parts = all("main h1, main .notice", page).concat(form);
        for (const part of parts.flatMap((/** @type {Element} */ part) => all("[id], [for]", part)))
          for (const name of ["id", "for", "aria-describedby"]) part.hasAttribute(name) && part.setAttribute(name, "door-" + part.getAttribute(name));
        const inner = document.createElement("div");
        inner.className = "dialog-body";
        inner.append(...parts);
        dialog.replaceChildren(inner);
        dialog.setAttribute("aria-label", one("h1", inner)?.textContent || "");
        one('[name="next"]', form).value = "/palette";
        form.addEventListener("submit", async (/** @type {Event} */ event) => {
          event.preventDefault();
          event.stopPropagation();
          const fields = new URLSearchParams(/** @type {any} */ (new FormData(form)));
          const answer = await fetch("/login", { method: "POST", body: fields, headers: { Accept: "text/html" } }).catch(() => null);
          const page = parse((await answer?.text()) || "");
          if (answer?.ok && page.body.dataset.agent) {
            adopt(page);
            tabs?.postMessage("in");
          } else if (answer) show(page);
        });
        (one("input:not([type=hidden])[value='']", form) || one("[name=login]", form)).focus();
      };
      goOn = () => {
        dialog.remove();
        done();
        document.dispatchEvent(new CustomEvent("db:signed-in"));
        document.dispatchEvent(new CustomEvent("db:resync"));
      };
      // Put away to copy something: what was to be done is not done, and asks again when it is tried again.
      dialog.addEventListener("close", () => (dialog.remove(), fail(new Error("signed out"))));
      body.append(dialog);
      dialog.showModal();
      fetch("/login", { headers: { Accept: "text/html" } })
        .then((answer) => answer.text())
        .then((html) => show(parse(html)), fail);
    });

  desk.signIn = () => (asking ||= ask().finally(() => (asking = null)));

  desk.fetch = async (/** @type {string} */ url, /** @type {any} */ options = {}) => {
    const answer = await fetch(url, options);
    if (answer.status !== 401) return answer;
    try {
      await desk.signIn();
    } catch {
      // Nothing to show; the page stays as it was.
      return new Response(null, { status: 204 });
    }
    // The old request may have been given up in the time that it took.
    const again = { ...options, signal: undefined, headers: { ...options.headers } };
    if (again.headers["X-CSRF-Token"]) again.headers["X-CSRF-Token"] = desk.token();
    if (again.body instanceof URLSearchParams && again.body.has("csrf")) again.body.set("csrf", desk.token());
    return fetch(url, again);
  };

  // Another tab has signed in: with the same hands, this one goes on as well.
  tabs?.addEventListener("message", async () => {
    const answer = await fetch("/palette", { headers: { Accept: "text/html" } });
    const page = parse(await answer.text());
    if (page.body.dataset.agent) adopt(page);
  });
})();
