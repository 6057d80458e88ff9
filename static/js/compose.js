// Ctrl+Enter sends a message. One that was sent leaves an empty form, one that was refused comes back with what is wrong.
(() => {
  const REFUSED = [403, 422];
  const is = (element) => Boolean(element?.matches?.("[data-compose]"));

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.matches("[data-compose] textarea")) return;
    event.preventDefault();
    event.target.form.requestSubmit();
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!is(event.detail.target) || !REFUSED.includes(event.detail.xhr.status)) return;
    Object.assign(event.detail, { shouldSwap: true, isError: false });
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (!is(event.detail.elt) && !is(event.detail.target)) return;
    document.querySelector("[data-compose] textarea")?.focus();
    if (event.detail.xhr.status === 200) document.dispatchEvent(new Event("message-sent"));
  });
})();
