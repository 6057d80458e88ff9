// Opens and closes the way into a session on time, and counts down to it, by the server's clock.
(() => {
  const begun = new WeakMap();

  function lateness(element) {
    // How far this computer's clock is from the server's; measured once, when the button is first seen.
    if (!begun.has(element)) begun.set(element, Date.now() - Date.parse(element.dataset.now));
    return begun.get(element);
  }

  function words(element, span) {
    const minutes = Math.max(Math.ceil(span / 60000), 0);
    const form = minutes >= 60 ? element.dataset.inHours : element.dataset.inMinutes;
    return form.replace("%(hours)s", Math.floor(minutes / 60)).replace("%(minutes)s", minutes % 60);
  }

  function tick() {
    for (const element of document.querySelectorAll("[data-join]")) {
      const now = Date.now() - lateness(element);
      const opens = Date.parse(element.dataset.opens), over = now >= Date.parse(element.dataset.ends);
      element.querySelector("[data-join-open]").hidden = over || now < opens;
      element.querySelector("[data-join-wait]").hidden = over || now >= opens;
      element.querySelector("[data-join-over]").hidden = !over;
      const left = element.querySelector("[data-join-left]");
      if (left && now < opens && left.textContent !== words(element, opens - now)) left.textContent = words(element, opens - now);
    }
  }

  tick();
  setInterval(tick, 1000);
  document.addEventListener("htmx:afterSettle", tick);
  document.addEventListener("visibilitychange", tick);
})();
