// Ctrl+S and Ctrl+Enter save a form with data-save-keys, as on a Mac do ⌘S and ⌘Enter.
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.repeat) return;
  if (event.key !== "Enter" && event.key.toLowerCase() !== "s") return;
  const here = event.target.closest?.("form[data-save-keys]");
  const form = here ?? (event.key === "Enter" ? null : document.querySelector("form[data-save-keys]"));
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("button.btn-primary"));
});
