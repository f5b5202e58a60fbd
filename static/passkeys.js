// Passkeys: a form marked data-passkey="<address of the question>" asks the browser for one, puts what it answers into
// its fields and goes on. Without scripts, or in a browser that knows none, the form stays hidden: other ways stand
// beside it.
(() => {
  "use strict";

  const known = Boolean(window.PublicKeyCredential && navigator.credentials);

  function bytes(text) {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  }

  function text(buffer) {
    const plain = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  const listed = (credentials) => credentials?.map((each) => ({ ...each, id: bytes(each.id) }));

  function askBrowser(question) {
    const publicKey = { ...question, challenge: bytes(question.challenge) };
    if (question.user) {
      publicKey.user = { ...question.user, id: bytes(question.user.id) };
      publicKey.excludeCredentials = listed(question.excludeCredentials);
      return navigator.credentials.create({ publicKey });
    }
    publicKey.allowCredentials = listed(question.allowCredentials);
    return navigator.credentials.get({ publicKey });
  }

  function written(credential) {
    const { response } = credential;
    const said = { clientDataJSON: text(response.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (response[part]) said[part] = text(response[part]);
    }
    if (response.getTransports) said.transports = response.getTransports();
    return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response: said });
  }

  async function run(form) {
    const said = form.querySelector("output");
    said.textContent = "";
    try {
      const answer = await fetch(form.dataset.passkey, { headers: { Accept: "application/json" } });
      if (!answer.headers.get("Content-Type")?.startsWith("application/json")) {
        if (answer.status < 429) location.reload(); // the sign-in or its last proof is over: the page says what now
        else said.textContent = form.dataset.failed;
        return;
      }
      const { publicKey, ceremony } = await answer.json();
      const credential = await askBrowser(publicKey);
      form.elements.ceremony.value = ceremony;
      form.elements.credential.value = written(credential);
      form.submit();
    } catch (error) {
      const { there, stopped, failed } = form.dataset;
      said.textContent = { InvalidStateError: there, NotAllowedError: stopped, AbortError: stopped }[error.name] ?? failed;
    }
  }

  function show() {
    for (const form of document.querySelectorAll("form[data-passkey]")) form.hidden = !known;
    for (const note of document.querySelectorAll("[data-no-passkeys]")) note.hidden = known;
  }

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-passkey]")) return;
    event.preventDefault();
    run(event.target);
  });
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("htmx:after:swap", show);
})();
