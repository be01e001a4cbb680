// @ts-check
// The event stream: one for the whole browser, in a shared worker, as HTTP/1.1 lets a browser hold six connections only
// and the seventh tab would never load. Where there are no shared workers, app.js loads this file into the page.
//
// A page says hello with the number of the newest event it shows. It is told every later event, or to load itself anew.
"use strict";
(() => {
  /** How many events are kept for pages that open while the stream runs. */
  const KEPT = 60;

  /** @typedef {{topic: string, rev: number, html: string|null, data: any}} Message */
  /** @typedef {{message?: Message, resync?: boolean, state?: string}} Word */

  /** @type {Set<(word: Word) => void>} */
  const pages = new Set();
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
  /** @type {any} */
  let timer = 0;

  const tell = (/** @type {Word} */ word) => pages.forEach((page) => page(word));

  const become = (/** @type {string} */ next) => {
    state = next;
    tell({ state });
  };

  const open = () => {
    clearTimeout(timer);
    source?.close();
    const stream = new EventSource(`/events?since=${newest}`);
    source = stream;
    stream.onopen = () => {
      wait = 1000;
      become("open");
    };
    stream.addEventListener("live", (event) => {
      /** @type {Message} */
      const message = JSON.parse(event.data);
      newest = message.rev;
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
    stream.onerror = () => {
      if (stream.readyState !== EventSource.CLOSED) return become("waiting");
      // The server refused, so the browser won't try again by itself.
      become("gone");
      clearTimeout(timer);
      timer = setTimeout(open, wait + Math.random() * 1000);
      wait = Math.min(wait * 2, 30000);
    };
  };

  /** A page that shows everything up to `seen`. */
  const hello = (/** @type {(word: Word) => void} */ page, /** @type {number} */ seen) => {
    clearTimeout(timer);
    pages.add(page);
    if (newest < 0) newest = knownAfter = seen;
    if (seen < knownAfter) page({ resync: true });
    else recent.filter((message) => message.rev > seen).forEach((message) => page({ message }));
    if (!source || source.readyState === EventSource.CLOSED) open();
    page({ state });
  };

  const bye = (/** @type {(word: Word) => void} */ page) => {
    pages.delete(page);
    if (pages.size) return;
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
      port.onmessage = (said) => ("hello" in said.data ? hello(page, said.data.hello) : bye(page));
    };
  } else {
    self.deskbellLive = { hello, bye };
  }
})();
