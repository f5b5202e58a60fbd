// Reading a document: how long each page stands on the screen, told to the portal now and then, and pages that were
// not drawn yet asked for again. The pages are there without this file.
(() => {
  "use strict";

  const TELL_EVERY = 15;
  const AWAY_AFTER = 120; // seconds without a sign of the reader
  const MOST_TRIES = 8;
  const form = document.querySelector("form[data-reading]");
  if (!form) return;
  const images = [...document.querySelectorAll("img[data-page]")];
  const seconds = new Map();
  let quiet = 0;
  let untold = 0;

  // A page that is being drawn for somebody else at this moment answers "later".
  function tryAgain(image) {
    const tries = Number(image.dataset.tries ?? 0);
    if (tries >= MOST_TRIES) return;
    image.dataset.tries = tries + 1;
    setTimeout(() => { image.src = image.getAttribute("src"); }, 500 * 2 ** Math.min(tries, 3));
  }
  for (const image of images) {
    image.addEventListener("error", () => tryAgain(image));
    if (image.complete && !image.naturalWidth) tryAgain(image);
  }

  function pageInView() {
    const middle = window.innerHeight / 2;
    return images.find((image) => {
      const { top, bottom } = image.getBoundingClientRect();
      return image.complete && image.naturalWidth && top <= middle && bottom >= middle;
    });
  }

  function tick() {
    quiet += 1;
    if (document.visibilityState !== "visible" || quiet > AWAY_AFTER) return;
    const page = pageInView()?.dataset.page;
    if (page) seconds.set(page, (seconds.get(page) ?? 0) + 1);
    untold += 1;
    if (untold >= TELL_EVERY) tell();
  }

  function tell() {
    untold = 0;
    if (!seconds.size) return;
    const told = new FormData(form);
    for (const [page, count] of seconds) told.append("seconds", `${page}:${count}`);
    seconds.clear();
    fetch(form.action, { method: "POST", body: told, keepalive: true }).catch(() => {}); // a lost count is no harm
  }

  for (const sign of ["scroll", "pointermove", "keydown", "touchstart"]) {
    document.addEventListener(sign, () => { quiet = 0; }, { passive: true });
  }
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") tell(); });
  window.addEventListener("pagehide", tell);
  setInterval(tick, 1000);
})();
