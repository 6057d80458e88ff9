// When htmx gets no page, or an error instead of one, say so in the live region; the words come from the page.
(() => {
  const say = (words) => {
    const region = document.getElementById("messages");
    if (!region || !words) return;
    const note = document.createElement("div");
    note.className = "note error";
    note.textContent = words;
    region.replaceChildren(note);
  };

  const words = (which) => document.getElementById("messages")?.dataset[which];

  document.addEventListener("htmx:sendError", () => say(words("failed")));
  document.addEventListener("htmx:timeout", () => say(words("busy")));
  document.addEventListener("htmx:responseError", (event) => {
    say(words(event.detail.xhr.status === 503 ? "busy" : "failed"));
  });
})();
