// A field of Markdown switches between writing and what it will look like; htmx fetches that.
(() => {
  const show = (field, previewing) => {
    const text = field.querySelector("textarea");
    const preview = field.querySelector(".markdown-preview");
    if (previewing) preview.style.minBlockSize = `${text.offsetHeight}px`;
    text.hidden = previewing;
    preview.hidden = !previewing;
    field.querySelector("[data-write]").setAttribute("aria-pressed", String(!previewing));
    field.querySelector("[data-preview]").setAttribute("aria-pressed", String(previewing));
  };

  const around = (element) => element.closest?.("[data-markdown]");

  document.addEventListener("click", (event) => {
    const field = event.target.closest?.("[data-write]") && around(event.target);
    if (!field) return;
    show(field, false);
    field.querySelector("textarea").focus();
  });

  // Only an answer is shown; until it is there, and when there is none, the text stays.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.matches?.(".markdown-preview")) show(around(event.detail.target), true);
  });

  // What the browser finds wrong with the text must be in view to be told.
  document.addEventListener("invalid", (event) => {
    const field = around(event.target);
    if (field) show(field, false);
  }, true);
})();
