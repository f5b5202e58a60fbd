// What the pages gain with scripts on; everything works without this file.
// Toasts, the dialog, menus, where the focus goes, a sign that a file travels, a warning before the session ends.
(() => {
  "use strict";

  const SHOWN_FOR = 8000;
  const ICONS = { info: "info-circle", good: "circle-check", warn: "alert-triangle", bad: "circle-x" };
  const byId = (id) => document.getElementById(id);

  // Toasts

  function dismissLater(toast) {
    if (toast.dataset.tone === "bad") return; // what went wrong stays until it is dismissed
    let timer = setTimeout(() => toast.remove(), SHOWN_FOR);
    for (const pause of ["mouseenter", "focusin"]) toast.addEventListener(pause, () => clearTimeout(timer));
    for (const resume of ["mouseleave", "focusout"]) {
      toast.addEventListener(resume, () => {
        clearTimeout(timer);
        timer = setTimeout(() => toast.remove(), SHOWN_FOR);
      });
    }
  }

  function showToast(message, tone) {
    const toasts = byId("toasts");
    if ([...toasts.querySelectorAll(".toast-text")].some((text) => text.textContent.trim() === message)) return;
    const toast = byId("toast-template").content.firstElementChild.cloneNode(true);
    const drawing = toast.querySelector("use");
    drawing.setAttribute("href", drawing.getAttribute("href").replace(/#.*/, `#${ICONS[tone] ?? ICONS.info}`));
    toast.querySelector(".toast-text").textContent = message;
    toast.dataset.tone = tone;
    toasts.append(toast);
    dismissLater(toast);
  }

  document.addEventListener("portal:toast", (event) => {
    for (const { message, tone } of event.detail.toasts) showToast(message, tone);
  });

  // An answer that says nothing itself (a gateway's) and an answer that never came.
  document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
    if (ctx.response.status >= 500 && !ctx.hx?.trigger) showToast(byId("toasts").dataset.failed, "bad");
  });
  document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
    if (ctx && !ctx.response) showToast(byId("toasts").dataset.unreachable, "bad");
  });

  // The dialog: htmx puts a page into it, here it opens; what a form in it changes elsewhere closes it.

  function closeDialog() {
    const dialog = byId("dialog");
    if (dialog?.open) dialog.close();
  }

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    const dialog = byId("dialog");
    if (!ctx.target || ctx.swap === "none") return;
    if (ctx.target === dialog) {
      if (!dialog.open) dialog.showModal();
    } else if (dialog.contains(ctx.sourceElement)) {
      closeDialog();
    }
    if (ctx.target.id === "main" && document.activeElement === document.body) {
      byId("main").focus({ preventScroll: true }); // the link that was followed is gone
    }
  });

  document.addEventListener("portal:close-dialog", closeDialog);
  document.addEventListener("close", (event) => {
    if (event.target.id === "dialog") event.target.replaceChildren();
  }, true);

  // Clicks

  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    event.target.closest(".toast-close")?.closest(".toast").remove();
    if (event.target.closest("[data-print]")) window.print();
    if (event.target.closest("[data-close-dialog]") && byId("dialog")?.contains(event.target)) {
      event.preventDefault();
      closeDialog();
    }
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // A file on its way: the bar moves, and the button says so and waits, until the answer comes or is called off.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-upload]")) return;
    if (form.ariaBusy === "true") event.preventDefault();
    else showUpload(form, true);
  });
  function showUpload(form, running) {
    const bar = form.querySelector("progress");
    const button = form.querySelector("button[type=submit]");
    form.ariaBusy = String(running);
    bar.hidden = !running;
    bar.removeAttribute("value");
    button.ariaDisabled = String(running);
    if (running) button.dataset.label = button.textContent;
    button.textContent = running ? form.dataset.upload : button.dataset.label;
  }
  function endUploads() {
    for (const form of document.querySelectorAll("form[data-upload][aria-busy=true]")) showUpload(form, false);
  }
  window.addEventListener("pageshow", endUploads);
  window.navigation?.addEventListener("navigateerror", endUploads);

  // A new password, while it is typed: how much is missing, or that it is one of the first that are tried. Nothing is
  // kept or sent; the service judges for itself.
  document.addEventListener("input", ({ target }) => {
    const box = target.closest?.(".new-password");
    if (!box) return;
    const said = box.querySelector("output");
    const missing = Number(box.dataset.shortest) - [...target.value.normalize("NFC")].length;
    const bare = target.value.toLowerCase().replace(/[^\p{L}]+/gu, "");
    const common = box.dataset.common.split(" ").some((word) => bare.includes(word) && bare.length - word.length < 6);
    if (!target.value) said.textContent = "";
    else if (common || /^(.{1,12}?)\1+$/u.test(target.value)) said.textContent = said.dataset.weak;
    else said.textContent = missing > 0 ? `${said.dataset.short} ${missing}` : said.dataset.good;
  });

  // Two minutes before an idle session ends, say so.
  let ending;
  function watchSession() {
    clearTimeout(ending);
    const minutes = Number(document.body.dataset.idleMinutes);
    if (minutes > 2) ending = setTimeout(() => showToast(byId("toasts").dataset.ending, "bad"), (minutes - 2) * 60000);
  }
  document.addEventListener("htmx:after:request", watchSession);
  document.addEventListener("DOMContentLoaded", () => {
    watchSession();
    for (const toast of document.querySelectorAll("#toasts .toast")) dismissLater(toast);
  });
})();
