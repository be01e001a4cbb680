// @ts-check
// The live stream, as the page sees it: pieces are put in their place, everybody else hears of it as an event `db:topic`.
"use strict";
(() => {
  const { desk } = /** @type {any} */ (globalThis);
  const { all, body, htmx, one } = desk;
  const worker = body.dataset.liveWorker;
  if (!worker) return;
  /** @type {HTMLElement|null} */
  const badge = one("[data-live-badge]");
  const pops = one("[data-live-pops]");
  let seen = Number(body.dataset.liveSeq);
  let state = "waiting";
  let goneAt = Date.now();
  let isAsking = false;

  /** Where a link leads or a button's form goes. */
  const aim = (/** @type {any} */ element) => element.getAttribute("href") || element.closest("form")?.getAttribute("action");

  /** Puts a piece of page in the place of the one with its id, or on top of the list of its topic. */
  const place = (/** @type {HTMLElement} */ fresh, /** @type {string} */ topic) => {
    const old = fresh.id && document.getElementById(fresh.id);
    if (old) {
      const focused = old.contains(document.activeElement) && document.activeElement;
      old.replaceWith(fresh);
      if (focused === old) fresh.tabIndex = -1;
      if (focused) (focused === old ? fresh : all("a, button", fresh).find((/** @type {any} */ other) => aim(other) === aim(focused)))?.focus();
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
    if ("speaker" in word) desk.isSpeaker = word.speaker;
    if ("watched" in word) desk.isWatched = word.watched;
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
      document.dispatchEvent(new CustomEvent("db:placed"));
    }
    document.dispatchEvent(new CustomEvent("db:" + topic, { detail: word.message }));
  };

  /** A short break is no news; after three seconds the badge says so, after five the pages that must not stand still do. */
  const show = () => {
    const away = goneAt ? Date.now() - goneAt : 0;
    const shown = state === "open" ? "open" : away > 15000 || state === "gone" ? "gone" : "waiting";
    if (badge && badge.dataset.state !== shown && (shown === "open" || away > 3000)) {
      badge.dataset.state = shown;
      one(".live-word", badge).textContent = badge.dataset[shown] || "";
    }
    all("[data-live-banner]").forEach((/** @type {HTMLElement} */ banner) => (banner.hidden = away < 5000));
    // The stream is also refused to whom the desk no longer knows.
    if (state === "gone" && !isAsking && document.visibilityState === "visible") {
      isAsking = true;
      const later = () => setTimeout(() => (isAsking = false), 10000);
      // Whoever puts the question away is asked again only when doing something.
      desk.isSignedOut().then((/** @type {boolean} */ out) => (out ? desk.signIn().then(later, () => {}) : later()), later);
    }
    return away;
  };
  setInterval(() => {
    if (show() > 5000 && one("[data-live-required]")) document.dispatchEvent(new CustomEvent("db:poll"));
  }, 3000);

  /** @type {(word: any) => void} */
  let tell = () => {};
  const speak = () => tell({ hello: seen, visible: document.visibilityState === "visible", loud: !!desk.isLoud?.() });
  desk.helloAgain = speak;
  if ("SharedWorker" in globalThis) {
    const port = new SharedWorker(worker, { name: worker }).port;
    port.onmessage = (event) => hear(event.data);
    tell = (word) => port.postMessage(word);
    speak();
  } else {
    const script = document.createElement("script");
    script.src = worker;
    script.addEventListener("load", () => {
      const live = /** @type {any} */ (globalThis).deskbellLive;
      tell = (word) => ("hello" in word ? live.hello(hear, word) : live.bye(hear));
      speak();
    });
    document.head.append(script);
  }
  // A page that was hidden, asleep or without network asks for what it missed.
  document.addEventListener("visibilitychange", speak);
  document.addEventListener("db:signed-in", speak);
  addEventListener("online", speak);
  addEventListener("pagehide", () => tell({ bye: true }));
  addEventListener("pageshow", (event) => event.persisted && speak());
})();
