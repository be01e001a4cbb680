// @ts-check
// Keys. An element says which key presses it with `data-key`: `F2`, `c`, `Ctrl+Enter`, or two in a row, `g c`. Letters
// belong to whoever types and can be switched off; keys such as F2 mean the same everywhere.
"use strict";
(() => {
  const { desk } = /** @type {any} */ (globalThis);
  const { all, body, one } = desk;
  const CHORD_MS = 1500;
  const sheet = one("#keys");
  const hasLetters = !("hotkeysOff" in body.dataset);
  let chord = "";
  /** @type {any} */
  let chordTimer = 0;

  const isTyping = (/** @type {Element|null} */ where) => !!where?.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

  /** Whom a key means: what is on the screen before what the sheet of keys has for every page. */
  const holderOf = (/** @type {string} */ key, /** @type {ParentNode} */ scope) => {
    const named = `[data-key="${CSS.escape(key)}"]`;
    const shown = all(named, scope).filter((/** @type {HTMLElement} */ holder) => holder.checkVisibility() && !sheet?.contains(holder));
    const ringing = shown.find((/** @type {HTMLElement} */ holder) => holder.closest('[data-state="ringing"]'));
    // Of several notices the last is meant.
    return ringing || shown.at(key === "z" ? -1 : 0) || ((scope === document || scope === sheet) && sheet && one(named, sheet));
  };

  const press = (/** @type {HTMLElement} */ holder) => {
    if (holder.matches("input, textarea, select")) holder.focus();
    else holder.click();
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") all("details.menu[open]").forEach((/** @type {Element} */ menu) => menu.removeAttribute("open"));
    if (event.defaultPrevented || event.altKey || event.isComposing) return;
    const control = event.ctrlKey || event.metaKey;
    const where = document.activeElement;
    const isLetter = !control && event.key.length === 1 && event.key !== " ";
    if (isTyping(where) && !control && !/^F\d+$/.test(event.key)) return;
    if (isLetter && !hasLetters) return;
    const key = (control ? "Ctrl+" : chord) + event.key;
    const before = chord;
    chord = "";
    const dialog = one("dialog[open]");
    const holder = holderOf(key, (control && where?.closest("form")) || dialog || document);
    const own = OWN[key];
    if (holder) press(holder);
    else if (own && !dialog) {
      if (own() === false) return;
    } else if (isLetter && !before && one(`[data-key^="${CSS.escape(event.key)} "]`)) {
      chord = event.key + " ";
      clearTimeout(chordTimer);
      chordTimer = setTimeout(() => (chord = ""), CHORD_MS);
    } else return;
    event.preventDefault();
  });

  // ---- rows ------------------------------------------------------------------------------------------------------------

  const rows = () => all("main :is([data-rows] > *, [data-live-list] > *, tr.linked)").filter((/** @type {HTMLElement} */ row) => row.checkVisibility());
  const here = () => rows().findIndex((/** @type {HTMLElement} */ row) => row.contains(document.activeElement));

  const move = (/** @type {number} */ by, /** @type {boolean} */ onlyWithin) => {
    const [list, at] = [rows(), here()];
    if (!list.length || (onlyWithin && at < 0)) return false;
    const row = list[Math.max(0, Math.min(list.length - 1, at < 0 ? 0 : at + by))];
    const target = one(".row-link", row) || row;
    if (target === row) row.tabIndex = -1;
    target.focus();
    row.scrollIntoView({ block: "nearest" });
  };

  const open = () => {
    const row = document.activeElement;
    if (!rows().includes(row)) return false;
    one("a[href], button", row)?.click();
  };

  // ---- the number of what is open, with its title, with its address ----------------------------------------------------

  let [copied, copiedAt] = [0, 0];
  const copy = async () => {
    const it = one("main [data-copy]");
    if (!it) return false;
    copied = Date.now() - copiedAt < 1200 ? (copied % 3) + 1 : 1;
    copiedAt = Date.now();
    const number = it.dataset.copy || it.textContent.trim().replace(/^#/, "");
    const text = [number, one("main h1")?.textContent.trim(), location.origin + location.pathname].slice(0, copied).join(" ");
    if (navigator.clipboard) await navigator.clipboard.writeText(text).catch(() => {});
    else {
      // Without https there is only the old way.
      const field = document.createElement("textarea");
      field.value = text;
      body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    desk.say(`${one("[data-toasts]")?.dataset.copied} ${text}`, "copied");
  };

  // ---- the sheet of all keys -------------------------------------------------------------------------------------------

  const labelOf = (/** @type {any} */ holder) => {
    const bare = holder.cloneNode(true);
    all("kbd", bare).forEach((/** @type {Element} */ hint) => hint.remove());
    return holder.getAttribute("aria-label") || holder.labels?.[0]?.textContent || bare.textContent.trim() || holder.title;
  };

  const showSheet = () => {
    if (!sheet) return false;
    const [list, known] = [one("[data-keys-here]", sheet), new Set(["z"])];
    all("[data-key]", sheet).forEach((/** @type {HTMLElement} */ link) => known.add(link.dataset.key || ""));
    list.replaceChildren();
    for (const holder of all("[data-key]")) {
      if (known.has(holder.dataset.key) || !holder.checkVisibility()) continue;
      known.add(holder.dataset.key);
      const [row, words, keys] = ["li", "span", "span"].map((name) => document.createElement(name));
      words.textContent = labelOf(holder);
      for (const part of holder.dataset.key.split(" ")) keys.append(Object.assign(document.createElement("kbd"), { textContent: part }));
      row.append(words, keys);
      list.append(row);
    }
    list.closest("section").hidden = !list.children.length;
    sheet.showModal();
  };

  /** What these files do themselves, where no element of the page claims the key. `false`: the browser may have it. */
  /** @type {Record<string, () => any>} */
  const OWN = {
    "?": showSheet,
    ".": () => void copy(),
    j: () => move(1, false),
    k: () => move(-1, false),
    ArrowDown: () => move(1, true),
    ArrowUp: () => move(-1, true),
    Enter: open,
    F8: () => desk.openPalette?.(),
    "Ctrl+k": () => desk.openPalette?.(),
  };
})();
