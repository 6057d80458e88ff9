// Links to a page that asks something open that part of it in the page's <dialog>; without JavaScript they lead there.
(() => {
  const dialog = () => document.getElementById("dialog");

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== dialog() || dialog().open) return;
    dialog().showModal();
    dialog().querySelector("[autofocus]")?.focus();
  });

  // In a search field Escape would only empty the field.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !dialog()?.open) return;
    event.preventDefault();
    dialog().close();
  });

  // “Cancel” is a link back to this page; the dark around the dialog belongs to the dialog itself.
  document.addEventListener("click", (event) => {
    if (!dialog()?.open) return;
    const cancels = event.target.closest("[data-close]");
    if (cancels) event.preventDefault();
    if (cancels || event.target === dialog()) dialog().close();
  });
})();
