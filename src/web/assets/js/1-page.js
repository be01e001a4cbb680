// @ts-check
// What pages do by themselves. Everything hangs on `data-` attributes, and every page works without this file, only slower
// and by hand. No inline handlers, no eval: the content security policy allows neither.
"use strict";
(() => {
  /** @type {any} */
  const htmx = /** @type {any} */ (globalThis).htmx;
  const body = document.body;
  /** @type {<T extends HTMLElement>(selector: string, within?: ParentNode) => T[]} */
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  /** @type {(selector: string) => HTMLElement|null} */
  const one = (selector) => document.querySelector(selector);
  /** The server's clock is ahead of ours by this much. */
  const ahead = Number(body.dataset.now || Date.now()) - Date.now();

  // ---- requests made by htmx -------------------------------------------------------------------------------------------

  document.addEventListener("htmx:config:request", (event) => {
    const request = /** @type {CustomEvent} */ (event).detail.ctx.request;
    const token = /** @type {HTMLMetaElement|null} */ (one('meta[name="csrf"]'))?.content;
    if (token && request.method !== "GET") request.headers["X-CSRF-Token"] = token;
  });

  // ---- notices ---------------------------------------------------------------------------------------------------------

  const toasts = one("[data-toasts]");

  const fade = (/** @type {HTMLElement} */ toast) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "toast-close";
    button.textContent = "×";
    button.setAttribute("aria-label", toasts?.dataset.close || "");
    button.addEventListener("click", () => toast.remove());
    toast.append(button);
    setTimeout(() => toast.remove(), 10000);
  };
  all("[data-toast]").forEach(fade);

  // ---- dialogs, menus, the look ----------------------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const opener = /** @type {HTMLElement|null} */ (target.closest("[data-dialog]"));
    const dialog = opener && document.getElementById(opener.dataset.dialog || "");
    if (dialog instanceof HTMLDialogElement) {
      event.preventDefault();
      dialog.showModal();
    }
    all("details.menu[open]").forEach((menu) => menu.contains(target) || menu.removeAttribute("open"));
  });

  const choice = one("[data-theme-choice]");
  if (choice) {
    const mark = () =>
      all("button", choice).forEach((button) =>
        button.setAttribute("aria-pressed", String(button.getAttribute("value") === (document.documentElement.dataset.theme || "auto"))),
      );
    choice.hidden = false;
    mark();
    choice.addEventListener("click", (event) => {
      const look = /** @type {HTMLElement} */ (event.target).closest("button")?.value;
      if (!look) return;
      document.cookie = `deskbell-theme=${look}; path=/; max-age=31536000; samesite=lax`;
      if (look === "auto") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = look;
      mark();
    });
  }

  // ---- forms: no second sending, a question before what can't be undone, drafts ----------------------------------------

  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.dataset.confirm && !confirm(form.dataset.confirm)) return event.preventDefault();
    if (form.dataset.draft) sessionStorage.setItem("sent:" + form.dataset.draft, "1");
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 5000);
  });
  addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

  const DRAFT_MS = 7 * 24 * 3600 * 1000;
  /** @type {(form: HTMLFormElement) => any[]} */
  const written = (form) =>
    Array.from(form.elements).filter((field) => field.matches("textarea, select, input:not([type=hidden], [type=password], [type=checkbox])"));

  const restore = (/** @type {HTMLFormElement} */ form) => {
    const key = "draft:" + form.dataset.draft;
    try {
      const draft = JSON.parse(localStorage.getItem(key) || "null");
      // What the server sent back after a refusal is newer than the draft.
      if (draft && Date.now() - draft.at < DRAFT_MS && !form.querySelector(".wrong"))
        written(form).forEach((field) => field.value || (field.value = draft.fields[field.name] || ""));
    } catch {
      localStorage.removeItem(key);
    }
    /** @type {any} */
    let timer = 0;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const fields = Object.fromEntries(written(form).map((field) => [field.name, field.value]));
        localStorage.setItem(key, JSON.stringify({ at: Date.now(), fields }));
      }, 300);
    });
  };
  // Only the server's word that it is done makes a draft needless; after an error page the text is still wanted.
  for (const key of Object.keys(sessionStorage).filter((key) => key.startsWith("sent:"))) {
    if (one("[data-toast]")) localStorage.removeItem("draft:" + key.slice(5));
    sessionStorage.removeItem(key);
  }
  /** @type {HTMLFormElement[]} */ (all("form[data-draft]")).forEach(restore);

  // ---- keys ------------------------------------------------------------------------------------------------------------

  const isTyping = (/** @type {Element|null} */ where) => !!where?.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") all("details.menu[open]").forEach((menu) => menu.removeAttribute("open"));
    if (event.defaultPrevented || event.altKey) return;
    const control = event.ctrlKey || event.metaKey;
    const key = (control ? "Ctrl+" : "") + event.key;
    const where = document.activeElement;
    // Letters belong to whoever types; keys such as F2 and Ctrl+Enter mean the same everywhere.
    if (isTyping(where) && !control && !/^F\d+$/.test(event.key)) return;
    const scope = control ? where?.closest("form") || document : one("dialog[open]") || document;
    const holders = all(`[data-key="${CSS.escape(key)}"]`, scope).filter((holder) => holder.checkVisibility());
    const ringing = holders.find((holder) => holder.closest('[data-state="ringing"]'));
    const holder = ringing || holders[0];
    if (holder) {
      event.preventDefault();
      if (holder.matches("input, textarea, select")) holder.focus();
      else holder.click();
    }
  });

  // ---- clocks ----------------------------------------------------------------------------------------------------------

  const clock = (/** @type {number} */ seconds) => {
    const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
  };

  const tick = () => {
    for (const timer of /** @type {HTMLTimeElement[]} */ (all("time[data-timer]"))) {
      const seconds = Math.max(0, Math.floor((Date.now() + ahead - Date.parse(timer.dateTime)) / 1000));
      timer.textContent = clock(seconds);
      const passed = (/** @type {string|undefined} */ bound) => Number(bound) > 0 && seconds >= Number(bound);
      timer.dataset.late = passed(timer.dataset.bad) ? "bad" : passed(timer.dataset.warn) ? "warn" : "";
    }
  };
  tick();
  setInterval(tick, 1000);

  // ---- the live stream -------------------------------------------------------------------------------------------------

  const worker = body.dataset.liveWorker;
  if (!worker) return;
  const badge = one("[data-live-badge]");
  const banner = one("[data-live-banner]");
  const pops = one("[data-live-pops]");
  const title = document.title;
  let seen = Number(body.dataset.liveSeq);
  let state = "waiting";
  let goneAt = Date.now();

  /** Puts a piece of page in the place of the one with its id, or on top of the list of its topic. */
  const place = (/** @type {HTMLElement} */ fresh, /** @type {string} */ topic) => {
    const old = fresh.id && document.getElementById(fresh.id);
    if (old) {
      const focused = old.contains(document.activeElement) && document.activeElement?.getAttribute("href");
      old.replaceWith(fresh);
      if (focused) all("[href]", fresh).find((link) => link.getAttribute("href") === focused)?.focus();
    } else {
      const list = one(`main [data-live-list="${CSS.escape(topic)}"]`) || (fresh.matches("[data-pop]") ? pops : null);
      if (!list) return;
      list.prepend(fresh);
      // A shift is long: of what has ended, only the newest stay.
      const ended = all(':scope > :not([data-state="ringing"])', list);
      if (list.children.length > 40) ended.pop()?.remove();
    }
    htmx?.process(fresh);
    if (pops?.contains(fresh) && fresh.dataset.state !== "ringing") setTimeout(() => fresh.remove(), 8000);
  };

  const hear = (/** @type {any} */ word) => {
    if (word.state) {
      state = word.state;
      if (state === "open") goneAt = 0;
      else goneAt ||= Date.now();
      show();
    }
    if (word.resync) document.dispatchEvent(new CustomEvent("db:resync"));
    if (!word.message) return;
    const { topic, rev, html, data } = word.message;
    seen = Math.max(seen, rev);
    if (data?.remove) document.getElementById(data.remove)?.remove();
    if (html) {
      const parsed = document.createElement("template");
      parsed.innerHTML = html;
      Array.from(parsed.content.children).forEach((child) => place(/** @type {HTMLElement} */ (child), topic));
      tick();
    }
    document.title = (one('[data-state="ringing"]') ? "☎ " : "") + title;
    document.dispatchEvent(new CustomEvent("db:" + topic, { detail: word.message }));
  };

  /** A short break is no news; after three seconds the badge says so, after five the pages that must not stand still do. */
  const show = () => {
    const away = goneAt ? Date.now() - goneAt : 0;
    const shown = state === "open" ? "open" : away > 15000 || state === "gone" ? "gone" : "waiting";
    if (badge && badge.dataset.state !== shown && (shown === "open" || away > 3000)) {
      badge.dataset.state = shown;
      const word = badge.querySelector(".live-word");
      if (word) word.textContent = badge.dataset[shown] || "";
    }
    if (banner) banner.hidden = away < 5000;
    return away;
  };
  setInterval(() => {
    if (show() > 5000 && one("[data-live-required]")) document.dispatchEvent(new CustomEvent("db:poll"));
  }, 3000);

  /** @type {(hello: boolean) => void} */
  let speak = () => {};
  if ("SharedWorker" in globalThis) {
    const port = new SharedWorker(worker, { name: worker }).port;
    port.onmessage = (event) => hear(event.data);
    speak = (hello) => port.postMessage(hello ? { hello: seen } : { bye: true });
    speak(true);
  } else {
    const script = document.createElement("script");
    script.src = worker;
    script.addEventListener("load", () => {
      const live = /** @type {any} */ (globalThis).deskbellLive;
      speak = (hello) => (hello ? live.hello(hear, seen) : live.bye(hear));
      speak(true);
    });
    document.head.append(script);
  }
  // A page that was hidden, asleep or without network asks for what it missed.
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && speak(true));
  addEventListener("online", () => speak(true));
  addEventListener("pagehide", () => speak(false));
  addEventListener("pageshow", (event) => event.persisted && speak(true));
})();
