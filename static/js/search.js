// The search field in the bar as a combobox: "/" focuses it, arrows choose among what htmx fetched, Escape closes.
(() => {
  const form = document.querySelector("[data-search]");
  if (!form) return;
  const field = form.querySelector("input");
  const panel = form.querySelector("[data-search-results]");
  const options = () => [...panel.querySelectorAll("[role=option]")];
  let chosen = -1;

  const choose = (index) => {
    const all = options();
    chosen = all.length && index >= 0 ? index % all.length : -1;
    all.forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
    all[chosen]?.scrollIntoView({ block: "nearest" });
    if (chosen < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", all[chosen].id);
  };
  const show = (open) => {
    panel.hidden = !open;
    field.setAttribute("aria-expanded", String(open && options().length > 0));
  };
  const close = () => { show(false); choose(-1); };
  const leave = () => { close(); document.body.classList.remove("searching"); };
  const enter = (event) => {
    event.preventDefault();
    document.body.classList.add("searching");
    field.focus();
    field.select();
  };
  const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");

  const roles = { role: "combobox", "aria-autocomplete": "list", "aria-controls": "search-options", "aria-expanded": "false" };
  for (const name in roles) field.setAttribute(name, roles[name]);

  document.querySelector("[data-search-open]")?.addEventListener("click", enter);
  document.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "/" && plain && !typing(event.target) && !document.querySelector("dialog[open]")) enter(event);
  });
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && options().length) {
      event.preventDefault();
      show(true);
      choose(step < 0 && chosen <= 0 ? options().length - 1 : chosen + step);
    } else if (event.key === "Enter" && !panel.hidden && options()[chosen]) {
      event.preventDefault();
      options()[chosen].click();
    } else if (event.key === "Escape" && !event.isComposing) {
      if (panel.hidden) { leave(); field.blur(); } else { event.preventDefault(); close(); }
    }
  });
  panel.addEventListener("htmx:afterSwap", () => { choose(-1); show(field.value.trim() !== "" && document.activeElement === field); });
  field.addEventListener("focus", () => show(field.value.trim() !== "" && panel.childElementCount > 0));
  document.addEventListener("click", (event) => { if (!form.contains(event.target) && !event.target.closest("[data-search-open]")) leave(); });
  document.addEventListener("focusin", (event) => { if (!form.contains(event.target)) leave(); });
})();
