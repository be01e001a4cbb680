// @ts-check
// The call board: those that ring stay on top, the longest first, and keys pick and claim them.
"use strict";
(() => {
  /** Calls that have ended, kept below those that ring. */
  const ENDED_MAX = 12;

  const queue = () => document.querySelector("[data-queue]");
  const open = (/** @type {Element} */ card) => /ringing|claimed/.test(card.getAttribute("data-state") || "");
  const at = (/** @type {Element} */ card) => Number(card.getAttribute("data-at"));

  const sort = () => {
    const list = queue();
    if (!list) return;
    const cards = Array.from(list.children);
    const wanted = [...cards.filter(open).sort((a, b) => at(a) - at(b)), ...cards.filter((card) => !open(card)).sort((a, b) => at(b) - at(a))];
    // Moving an element takes its focus away, so only those that stand wrong are moved.
    wanted.forEach((card, i) => list.children[i] === card || list.insertBefore(card, list.children[i] || null));
    cards.filter((card) => !open(card)).sort((a, b) => at(b) - at(a)).slice(ENDED_MAX).forEach((card) => card.remove());
  };
  /** Marks the cards of the calls that the reader has in hand. */
  const mark = () => {
    const held = (document.querySelector("[data-held]")?.getAttribute("data-held") || "").split(" ");
    for (const card of queue()?.children || []) card.classList.toggle("mine", held.includes(card.getAttribute("data-call") || ""));
  };
  document.addEventListener("db:calls", () => (sort(), mark()));
  document.addEventListener("htmx:after:swap", mark);
  mark();

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
    const where = document.activeElement;
    const list = queue();
    if (event.key === "F4" && list) {
      event.preventDefault();
      (document.querySelector("#hand .button") || list.querySelector(".call"))?.focus();
      return;
    }
    if (!list || where?.closest("input, textarea, select, [contenteditable]")) return;
    const card = where?.closest("[data-queue] > *");
    // A key that is held too long claims one call, and not the next as well.
    if (event.key === "Enter" && event.repeat) return;
    if (event.key === "Enter" && card === where) {
      const button = card?.querySelector("[data-enter]") || card?.querySelector("a");
      if (button instanceof HTMLElement) {
        event.preventDefault();
        button.click();
      }
    } else if (event.key === "Enter" && !where?.closest("a, button, summary, [role]:not(main)")) {
      // Whatever was pressed last may have left the focus on something that does not answer to the key.
      const first = list.querySelector('[data-state="ringing"] [data-enter]');
      if (first instanceof HTMLElement) {
        event.preventDefault();
        first.click();
      }
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (card || where === document.body || where?.id === "main")) {
      const cards = /** @type {HTMLElement[]} */ (Array.from(list.children));
      const next = card ? cards.indexOf(/** @type {HTMLElement} */ (card)) + (event.key === "ArrowDown" ? 1 : -1) : 0;
      event.preventDefault();
      cards[Math.max(0, Math.min(cards.length - 1, next))]?.focus();
    }
  });

  // A part of the page in which a dialog is open is loaded anew when that is closed.
  document.addEventListener("htmx:before:request", (event) => {
    const region = /** @type {Element} */ (event.target);
    const dialog = region.matches?.("[data-region]") && region.querySelector("dialog[open]");
    if (!dialog) return;
    event.preventDefault();
    dialog.addEventListener("close", () => document.dispatchEvent(new CustomEvent("db:resync")), { once: true });
  });
})();
