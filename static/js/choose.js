// A field with suggestions narrows them to what stands in it: mark the text on focus, so that typing begins afresh.
(() => {
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("input[data-choose]")) event.target.select();
  });
})();
