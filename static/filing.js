// Large files go in parts. A form marked data-parts="<bytes of a part>" first announces the file and then sends it
// stretch by stretch; where data-batch names a batch, it goes on with the stretches that are not in data-received.
// Small files, and browsers without scripts, send the form as it is.
(() => {
  "use strict";

  const ATONCE = 24 * 1024 * 1024; // what one request may hold
  const TRIES = 4;

  async function post(url, body, token) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token } });
        if (answer.status < 500 || attempt === TRIES) return answer;
      } catch (error) {
        if (attempt === TRIES) throw error;
      }
      await new Promise((done) => setTimeout(done, 500 * 2 ** attempt));
    }
  }

  async function send(form, file) {
    const bar = form.querySelector("progress");
    const size = Number(form.dataset.parts);
    const token = form.elements.csrf_token?.value ?? "";
    const there = new Set((form.dataset.received || "").split(",").filter(Boolean).map(Number));
    let batch = form.dataset.batch;
    if (!batch) {
      const fields = new FormData(form);
      fields.delete("file");
      fields.set("name", file.name);
      fields.set("size", String(file.size));
      const answer = await post(form.action, fields, token);
      if (!answer.ok || !answer.redirected) return false;
      batch = new URL(answer.url).pathname;
    }
    const parts = Math.ceil(file.size / size);
    bar.hidden = false;
    for (let number = 0; number < parts; number += 1) {
      if (!there.has(number)) {
        const stretch = file.slice(number * size, (number + 1) * size);
        const answer = await post(`${batch}/parts/${number}`, stretch, token);
        if (!answer.ok) break;
      }
      bar.value = ((number + 1) / parts) * 100;
    }
    await post(`${batch}/received`, new FormData(), token);
    location.assign(batch);
    return true;
  }

  // On the window and before all others: the form must not go the ordinary way too.
  window.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      const file = form.elements?.file?.files?.[0];
      if (!form.dataset?.parts || !file) return;
      const wrong = form.dataset.batch && (file.name !== form.dataset.name || String(file.size) !== form.dataset.size);
      if (wrong) {
        form.querySelector("output").textContent = form.dataset.other;
      } else if (!form.dataset.batch && file.size <= ATONCE) {
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      if (wrong) return;
      const button = form.querySelector("button[type=submit]");
      button.disabled = true;
      send(form, file)
        .catch(() => false)
        .then((sent) => {
          button.disabled = false;
          if (!sent) form.querySelector("output").textContent = form.dataset.failed;
        });
    },
    true,
  );
})();
