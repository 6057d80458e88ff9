// What a form with data-draft could not send yet stays in this tab, for a reload or the way back from a server that was
// away, and for nothing else: any other page that comes clears it. Leaving with something unsaved asks first.
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
  document.addEventListener("htmx:afterRequest", () => { sending = false; });
  window.addEventListener("pagehide", () => unsaved().forEach(keep));
  window.addEventListener("beforeunload", (event) => { if (!sending && unsaved().length) event.preventDefault(); });

  const again = ["reload", "back_forward"].includes(performance.getEntriesByType("navigation")[0]?.type);
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const kept = again && JSON.parse(sessionStorage.getItem(place(form)));
    const differ = kept ? fields(form).filter((field) => (kept.texts[field.name] ?? field.value) !== field.value) : [];
    for (const field of differ) field.value = kept.texts[field.name];
    if (differ.length) form.dataset.draftVersion = kept.version;
    const refused = form.querySelector(".form-errors, [aria-invalid=true]");
    if (differ.length || refused) fields(form)[0].dispatchEvent(new Event("input", { bubbles: true }));
  }
  const here = again ? [] : Object.keys(sessionStorage).filter((key) => key.startsWith("draft:"));
  if (document.querySelector("details[data-menu]") && !document.querySelector(".kept")) here.forEach((key) => sessionStorage.removeItem(key));
})();
