// Passkeys: a form that is asked for one gets its answer from the browser before it is sent. What needs this shows
// only where the browser can do it.

const known = globalThis.PublicKeyCredential;
if (known?.parseCreationOptionsFromJSON && known.parseRequestOptionsFromJSON) {
  document.querySelectorAll("[data-passkeys]").forEach((part) => (part.hidden = false));
}

const answers = {
  create: (asked) => navigator.credentials.create({ publicKey: known.parseCreationOptionsFromJSON(asked) }),
  get: (asked) => navigator.credentials.get({ publicKey: known.parseRequestOptionsFromJSON(asked) }),
};

document.querySelectorAll("form[data-passkey]").forEach((form) => {
  const { answer } = form.elements;
  const failed = form.querySelector("[data-failed]");
  form.addEventListener("submit", async (event) => {
    if (answer.value) return;
    event.preventDefault();
    failed.hidden = true;
    try {
      const credential = await answers[form.dataset.passkey](JSON.parse(form.dataset.asked).publicKey);
      answer.value = JSON.stringify(credential);
    } catch {
      // The person has left it, or it took too long: they may try again.
      failed.hidden = false;
      return;
    }
    form.requestSubmit();
  });
});
