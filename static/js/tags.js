// The list of a field with commas in it completes the last word: what is before it stays in front of each suggestion.
(() => {
  document.addEventListener("input", (event) => {
    const field = event.target.closest?.("input[data-tags]");
    if (!field?.list) return;
    const before = field.value.slice(0, field.value.lastIndexOf(",") + 1);
    const written = new Set(field.value.split(",").map((tag) => tag.trim().toLowerCase()));
    for (const option of field.list.options) {
      option.dataset.tag ??= option.value;
      const chosen = written.has(option.dataset.tag) && !field.value.endsWith(option.dataset.tag);
      option.disabled = chosen;
      option.value = before ? `${before} ${option.dataset.tag}` : option.dataset.tag;
    }
  });
})();
