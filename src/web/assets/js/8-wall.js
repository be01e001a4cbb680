// @ts-check
// The wall board: its clock, the whole screen, the step aside each minute, and the grey of data that nobody sends any more.
"use strict";
(() => {
  const wall = /** @type {HTMLElement|null} */ (document.querySelector("[data-wall]"));
  if (!wall) return;
  const find = (/** @type {string} */ selector) => /** @type {HTMLElement|null} */ (document.querySelector(selector));
  const ahead = Number(document.body.dataset.now || Date.now()) - Date.now();
  const clock = find("[data-clock]");
  const inZone = (/** @type {number} */ at) => new Date(at + Number(clock?.dataset.clock)).toISOString().slice(11, 19);
  let heard = Date.now() + ahead;
  setInterval(() => {
    const now = Date.now() + ahead;
    if (clock) clock.textContent = inZone(now);
    // Steps around a square of a few pixels, so that no letter burns in.
    wall.className = "wall shift-" + (Math.floor(now / 60000) % 8);
    if (find("[data-live-badge]")?.dataset.state === "open") heard = now;
    heard = Math.max(heard, Number(find("[data-made]")?.dataset.made || 0));
    const old = now - heard > 10000;
    const since = find("[data-stale-since]");
    if (old && !("stale" in wall.dataset) && since) since.textContent = inZone(heard);
    wall.toggleAttribute("data-stale", old);
  }, 1000);
  find("[data-full-screen]")?.addEventListener("click", () =>
    document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen().catch(() => {}),
  );
})();
