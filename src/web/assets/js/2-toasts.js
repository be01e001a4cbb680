// @ts-check
// Notices: each goes by itself after ten seconds, but not while somebody looks at it or is about to take it back.
"use strict";
(() => {
  const { desk } = /** @type {any} */ (globalThis);
  const { all, one } = desk;
  /** @type {HTMLElement|null} */
  const toasts = one("[data-toasts]");
  const SHOWN_MS = 10000;

  const fade = (/** @type {HTMLElement} */ toast) => {
    toast.dataset.toast = "shown";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "toast-close";
    button.textContent = "×";
    button.setAttribute("aria-label", toasts?.dataset.close || "");
    button.addEventListener("click", () => toast.remove());
    toast.append(button);
    const go = () => (toast.matches(":hover, :focus-within") ? setTimeout(go, 1000) : toast.remove());
    setTimeout(go, SHOWN_MS);
  };
  const look = () => all('[data-toast=""]', toasts).forEach(fade);
  if (toasts) {
    look();
    new MutationObserver(look).observe(toasts, { childList: true, subtree: true });
  }

  /** Says something in place of what it said before in this matter. */
  desk.say = (/** @type {string} */ text, /** @type {string} */ matter, tone = "info") => {
    one(`[data-matter="${matter}"]`)?.remove();
    const [toast, words] = [document.createElement("div"), document.createElement("span")];
    toast.className = `toast tone-${tone}`;
    Object.assign(toast.dataset, { toast: "", matter });
    words.textContent = text;
    toast.append(words);
    toasts?.append(toast);
  };
})();
