// Files on their way, each with its bar: chosen or dropped, sent in parts, gone on with where a broken one ended. Without
// this file the form sends them as any form does.
(() => {
  "use strict";

  const AT_ONCE = 2;
  const MOST_TRIES = 6;
  const form = document.querySelector("form [data-resumable]")?.closest("form");
  if (!form) return;
  const box = form.querySelector("[data-resumable]");
  const input = box.querySelector("input[type=file]");
  const list = form.querySelector("[data-files]");
  const template = form.querySelector("template");
  const said = form.querySelector("output");
  const address = box.dataset.resumable;
  const token = form.elements.csrf_token?.value ?? "";
  const files = [];
  let sending = 0;
  let submitting = false;

  const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });
  const keyOf = ({ name, size, lastModified }) => `upload:${name}:${size}:${lastModified}`;

  // One request with its progress; fetch tells none of what it sends. The answer's status and what it says.
  function ask(method, url, body, progress) {
    return new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      request.open(method, url);
      request.setRequestHeader("X-CSRFToken", token);
      request.setRequestHeader("Accept", "application/json");
      if (typeof body === "string") request.setRequestHeader("Content-Type", "application/json");
      request.upload.addEventListener("progress", ({ loaded }) => progress?.(loaded));
      request.addEventListener("load", () => {
        let answer = null;
        try { answer = JSON.parse(request.responseText); } catch { /* a page, not an answer of ours */ }
        done({ status: request.status, answer });
      });
      request.addEventListener("error", failed);
      request.send(body);
    });
  }

  class Refused extends Error {}

  function taken({ status, answer }) {
    if (status < 300 && answer) return answer;
    if (status >= 500 || status === 429 || status === 409) throw new Error(String(status)); // it may be tried again
    throw new Refused(answer?.message ?? form.querySelector("[data-files]").dataset.over);
  }

  async function begun(file) {
    const before = sessionStorage.getItem(keyOf(file.file));
    if (before) {
      const { status, answer } = await ask("GET", `${address}/${before}`);
      if (status === 200 && answer) return answer;
    }
    const { name, size } = file.file;
    const upload = taken(await ask("POST", address, JSON.stringify({ name, size })));
    sessionStorage.setItem(keyOf(file.file), upload.id);
    return upload;
  }

  async function send(file) {
    let upload = await begun(file);
    while (!upload.finished && !file.removed) {
      const { offset } = upload;
      const part = file.file.slice(offset, offset + upload.part);
      const url = `${address}/${upload.id}?offset=${offset}`;
      upload = taken(await ask("PUT", url, part, (loaded) => { file.bar.value = (offset + loaded) / file.file.size; }));
      file.tries = 0;
    }
    file.id = upload.id;
  }

  async function sendPatiently(file) {
    for (file.tries = 0; ; file.tries += 1) {
      try {
        await send(file);
        return;
      } catch (error) {
        if (error instanceof Refused) throw error;
        if (file.tries >= MOST_TRIES) throw new Refused(list.dataset.broken);
        await pause(500 * 2 ** file.tries);
      }
    }
  }

  async function next() {
    const file = files.find((each) => each.state === "waiting");
    if (!file || sending >= AT_ONCE) return;
    file.state = "sending";
    sending += 1;
    next();
    try {
      await sendPatiently(file);
      file.state = "arrived";
      file.bar.value = 1;
      file.said.textContent = list.dataset.arrived;
    } catch (error) {
      file.state = "failed";
      file.said.textContent = error.message;
    }
    sending -= 1;
    next();
    if (submitting) submitWhenThere();
  }

  function add(chosen) {
    for (const each of chosen) {
      if (files.some(({ file, removed }) => !removed && keyOf(file) === keyOf(each))) continue;
      const row = template.content.firstElementChild.cloneNode(true);
      const file = { file: each, state: "waiting", row, bar: row.querySelector("progress"), said: row.querySelector("small") };
      row.querySelector("strong").textContent = each.name;
      file.bar.setAttribute("aria-label", each.name);
      row.querySelector("button").addEventListener("click", () => remove(file));
      list.append(row);
      list.hidden = false;
      files.push(file);
      next();
    }
  }

  function remove(file) {
    file.removed = true;
    if (file.state === "waiting") file.state = "removed";
    file.row.remove();
    const id = sessionStorage.getItem(keyOf(file.file));
    sessionStorage.removeItem(keyOf(file.file));
    if (id) ask("DELETE", `${address}/${id}`).catch(() => {}); // what is not thrown away is forgotten after a day
    input.focus();
  }

  function submitWhenThere() {
    const here = files.filter(({ removed }) => !removed);
    if (here.some(({ state }) => state === "waiting" || state === "sending")) return;
    submitting = false;
    if (here.some(({ state }) => state === "failed")) {
      said.textContent = list.dataset.failed;
      return;
    }
    const ids = here.map(({ id }) => id);
    form.elements.uploads.value = [form.elements.uploads.value, ...ids].filter(Boolean).join(" ");
    for (const { file } of here) sessionStorage.removeItem(keyOf(file));
    input.disabled = true; // what it holds has arrived
    form.submit();
  }

  input.addEventListener("change", () => {
    add(input.files);
    input.value = "";
  });
  form.addEventListener("submit", (event) => {
    if (!files.some(({ removed }) => !removed)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    said.textContent = list.dataset.waiting;
    submitting = true;
    submitWhenThere();
  }, true);
  for (const kind of ["dragenter", "dragover"]) {
    box.addEventListener(kind, (event) => {
      event.preventDefault();
      box.toggleAttribute("data-over", true);
    });
  }
  for (const kind of ["dragleave", "drop"]) box.addEventListener(kind, () => box.removeAttribute("data-over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    add(event.dataTransfer.files);
  });
  window.addEventListener("pageshow", () => { input.disabled = false; });
})();
