// @ts-check
// Forms: no second sending, a question before what can't be undone, nothing typed is lost.
"use strict";
(() => {
  const { desk } = /** @type {any} */ (globalThis);
  const { all, body, one } = desk;
  const texts = one("[data-toasts]")?.dataset || {};
  /** A session that answered so lately has not ended. */
  const SURE_MS = 30000;
  let sureAt = Date.now();

  document.addEventListener("submit", async (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (event.defaultPrevented || form.method !== "post") return;
    const leavesPage = !form.hasAttribute("hx-post") || "quick" in form.dataset;
    if (leavesPage && body.dataset.agent && Date.now() - sureAt > SURE_MS) {
      // The answer would be a page that says "signed out", and what was typed would be gone.
      event.preventDefault();
      try {
        if (await desk.isSignedOut()) await desk.signIn();
        sureAt = Date.now();
        form.requestSubmit(event.submitter);
      } catch {
        desk.say(texts.unsent || "", "unsent", "bad");
      }
      return;
    }
    if (form.dataset.confirm && !confirm(form.dataset.confirm)) return event.preventDefault();
    if (form.dataset.draft) sessionStorage.setItem("sent:" + keyOf(form), "1");
    if (form.getAttribute("action") === "/logout") drafts().forEach((key) => localStorage.removeItem(key));
    if (!leavesPage) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 5000);
  });
  addEventListener("pageshow", () => all("form[data-sent]").forEach((/** @type {HTMLElement} */ form) => delete form.dataset.sent));

  /** What a select showed when it came. */
  const first = (/** @type {any} */ field) => Math.max(0, Array.from(field.options).findIndex((option) => option.defaultSelected));

  // A form that saves by itself shows what was chosen at once; when that could not be sent, what was there before.
  document.addEventListener("htmx:error", (event) => {
    const source = /** @type {HTMLElement} */ (event.target);
    if (source instanceof HTMLFormElement) {
      if (source.matches("[data-quick]")) all("select", source).forEach((/** @type {any} */ select) => (select.selectedIndex = first(select)));
      desk.say(texts.unsent || "", "unsent", "bad");
    }
  });

  // ---- drafts ----------------------------------------------------------------------------------------------------------

  const DRAFT_MS = 7 * 24 * 3600 * 1000;
  const drafts = () => Object.keys(localStorage).filter((key) => key.startsWith("draft:"));
  const keyOf = (/** @type {HTMLFormElement} */ form) => `draft:${body.dataset.agent || ""}:${form.dataset.draft}`;
  const read = (/** @type {string} */ key) => {
    try {
      const draft = JSON.parse(localStorage.getItem(key) || "");
      if (Date.now() - draft.at < DRAFT_MS) return draft;
    } catch {}
    localStorage.removeItem(key);
  };

  /** The fields that somebody changed. */
  const changed = (/** @type {HTMLFormElement} */ form) => {
    const fields = Array.from(/** @type {any} */ (form.elements));
    const own = fields.filter((field) => field.name && field.matches("textarea, select, input:not([type=hidden], [type=password])"));
    return own.filter((field) => {
      if (field.matches("select")) return field.selectedIndex !== first(field);
      return /checkbox|radio/.test(field.type) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
    });
  };

  /** @type {Map<HTMLFormElement, Node|undefined>} */
  const known = new Map();
  const restore = (/** @type {HTMLFormElement} */ form) => {
    // What is loaded anew around a restored text takes the line away that says so.
    const told = known.get(form);
    if (told && !told.parentNode) form.prepend(told);
    if (known.has(form)) return;
    known.set(form, undefined);
    const key = keyOf(form);
    const draft = read(key);
    // What the server sent back after a refusal is newer than the draft.
    if (draft && !form.querySelector(".wrong")) {
      for (const [name, value] of draft.fields) {
        const field = /** @type {any} */ (form.elements.namedItem(name));
        if (field) field[typeof value === "boolean" ? "checked" : "value"] = value;
      }
      const line = /** @type {HTMLTemplateElement|null} */ (one("[data-draft-line]"))?.content.firstElementChild?.cloneNode(true);
      if (line && changed(form).length) {
        form.prepend(line);
        known.set(form, line);
        one("button", line).addEventListener("click", () => {
          form.reset();
          known.set(form, undefined);
          localStorage.removeItem(key);
          /** @type {Element} */ (line).remove();
        });
      }
    }
    /** @type {any} */
    let timer = 0;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const kept = changed(form).filter((field) => field.type !== "radio" || field.checked);
        const fields = kept.map((field) => [field.name, field.type === "checkbox" ? field.checked : field.value]);
        if (fields.length) localStorage.setItem(key, JSON.stringify({ at: Date.now(), fields }));
        else localStorage.removeItem(key);
      }, 300);
    });
  };
  // Only the server's word that it is done makes a draft needless; after an error page the text is still wanted.
  for (const key of Object.keys(sessionStorage).filter((key) => key.startsWith("sent:"))) {
    if (one("[data-toast]")) localStorage.removeItem(key.slice(5));
    sessionStorage.removeItem(key);
  }
  drafts().forEach(read);
  const look = () => all("form[data-draft]").forEach(restore);
  look();
  document.addEventListener("htmx:after:swap", look);
})();
