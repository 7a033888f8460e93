// What pages do beyond working without a script: nothing here is needed to use them.

// A case that changes refreshes around the reader. What somebody is typing is left alone: then a
// notice says that the case has changed.
let typed = false;
document.addEventListener("input", (event) => {
  if (event.target.closest("#hidup-tugas")) typed = true;
});
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceElement?.id !== "hidup") return;
  const notice = document.getElementById("kabar");
  if (typed && notice) notice.hidden = false;
  if (!typed && document.getElementById("hidup-tugas")) ctx.selectOOB += ",#hidup-tugas";
});

// After a form was answered without a new page: what was accepted is no longer being typed, and the
// summary of what has to be mended takes the focus, as it does on a fresh page. Where the button that was
// pressed has gone, the head of the case takes it, which says where the case is now: else whoever uses the
// keys would begin anew at the top of the page, and whoever listens would hear nothing.
document.addEventListener("htmx:after:swap", (event) => {
  const { request, response } = event.detail.ctx;
  if (request?.method !== "POST") return;
  if (response.status < 400) typed = false;
  const errors = document.querySelector(".errors[tabindex]");
  if (errors) errors.focus();
  else if (document.activeElement === document.body) {
    document.getElementById("hidup-kepala")?.focus({ preventScroll: true });
  }
});

// A form that is on its way cannot be sent a second time.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // Somebody who comes back to the page through its history may send again.
  addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
});

// Printing needs a script, so its button shows only with one.
document.querySelectorAll("[data-print]").forEach((button) => (button.hidden = false));
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});

// The stream of changes. What happened while it was away, for instance behind other tabs, was not
// told, so the page asks once it is back.
let stream;
document.addEventListener("htmx:sse:after:connection", (event) => {
  stream = event.detail.connection;
  if (stream.attempt > 0) htmx.trigger(event.target, "changed");
});

// It ends with its page, and what is still being asked for ends with whatever asked: left to the
// browser, that would count as an error.
const forget = (element) => element.dispatchEvent(new Event("htmx:abort"));
addEventListener("pagehide", () => {
  stream?.abortController.abort();
  document.querySelectorAll(".htmx-request").forEach(forget);
});
document.addEventListener("htmx:before:cleanup", (event) => {
  if (event.target.matches("[hx-get]")) forget(event.target);
});
