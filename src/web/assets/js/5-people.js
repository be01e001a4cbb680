// @ts-check
// Copying an address, going through people who were found, and names that are there to be typed over.
"use strict";
(() => {
  document.addEventListener("click", async (event) => {
    const button = /** @type {HTMLElement|null} */ (/** @type {HTMLElement} */ (event.target).closest("button[data-copy]"));
    if (!button) return;
    const text = button.dataset.copy || "";
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without TLS there is no clipboard; the old way works from a field.
      const field = document.createElement("textarea");
      field.value = text;
      button.after(field);
      field.select();
      document.execCommand("copy");
      field.remove();
      button.focus();
    }
    const before = button.title;
    button.dataset.done = "";
    button.title = button.dataset.copied || before;
    setTimeout(() => {
      delete button.dataset.done;
      button.title = before;
    }, 1500);
  });

  document.addEventListener("focusin", (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (field.matches("dialog input[autofocus]")) field.select();
  });

  document.addEventListener("keydown", (event) => {
    const picks = /** @type {HTMLElement} */ (event.target).closest?.("[data-picks]");
    if (!picks) return;
    /** @type {HTMLElement[]} */
    const stops = Array.from(picks.querySelectorAll("input[type=search], [data-pick]"));
    const at = stops.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && at >= 0) {
      event.preventDefault();
      stops[(at + step + stops.length) % stops.length]?.focus();
    } else if (event.key === "Enter" && at === 0) {
      const typed = /** @type {HTMLInputElement} */ (stops[0]).value.trim();
      const shown = /** @type {HTMLElement|null} */ (picks.querySelector("[data-query]"))?.dataset.query;
      // Nobody is taken who was found for less than what stands there now; Enter then only looks.
      if (!stops[1] || shown !== typed) return;
      event.preventDefault();
      stops[1].click();
    }
  });
})();
