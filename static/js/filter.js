// Narrows a list of boxes to check by what stands in the field above it. Those that are checked stay in view.
(() => {
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();

  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-filter]")) return;
    const around = event.target.closest("[data-filtered]");
    const words = plain(event.target.value).split(/[\s-]+/);
    let shown = 0;
    for (const item of around.querySelectorAll("li")) {
      const said = plain(item.textContent).split(/[\s-]+/);
      const found = words.every((word) => said.some((one) => one.startsWith(word)));
      item.hidden = !found && !item.querySelector(":checked");
      shown += found;
    }
    around.querySelector("[data-filter-none]").hidden = shown > 0;
  });

  // Enter in a field that only searches must not send the form around it.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches?.("[data-stays]")) event.preventDefault();
  });
})();
