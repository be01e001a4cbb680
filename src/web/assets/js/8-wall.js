// @ts-check
// The wall board: its clock, the whole screen, the step aside each minute, and the grey of data that nobody renews.
"use strict";
(() => {
  const wall = /** @type {HTMLElement|null} */ (document.querySelector("[data-wall]"));
  if (!wall) return;
  const find = (/** @type {string} */ selector) => /** @type {HTMLElement|null} */ (document.querySelector(selector));
  const ahead = Number(document.body.dataset.now || Date.now()) - Date.now();
  const clock = find("[data-clock]");
  const inZone = (/** @type {number} */ at) => new Date(at + Number(clock?.dataset.clock)).toISOString().slice(11, 19);
  setInterval(() => {
    const now = Date.now() + ahead;
    const made = Number(find("[data-made]")?.dataset.made);
    if (clock) clock.textContent = inZone(now);
    // Steps around a square of a few pixels, so that no letter burns in.
    wall.className = "wall shift-" + (Math.floor(now / 60000) % 8);
    const since = find("[data-stale-since]");
    if (since) since.textContent = inZone(made);
    wall.toggleAttribute("data-stale", now - made > 10000);
  }, 1000);
  // A cable that is pulled closes no stream, so the board asks by itself too, and sees by the answers that it is fresh.
  setInterval(() => document.dispatchEvent(new CustomEvent("db:poll")), 4000);
  // A screen of somebody who may change nothing stays signed in.
  if ("keep" in wall.dataset) setInterval(() => fetch(location.href).catch(() => {}), 300000);
  find("[data-full-screen]")?.addEventListener("click", () =>
    document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen().catch(() => {}),
  );
})();
