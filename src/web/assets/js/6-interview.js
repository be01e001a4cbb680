// @ts-check
// The interview: the form of a call's ticket, at hand while it rings. F2 opens it in a dialog over any page; what is typed is
// kept for each call until the desk has it, whatever becomes of the call or the browser.
"use strict";
(() => {
  const { desk } = /** @type {any} */ (globalThis);
  const PARTIAL = { "HX-Request-Type": "partial", Accept: "text/html" };
  const KEPT_MS = 7 * 24 * 3600 * 1000;
  /** Forms that are at hand, by call; `current` is what F2 means. */
  const forms = new Map();
  /** @type {HTMLDialogElement|undefined} */
  let dialog;
  /** @type {(selector: string, within?: any) => any} */
  const one = desk.one;
  /** Whoever may see calls. */
  const hears = () => document.body.dataset.liveWorker && one('nav a[href="/calls"]');

  // ---- what was typed --------------------------------------------------------------------------------------------------

  /** Named as all drafts are, which are of one agent and go when that one signs out. */
  const draftOf = (/** @type {Element} */ section) => `draft:${desk.body.dataset.agent || ""}:interview-${/** @type {HTMLElement} */ (section).dataset.interview}`;

  const keep = (/** @type {HTMLFormElement} */ form) => {
    const section = form.closest("[data-interview]");
    const fields = Array.from(new FormData(form)).filter(([name]) => name !== "csrf");
    try {
      if (section) localStorage.setItem(draftOf(section), JSON.stringify({ at: Date.now(), fields }));
    } catch {
      // A browser that keeps nothing; the form still works.
    }
  };

  /** Puts back what was typed before; says whether there was anything. */
  const restore = (/** @type {HTMLElement} */ section) => {
    const form = one("form", section);
    const draft = JSON.parse(localStorage.getItem(draftOf(section)) || "null");
    if (!draft || Date.now() - draft.at > KEPT_MS) return false;
    const checks = draft.fields.filter((/** @type {string[]} */ [name]) => name === "check").map((/** @type {string[]} */ pair) => pair[1]);
    const values = new Map(draft.fields);
    for (const field of form.elements) {
      if (field.name === "check" || field.name === "csrf" || !field.name) continue;
      if (field.type === "checkbox") field.checked = values.has(field.name);
      else if (field.type === "radio") field.checked = values.has(field.name) ? values.get(field.name) === field.value : field.checked;
      else if (field.type !== "submit" && values.has(field.name)) field.value = values.get(field.name);
    }
    form.touched = new Set(values.keys());
    follow(form, "category", checks);
    follow(form, "subject");
    one("[data-restored]", section).hidden = false;
    return true;
  };

  /** Parts of a form that follow what is typed: the last answer counts. */
  const follow = (/** @type {any} */ form, /** @type {string} */ name, /** @type {string[]} */ checks = []) => {
    for (const part of form.querySelectorAll("[data-follow]")) {
      const names = part.dataset.fields.split(" ");
      if (!names.includes(name)) continue;
      part.asked?.abort();
      const asked = (part.asked = new AbortController());
      const url = new URL(part.dataset.follow, location.href);
      for (const field of names) url.searchParams.set(field, form.elements[field]?.value ?? "");
      desk
        .fetch(url.href, { headers: PARTIAL, signal: asked.signal })
        .then(async (answer) => {
          if (!answer.ok) return;
          const typed = one("#i-duplicate", part)?.value;
          part.innerHTML = await answer.text();
          if (typed) Object.assign(one("#i-duplicate", part), { value: typed }).closest("details").open = true;
          for (const at of checks) one(`[name=check][value="${CSS.escape(at)}"]`, part)?.click();
          preset(form, one("[data-team], [data-priority]", part)?.dataset);
        })
        .catch(() => {});
    }
  };

  /** The category's team and priority, where nobody has chosen others. */
  const preset = (/** @type {any} */ form, /** @type {DOMStringMap|undefined} */ wanted) => {
    for (const name of ["team", "priority"])
      if (wanted?.[name] && !form.touched?.has(name)) form.elements[name].value = wanted[name];
  };

  document.addEventListener("input", (event) => {
    const field = /** @type {any} */ (event.target);
    const form = field.form;
    if (!form?.querySelector("[data-follow]")) return;
    (form.touched ||= new Set()).add(field.name);
    field.closest(".wrong")?.classList.remove("wrong");
    clearTimeout(form.timers?.[field.name]);
    (form.timers ||= {})[field.name] = setTimeout(() => follow(form, field.name), 150);
    keep(form);
  });

  // ---- the dialog ------------------------------------------------------------------------------------------------------

  const fill = (/** @type {string} */ html) => {
    if (!dialog) {
      dialog = document.createElement("dialog");
      dialog.className = "interview-dialog";
      dialog.setAttribute("aria-labelledby", "i-title");
      document.body.append(dialog);
    }
    dialog.innerHTML = html;
    // What is wrong is said by the desk, at the field, in its language.
    const form = one("form", dialog);
    form.noValidate = true;
    // Whoever signed in again since it was made has another token.
    form.elements.csrf.value = desk.token();
    return /** @type {HTMLElement} */ (one("[data-interview]", dialog));
  };

  const show = (/** @type {string} */ html) => {
    const section = fill(html);
    restore(section);
    if (!dialog?.open) dialog?.showModal();
    one("#i-subject", section).focus();
    // The clock in it was made when the form was.
    document.dispatchEvent(new CustomEvent("db:placed"));
  };

  /** Gets a form; what is no form leads somewhere else. */
  const get = async (/** @type {string} */ call, ask = desk.fetch) => {
    const answer = await ask(`/calls/${call}/interview`, { headers: PARTIAL });
    const html = answer.ok ? await answer.text() : "";
    const found = /data-interview="(\d+)"/.exec(html)?.[1];
    if (!found) return void forms.delete(call);
    forms.set(call, html);
    forms.set(found, html);
    if (forms.size > 8) forms.delete(forms.keys().next().value);
    return html;
  };

  const open = async (/** @type {string} */ call) => {
    const html = forms.get(call) || (await get(call).catch(() => undefined));
    if (html) show(html);
    else location.assign(`/calls/${call}/interview`);
  };

  /** @type {any} */
  let soon;
  /** Has the form of the current call at hand. Only a page that is looked at needs it. */
  const prepare = (ms = 50) => {
    clearTimeout(soon);
    if (hears() && !document.hidden) soon = setTimeout(() => get("current", fetch).catch(() => {}), ms);
  };
  addEventListener("load", () => prepare(1500));
  document.addEventListener("visibilitychange", () => prepare());
  document.addEventListener("db:resync", () => prepare(500));
  document.addEventListener("db:signed-in", () => forms.clear());
  document.addEventListener("db:hand", () => (forms.delete("current"), prepare()));
  document.addEventListener("db:calls", (event) => {
    const html = /** @type {CustomEvent} */ (event).detail?.html ?? "";
    const [, id, state] = /id="call-(\d+)" data-state="(\w+)"/.exec(html) ?? [];
    forms.delete(id);
    forms.delete("current");
    prepare();
    const section = one(`[data-interview="${id}"]`);
    if (section && state === "missed") one("[data-missed]", section).hidden = false;
  });

  // ---- sending ---------------------------------------------------------------------------------------------------------

  const send = async (/** @type {HTMLFormElement} */ form, /** @type {any} */ button) => {
    if (form.dataset.sent) return;
    form.dataset.sent = "1";
    keep(form);
    const section = /** @type {HTMLElement} */ (form.closest("[data-interview]"));
    const draft = draftOf(section);
    try {
      const to = button?.getAttribute("formaction") || form.getAttribute("action");
      const body = new URLSearchParams(/** @type {any} */ (new FormData(form, button)));
      const answer = await desk.fetch(to, { method: "POST", body, headers: PARTIAL });
      const html = await answer.text();
      const next = answer.headers.get("hx-redirect");
      // Nobody signed in again: it was not sent.
      if (answer.status === 204) return;
      if (answer.ok) localStorage.removeItem(draft);
      if (next) return location.assign(next);
      if (html.includes("data-interview=")) {
        const fresh = fill(html);
        (one("[aria-invalid]", fresh) || one("#i-subject", fresh)).focus();
        if (!answer.ok) keep(one("form", fresh));
      } else if (answer.ok) {
        dialog?.close();
        one("[data-toasts]")?.insertAdjacentHTML("beforeend", html);
      } else {
        const told = one("[data-unsent]", section);
        told.innerHTML = html;
        told.hidden = false;
      }
      forms.clear();
      prepare();
    } catch {
      one("[data-unsent]", section).hidden = false;
    } finally {
      delete form.dataset.sent;
    }
  };

  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    const section = form.closest("[data-interview]");
    if (!section) return;
    if (dialog?.contains(form)) {
      event.preventDefault();
      event.stopPropagation();
      return void send(form, event.submitter);
    }
    keep(form);
    sessionStorage.setItem("sent", draftOf(section));
  }, true);

  // A page of its own: its draft goes once the desk has led away from the form.
  const page = one("main [data-interview]");
  const sent = sessionStorage.getItem("sent");
  sessionStorage.removeItem("sent");
  if (sent && !(page && draftOf(page) === sent) && one("[data-toast]")) localStorage.removeItem(sent);
  if (page && !one("[aria-invalid]", page) && !sent) restore(page);

  document.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const link = /** @type {HTMLAnchorElement|null} */ (target.closest('a[href^="/calls/"][href$="/interview"]'));
    const section = target.closest("[data-interview]");
    if (target.closest("[data-close]")) dialog?.close();
    else if (target.closest("[data-discard]") && section) {
      localStorage.removeItem(draftOf(section));
      if (dialog?.contains(section)) open(/** @type {HTMLElement} */ (section).dataset.interview || "current");
      else location.reload();
    } else if (link && hears() && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      open(link.pathname.split("/")[2]);
    }
  });

  // ---- keys ------------------------------------------------------------------------------------------------------------

  document.addEventListener("keydown", (event) => {
    const section = one("dialog[open] [data-interview], main [data-interview]");
    const body = one("dialog[open] .interview-body, main .interview-body");
    /** What is pressed by key leaves the cursor where somebody types. */
    const press = (/** @type {any} */ what) => {
      event.preventDefault();
      event.stopPropagation();
      what?.click();
    };
    if (event.key === "F2" && !event.altKey && !event.ctrlKey && hears()) {
      event.preventDefault();
      if (section) return one("#i-subject", section).focus();
      // The card that is picked, the call that the page is about, or the one that the desk takes for the current one.
      const card = document.activeElement?.closest("article.call") || one("main");
      const link = one(card.matches("main") ? 'main [data-key="F2"]:not(article.call *)' : '[data-key="F2"]', card)?.getAttribute("href");
      return void open(/^\/calls\/(\d+)\//.exec(link ?? "")?.[1] ?? "current");
    }
    const digit = event.altKey && /^Digit([1-4])$/.exec(event.code)?.[1];
    if (body && digit) return press(body.querySelectorAll("[name=priority]")[Number(digit) - 1]);
    if (!section) return;
    if (event.altKey && event.code === "KeyD") {
      const same = one("[data-same]", section);
      const other = one(".duplicate", section);
      if (!same && other) other.open = true;
      press(same);
      if (!same) one("#i-duplicate", section)?.focus();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && section.contains(document.activeElement)) {
      event.preventDefault();
      event.stopPropagation();
      const form = one("form", section);
      form.requestSubmit(one(event.shiftKey ? "[value=dispatch]" : "[type=submit][data-key='Ctrl+Enter']", form));
    }
  }, true);
})();
