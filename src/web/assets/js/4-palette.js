// @ts-check
// The palette: one line for places, people, tickets and commands. The server finds; here is the moving about. Without
// this file it is the page /palette.
"use strict";
(() => {
  const { desk } = /** @type {any} */ (globalThis);
  const { all, one } = desk;
  /** @type {HTMLDialogElement|null} */
  const dialog = one("#palette");
  if (!dialog) return;
  const [form, input, list] = [one("form", dialog), one("input", dialog), one("[data-palette-list]", dialog)];
  /** @type {AbortController|null} */
  let asking = null;
  let wantsFirst = false;
  let at = 0;

  const options = () => all("[data-option]", list);

  const mark = (/** @type {number} */ next) => {
    const found = options();
    at = found.length ? (next + found.length) % found.length : 0;
    found.forEach((/** @type {HTMLElement} */ option, /** @type {number} */ n) => option.setAttribute("aria-selected", String(n === at)));
    input.setAttribute("aria-activedescendant", found[at]?.id || "");
    found[at]?.scrollIntoView({ block: "nearest" });
  };

  const show = (/** @type {string} */ html) => {
    list.innerHTML = html;
    // A list of links and forms on a page of its own, here a list of options: one stop for the keyboard.
    all("ul", list).forEach((/** @type {Element} */ found) => found.setAttribute("role", "listbox"));
    all("li, form", list).forEach((/** @type {Element} */ between) => between.setAttribute("role", "none"));
    options().forEach((/** @type {HTMLElement} */ option, /** @type {number} */ n) => {
      option.id = `palette-${n}`;
      option.tabIndex = -1;
      option.setAttribute("role", "option");
    });
    Object.assign(one("ul", list) || {}, { id: "palette-list", ariaLabel: input.labels[0]?.textContent });
    mark(0);
    if (wantsFirst) options()[0]?.click();
    wantsFirst = false;
  };

  const ask = async () => {
    asking?.abort();
    const mine = (asking = new AbortController());
    const url = `${form.action}?q=${encodeURIComponent(input.value)}`;
    try {
      const answer = await desk.fetch(url, { signal: mine.signal, headers: { "HX-Request-Type": "partial", Accept: "text/html" } });
      const html = await answer.text();
      if (asking !== mine) return;
      asking = null;
      if (answer.ok) show(html);
    } catch {
      // Asked again meanwhile, or offline, which the badge says.
    }
  };

  desk.openPalette = () => {
    if (dialog.open) return;
    input.value = "";
    wantsFirst = false;
    dialog.showModal();
    input.focus();
    ask();
  };
  all("[data-open-palette]").forEach((/** @type {HTMLElement} */ opener) => opener.addEventListener("click", (event) => (event.preventDefault(), desk.openPalette())));

  input.addEventListener("input", () => ((wantsFirst = false), ask()));
  form.addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    // Whoever types a command and presses Enter does not wait for the list.
    if (asking) wantsFirst = true;
    else options()[at]?.click();
  });
  input.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) mark(at + by);
    else if (event.key === "F8" || (event.key === "k" && (event.ctrlKey || event.metaKey))) dialog.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener("click", (/** @type {Event} */ event) => {
    const option = /** @type {HTMLElement} */ (event.target).closest("a[href^='tel:']");
    if (option) dialog.close();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
})();
