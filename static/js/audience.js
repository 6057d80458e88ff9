// A <dialog data-audience> that htmx brings along opens above the page. It closes by its button, by Escape or by a click
// beside it; the browser then puts the focus back, and the dialog is taken out.
(() => {
  const beside = (dialog, event) => {
    const box = dialog.getBoundingClientRect();
    return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
  };

  document.addEventListener("htmx:load", (event) => {
    const dialog = event.detail.elt;
    if (!dialog.matches?.("dialog[data-audience]")) return;
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", (click) => {
      if (click.target === dialog && beside(dialog, click)) dialog.close();
    });
    dialog.showModal();
  });
})();
