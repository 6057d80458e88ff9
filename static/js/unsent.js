// What a form with data-draft could not send or save yet stays in this tab, for a reload or the way back from a server
// that was away, until it is sent, saved or the tab is closed. Leaving with something unsaved asks first.
(() => {
  const fields = (form) => [...form.querySelectorAll("textarea[name], input[name][type=text]")];
  const place = (form) => `draft:${form.querySelector("[data-draft-state]").dataset.person}:${form.dataset.draft}`;
  const keep = (form) => {
    const texts = Object.fromEntries(fields(form).map((field) => [field.name, field.value]));
    sessionStorage.setItem(place(form), JSON.stringify({ texts, version: form.dataset.draftVersion }));
  };
  const unsaved = () => [...document.querySelectorAll("form[data-draft][data-unsaved]")];
  let sending = false;

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-draft]")) return;
    sending = true;
    keep(event.target);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    sending = false;
    const form = event.detail.requestConfig.elt; // not the target: the answer may have taken the form's place
    if (form.matches("form[data-draft]") && event.detail.successful) sessionStorage.removeItem(place(form));
  });
  window.addEventListener("pageshow", () => { sending = false; });
  window.addEventListener("pagehide", () => unsaved().forEach(keep));
  window.addEventListener("beforeunload", (event) => { if (!sending && unsaved().length) event.preventDefault(); });

  // What was sent and taken leads on by a redirect; so does signing in, after which /typed/ gives it back.
  const [came] = performance.getEntriesByType("navigation");
  const taken = came?.type === "navigate" && came.redirectCount > 0;
  const mine = Object.keys(sessionStorage).filter((key) => key.startsWith("draft:"));
  if (taken) mine.forEach((key) => sessionStorage.removeItem(key));
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const kept = JSON.parse(sessionStorage.getItem(place(form)));
    sessionStorage.removeItem(place(form)); // it is in the form now, and kept again if that is left unsaved
    const differ = kept ? fields(form).filter((field) => (kept.texts[field.name] ?? field.value) !== field.value) : [];
    const refused = form.querySelector(".form-errors, [aria-invalid=true]");
    if (differ.length && !refused) {
      for (const field of differ) field.value = kept.texts[field.name];
      form.dataset.draftVersion = kept.version;
    }
    if (differ.length || refused) fields(form)[0]?.dispatchEvent(new Event("input", { bubbles: true }));
  }
})();
