// Signing: a canvas on which a signature is drawn, kept in a field as moves and lines; a click that places a field; pages
// asked for again that were being drawn for somebody else. Without this file a typed name signs, and numbers place.
(() => {
  "use strict";

  const MOST_TRIES = 8;
  const MOST_POINTS = 3900;

  function tryAgain(image) {
    const tries = Number(image.dataset.tries ?? 0);
    if (tries >= MOST_TRIES) return;
    image.dataset.tries = tries + 1;
    setTimeout(() => { image.src = image.getAttribute("src"); }, 500 * 2 ** Math.min(tries, 3));
  }
  for (const image of document.querySelectorAll("img[data-page]")) {
    image.addEventListener("error", () => tryAgain(image));
    if (image.complete && !image.naturalWidth) tryAgain(image);
  }

  // What is filled in is shown over the picture of its page.
  for (const told of document.querySelectorAll("[data-box]")) {
    const image = told.closest("figure").querySelector("img");
    if (image.parentElement.tagName === "FIGURE") {
      const sheet = document.createElement("div");
      Object.assign(sheet.style, { position: "relative", width: "fit-content" });
      image.replaceWith(sheet);
      sheet.append(image);
    }
    const box = document.createElement("span");
    const [left, top, width, height] = told.dataset.box.split(" ").map((part) => `${part * 100}%`);
    box.ariaHidden = "true";
    box.textContent = told.textContent;
    Object.assign(box.style, {
      position: "absolute", left, top, width, height, overflow: "hidden", pointerEvents: "none", fontSize: "0.625rem",
      lineHeight: "1.2", color: "#1d3a6e", background: "rgb(29 58 110 / 0.1)", outline: "1px solid #1d3a6e",
    });
    image.after(box);
  }

  // Preparing: a click on a page says where a field is to be.
  document.querySelector("[data-placing]")?.addEventListener("click", (event) => {
    const image = event.target.closest("img[data-page]");
    if (!image) return;
    const frame = image.getBoundingClientRect();
    const percent = (at, size) => ((at / size) * 100).toFixed(1);
    const said = {
      page: image.dataset.page, spot: "exactly",
      x: percent(event.clientX - frame.left, frame.width), y: percent(event.clientY - frame.top, frame.height),
    };
    const form = document.querySelector("form[action*='/envelope-fields/']:has([name=spot])");
    for (const [name, value] of Object.entries(said)) form.elements[name].value = value;
    form.scrollIntoView({ block: "center" });
    form.elements.x.focus({ preventScroll: true });
  });

  const box = document.querySelector("[data-drawing]");
  if (!box) return;
  const canvas = box.querySelector("canvas");
  const field = box.querySelector("input[name=path]");
  const pen = canvas.getContext("2d");
  const points = () => (field.value.match(/[ML]/g) ?? []).length;
  let drawing = false;

  box.hidden = false;
  Object.assign(canvas.style, {
    width: "100%", maxWidth: "600px", border: "1px solid currentColor", borderRadius: "4px", touchAction: "none",
  });

  function show() {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    if (!field.value) return;
    pen.strokeStyle = getComputedStyle(canvas).color;
    pen.lineWidth = 4;
    pen.lineCap = pen.lineJoin = "round";
    pen.stroke(new Path2D(field.value));
  }

  function place(event) {
    const frame = canvas.getBoundingClientRect();
    const along = (at, size, most) => Math.max(0, Math.min(most, Math.round((at / size) * most)));
    const x = along(event.clientX - frame.left, frame.width, canvas.width);
    return `${x} ${along(event.clientY - frame.top, frame.height, canvas.height)}`;
  }

  function add(act, event) {
    const spot = act + place(event);
    if (points() >= MOST_POINTS || (act === "L" && field.value.endsWith(spot.slice(1)))) return;
    field.value += spot;
    show();
  }

  canvas.addEventListener("pointerdown", (event) => {
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    add("M", event);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => { if (drawing) add("L", event); });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { drawing = false; });
  box.querySelector("button").addEventListener("click", () => { field.value = ""; show(); });
  if (field.value) box.querySelector("details").open = true;
  show();
})();
