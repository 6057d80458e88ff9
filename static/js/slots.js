// Says beside the button which time is chosen; the words come with each time. Without this the mark on it says so.
(() => {
  const say = (form) => {
    const chosen = form.querySelector("[data-words] input:checked");
    form.querySelectorAll("[data-chosen]").forEach((place) => {
      place.textContent = chosen ? chosen.closest("[data-words]").dataset.words : "";
    });
  };
  const all = () => document.querySelectorAll("form[data-slots]").forEach(say);

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-slots]");
    if (form) say(form);
  });
  // What a browser remembers when one comes back, and what htmx has put in.
  addEventListener("pageshow", all);
  document.addEventListener("htmx:afterSettle", all);
})();
