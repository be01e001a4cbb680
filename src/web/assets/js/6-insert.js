// @ts-check
// Buttons that put a word into a field, where the cursor stands.
"use strict";
document.addEventListener("click", (event) => {
  const button = /** @type {HTMLElement|null} */ (/** @type {HTMLElement} */ (event.target).closest("button[data-insert]"));
  const field = button && /** @type {HTMLTextAreaElement|null} */ (document.getElementById(button.dataset.into || ""));
  if (!button || !field) return;
  field.setRangeText(button.dataset.insert || "", field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
