// @ts-check
// What pages do by themselves. Everything hangs on `data-` attributes, and every page works without these files, only
// slower and by hand. No inline handlers, no eval: the content security policy allows neither.
//
// This file holds what the others share, `desk`, and the small things: requests, dialogs, menus, the look, clocks.
"use strict";
(() => {
  const body = document.body;
  /** @type {<T extends HTMLElement>(selector: string, within?: ParentNode) => T[]} */
  const all = (selector, within = document) => Array.from(within.querySelectorAll(selector));
  /** @type {(selector: string, within?: ParentNode) => any} */
  const one = (selector, within = document) => within.querySelector(selector);
  /** The server's clock is ahead of ours by this much. */
  const ahead = Number(body.dataset.now || Date.now()) - Date.now();
  const token = () => one('meta[name="csrf"]')?.content || "";
  const desk = {
    all,
    body,
    one,
    token,
    htmx: /** @type {any} */ (globalThis).htmx,
    /** Asks the server; session.js makes it sign in again where that is needed. */
    fetch: (/** @type {string} */ url, /** @type {any} */ options) => fetch(url, options),
  };
  /** @type {any} */ (globalThis).desk = desk;

  // ---- requests made by htmx -------------------------------------------------------------------------------------------

  document.addEventListener("htmx:config:request", (event) => {
    const { ctx } = /** @type {CustomEvent} */ (event).detail;
    if (token() && ctx.request.method !== "GET") ctx.request.headers["X-CSRF-Token"] = token();
    ctx.fetch = async (/** @type {string} */ url, /** @type {any} */ options) => {
      const answer = await desk.fetch(url, options);
      // Whoever does not sign in again keeps the page as it stands.
      return answer.status === 401 ? new Response(null, { status: 204 }) : answer;
    };
  });
  // What takes no longer than this needs no sign that it takes time.
  /** @type {WeakMap<object, () => void>} */
  const waiting = new WeakMap();
  document.addEventListener("htmx:before:request", (event) => {
    const { ctx } = /** @type {CustomEvent} */ (event).detail;
    // Whose answer goes nowhere has nothing that could wait for it.
    if (ctx.swap === "none") return;
    // A refusal may go elsewhere.
    const { target } = ctx;
    const timer = setTimeout(() => target?.classList.add("slow"), 300);
    waiting.set(ctx, () => (clearTimeout(timer), target?.classList.remove("slow")));
  });
  // What asked may be gone by now, its place taken by the answer; then the event comes to the document alone.
  document.addEventListener("htmx:finally:request", (event) => waiting.get(/** @type {CustomEvent} */ (event).detail.ctx)?.());

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

  const looks = all("[data-theme-choice]");
  const markLook = () => {
    const now = document.documentElement.dataset.theme || "auto";
    looks.forEach((choice) => all("button", choice).forEach((button) => button.setAttribute("aria-pressed", String(button.getAttribute("value") === now))));
  };
  markLook();
  for (const choice of looks) {
    choice.hidden = false;
    choice.addEventListener("click", (event) => {
      const look = /** @type {HTMLElement} */ (event.target).closest("button")?.value;
      if (!look) return;
      document.cookie = `deskbell-theme=${look}; path=/; max-age=31536000; samesite=lax`;
      if (look === "auto") delete document.documentElement.dataset.theme;
      else document.documentElement.dataset.theme = look;
      markLook();
    });
  }

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
  document.addEventListener("db:placed", tick);
})();
