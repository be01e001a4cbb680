// @ts-check
// A call rings: in the title, for those who listen, for those who can't see, and for those who look elsewhere. Of all tabs
// of a browser one speaks for all; the shared worker says which.
"use strict";
(() => {
  const { desk } = /** @type {any} */ (globalThis);
  const { all, body, one } = desk;
  if (!body.dataset.liveWorker) return;
  let title = "";
  const bell = one("[data-bell]");
  const label = bell?.title;
  const alert = one("[data-announce]");
  /** @type {AudioContext|null} */
  let sound = null;
  let rangAt = 0;
  let beat = false;
  /** @type {Map<string, Notification>} */
  const told = new Map();
  const cards = () => new Map(all('[id][data-state="ringing"]').map((/** @type {HTMLElement} */ card) => [card.id, card]));
  // What rings already when the page opens is on the page.
  const known = new Set(cards().keys());

  // ---- the sound: two notes, made here ---------------------------------------------------------------------------------

  // A cookie, as signing out clears what else a browser keeps.
  const chosen = () => document.cookie.match(/deskbell-bell=(\w+)/)?.[1];
  const isOn = () => chosen() === "on";
  desk.isLoud = () => isOn() && sound?.state === "running";

  const ring = () => {
    if (!sound) return;
    const start = sound.currentTime;
    for (const [n, pitch] of [660, 550, 660, 550].entries()) {
      const [tone, volume] = [sound.createOscillator(), sound.createGain()];
      const at = start + n * 0.18;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0, at);
      volume.gain.linearRampToValueAtTime(0.16, at + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.001, at + 0.17);
      tone.connect(volume).connect(sound.destination);
      tone.start(at);
      tone.stop(at + 0.18);
    }
  };

  /** Browsers let a page sound only after somebody touched it. */
  const unlock = async () => {
    sound ||= "AudioContext" in globalThis ? new AudioContext() : null;
    await sound?.resume().catch(() => {});
    showBell();
    desk.helloAgain?.();
  };

  const showBell = () => {
    if (!bell) return;
    bell.hidden = false;
    bell.setAttribute("aria-pressed", String(isOn()));
    const isLocked = isOn() && sound?.state !== "running";
    bell.toggleAttribute("data-locked", isLocked);
    bell.title = isLocked ? bell.dataset.lockedTitle : label;
  };

  const turn = (/** @type {boolean} */ on) => {
    document.cookie = `deskbell-bell=${on ? "on" : "off"}; path=/; max-age=31536000; samesite=lax`;
    unlock();
  };

  bell?.addEventListener("click", () => turn(!isOn()));
  for (const kind of ["pointerdown", "keydown"])
    addEventListener(kind, () => isOn() && sound?.state !== "running" && unlock(), { capture: true });
  document.addEventListener("click", async (event) => {
    const pressed = /** @type {HTMLElement} */ (event.target);
    if (pressed.closest("[data-unlock-sound]") && !chosen()) turn(true);
    if (pressed.closest("[data-ring-test]")) {
      await unlock();
      ring();
      if (mayNotify()) new Notification(document.title, { tag: "test" });
    }
    if (pressed.closest("[data-notify-ask]")) {
      await Notification.requestPermission();
      showAsked();
    }
  });
  document.addEventListener("visibilitychange", showBell);

  const showAsked = () =>
    all("[data-notify]").forEach((/** @type {HTMLElement} */ place) => (place.dataset.notify = "Notification" in globalThis && isSecureContext ? Notification.permission : "denied"));

  // ---- the notification, which says no more than the card ----------------------------------------------------------------

  const mayNotify = () => "Notification" in globalThis && Notification.permission === "granted";
  const notify = (/** @type {HTMLElement} */ card) => {
    if (!desk.isSpeaker || desk.isWatched || !mayNotify()) return;
    const notice = new Notification(card.getAttribute("aria-label") || "", { body: one(".badge", card)?.textContent.trim(), tag: card.id });
    notice.addEventListener("click", () => (focus(), notice.close()));
    told.set(card.id, notice);
  };

  const look = () => {
    const ringing = cards();
    for (const [id, card] of ringing) {
      if (known.has(id)) continue;
      known.add(id);
      if (alert) alert.textContent = [one(".badge", card)?.textContent, card.getAttribute("aria-label")].join(": ").trim();
      notify(card);
    }
    for (const [id, notice] of told) if (!ringing.has(id)) notice.close(), told.delete(id);
    if (!ringing.size && alert) alert.textContent = "";
    if (ringing.size) {
      title ||= document.title;
      document.title = `(${ringing.size}) ${beat ? "☏" : "☎"} ${title}`;
    } else if (title) {
      document.title = title;
      title = "";
    }
    if (ringing.size && desk.isSpeaker && desk.isLoud() && Date.now() - rangAt > 2800) {
      rangAt = Date.now();
      ring();
    }
  };
  document.addEventListener("db:placed", look);
  setInterval(() => ((beat = !beat), look()), 1000);
  showBell();
  showAsked();
  if (isOn() && /** @type {any} */ (navigator).userActivation?.hasBeenActive) unlock();
})();
