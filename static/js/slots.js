// Says which time is chosen, in words that come with it. Without this the mark on the time says so.
(() => {
  const say = () => {
    const chosen = document.querySelector("[data-words] input:checked");
    document.querySelectorAll("[data-chosen]").forEach((place) => {
      place.textContent = chosen ? chosen.closest("[data-words]").dataset.words : place.dataset.chosen;
    });
  };

  document.addEventListener("change", (event) => {
    if (event.target.closest("[data-words]")) say();
  });
  // What a browser remembers when one comes back, and what htmx has put in.
  addEventListener("pageshow", say);
  document.addEventListener("htmx:afterSettle", say);
})();
