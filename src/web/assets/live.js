// @ts-check
// The event stream: one for the whole browser, in a shared worker, as HTTP/1.1 lets a browser hold six connections only
// and the seventh tab would never load. Where there are no shared workers, app.js loads this file into the page.
//
// A page says hello with the number of the newest event it shows. It is told every later event, or to load itself anew.
"use strict";
(() => {
  /** How many events are kept for pages that open while the stream runs. */
  const KEPT = 60;

  /** The server says something every 15 seconds. */
  const SILENT_MS = 40000;

  /** @typedef {{topic: string, rev: number, html: string|null, data: any}} Message */
  /** @typedef {{message?: Message, resync?: boolean, state?: string, speaker?: boolean, watched?: boolean}} Word */
  /** @typedef {{hello: number, visible: boolean, loud: boolean}} Hello */

  /** @type {Map<(word: Word) => void, {visible: boolean, rank: number}>} */
  const pages = new Map();
  /** @type {Message[]} */
  const recent = [];
  /** @type {EventSource|null} */
  let source = null;
  /** The newest event that came; -1 before the first page has spoken. */
  let newest = -1;
  /** Everything after this number is in `recent`. */
  let knownAfter = -1;
  let state = "waiting";
  let wait = 1000;
  let heardAt = 0;
  /** @type {any} */
  let timer = 0;

  const tell = (/** @type {Word} */ word) => pages.forEach((_, page) => page(word));

  const become = (/** @type {string} */ next) => {
    state = next;
    tell({ state });
  };

  const open = () => {
    clearTimeout(timer);
    source?.close();
    const stream = new EventSource(`/events?since=${newest}`);
    source = stream;
    heardAt = Date.now();
    stream.addEventListener("beat", () => (heardAt = Date.now()));
    stream.onopen = () => {
      wait = 1000;
      heardAt = Date.now();
      become("open");
    };
    stream.addEventListener("live", (event) => {
      /** @type {Message} */
      const message = JSON.parse(event.data);
      newest = message.rev;
      heardAt = Date.now();
      recent.push(message);
      if (recent.length > KEPT) knownAfter = recent.shift()?.rev ?? knownAfter;
      tell({ message });
    });
    stream.addEventListener("resync", (event) => {
      newest = Number(event.lastEventId) || newest;
      knownAfter = newest;
      recent.length = 0;
      tell({ resync: true });
    });
    stream.onerror = broke;
  };

  const broke = () => {
    // Refused is not broken. Either way we come back ourselves and not the browser: after a restart of the server it would
    // do so in all browsers at once.
    become(source?.readyState === EventSource.CLOSED ? "gone" : "waiting");
    source?.close();
    clearTimeout(timer);
    timer = setTimeout(open, wait / 2 + Math.random() * wait);
    wait = Math.min(wait * 2, 30000);
  };
  // A line can be dead without anybody saying so: asleep, unplugged, a router that forgot it.
  setInterval(() => source && source.readyState !== EventSource.CLOSED && Date.now() - heardAt > SILENT_MS && broke(), 5000);

  /** One page speaks for all: one that may sound before others, then one that is looked at, then the latest. */
  const elect = () => {
    const best = [...pages].reduce((/** @type {any} */ best, [page, is]) => (best && best.rank > is.rank ? best : { page, rank: is.rank }), null);
    const watched = [...pages.values()].some((is) => is.visible);
    pages.forEach((_, page) => page({ speaker: page === best?.page, watched }));
  };

  /** A page that shows everything up to `hello`. */
  const hello = (/** @type {(word: Word) => void} */ page, /** @type {Hello} */ { hello: seen, visible, loud }) => {
    clearTimeout(timer);
    pages.set(page, { visible, rank: (loud ? 2 : 0) + (visible ? 1 : 0) });
    elect();
    if (newest < 0) newest = knownAfter = seen;
    if (seen < knownAfter) page({ resync: true });
    else recent.filter((message) => message.rev > seen).forEach((message) => page({ message }));
    if (!source || source.readyState === EventSource.CLOSED) open();
    page({ state });
  };

  const bye = (/** @type {(word: Word) => void} */ page) => {
    pages.delete(page);
    if (pages.size) return elect();
    // Between two pages of one tab there is a moment without any.
    clearTimeout(timer);
    timer = setTimeout(() => {
      source?.close();
      source = null;
    }, 5000);
  };

  /** @type {any} */
  const self = globalThis;
  if ("SharedWorkerGlobalScope" in self) {
    self.onconnect = (/** @type {MessageEvent} */ event) => {
      const port = event.ports[0];
      const page = (/** @type {Word} */ word) => port.postMessage(word);
      port.onmessage = (said) => ("hello" in said.data ? hello(page, said.data) : bye(page));
    };
  } else {
    self.deskbellLive = { hello, bye };
  }
})();
